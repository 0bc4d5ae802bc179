"""Three writers over one `Verdict`: text, Markdown, JSON. They only write; nothing is decided here.

Each is loaded when it is asked for: JSON for a machine should not wait for what colours a terminal.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slipway.report.document import as_json
    from slipway.report.markdown import as_markdown
    from slipway.report.text import as_text, print_text

__all__ = ["as_json", "as_markdown", "as_text", "print_text"]

_HOMES = {"as_json": "document", "as_markdown": "markdown", "as_text": "text", "print_text": "text"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
