"""Three writers over one `Verdict`: text, Markdown, JSON. They only write; nothing is decided here."""

from __future__ import annotations

from slipway.report.as_json import as_json
from slipway.report.markdown import as_markdown
from slipway.report.text import as_text, print_text

__all__ = ["as_json", "as_markdown", "as_text", "print_text"]
