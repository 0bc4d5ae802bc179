"""Text from a plan, made harmless for where it is written: names and values in a preview may come from anyone."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["for_markdown", "for_terminal"]

# Besides control characters: what reorders or hides the text around it (bidirectional marks, zero-width characters).
_HIDING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST = 5_000  # characters; a value of 10 MB helps no reader, and wrapping it takes minutes
_MARKUP = re.compile(r"[\\`*_{}\[\]~$|!]")
_LINKS = re.compile(r"@|#|(?<=www)\.|:(?=//)|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_BREAK = "<!-- -->"  # Invisible, and enough to keep a host from making a mention, an issue or a link of what it splits.


def for_terminal(text: str) -> str:
    """One line that no terminal obeys: control, format and unassigned characters become visible escapes."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(_visible(c) if unicodedata.category(c) in _HIDING else c for c in text)


def for_markdown(text: str) -> str:
    """One line that renders as itself: markup, HTML, links, mentions and table pipes lose their meaning."""
    plain = _MARKUP.sub(lambda found: "\\" + found.group(), for_terminal(text))
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _LINKS.sub(lambda found: found.group() + _BREAK, plain)
    # At the start of a line these would open a list, a rule, a heading underline or a code block.
    return re.sub(r"^(\s+|[-+=]|\d+(?=[.)]))", lambda found: found.group().strip() + _BREAK, plain)


def _visible(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
