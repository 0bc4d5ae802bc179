"""HTML and SVG that is escaped by the way it is made: whatever is no `Markup` is text, and is written as text."""

from __future__ import annotations

from html import escape

from slipway.report.escape import for_terminal

__all__ = ["Markup", "element", "raw"]

_LONGEST = 200  # characters of a text: a name of a megabyte helps no reader


class Markup(str):
    """Text that is markup already. Only this module and constants make some."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """An element. A trailing `_` of an attribute's name falls away (`class_`), any other is a hyphen."""
    named = "".join(f' {_named(key)}="{_text(str(value))}"' for key, value in attributes.items())
    return Markup(f"<{tag}{named}>{''.join(map(_child, children))}</{tag}>")


def raw(text: str) -> Markup:
    """A constant of ours that is markup, such as a style sheet; never anything from outside."""
    return Markup(text)


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _child(child: str) -> str:
    return child if isinstance(child, Markup) else _text(child)


def _text(text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return escape(for_terminal(short))
