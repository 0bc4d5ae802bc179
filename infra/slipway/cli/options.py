"""A command's parameters as data, described once: typer shows them, and what is spelled out is read without typer.

Loading typer takes longer than judging a plan. A pull request's job writes `--name value`, and needs no help text, no
completion and no correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["Parameter", "plain", "signature"]


class Parameter(NamedTuple):
    """`spelled` is `--name` for an option with a value, `[NAME]` for an argument that may be left out."""

    spelled: str
    help: str
    default: str = ""
    many: bool = False
    metavar: str | None = None

    @property
    def name(self) -> str:
        """The keyword that the command's function takes it by."""
        return self.spelled.strip("-[]").lower().replace("-", "_")


def plain(parameters: Sequence[Parameter], words: Sequence[str]) -> dict[str, Any] | None:
    """The values by name (a list where a parameter is `many`), if the words are nothing but `--name value` and
    arguments; None if typer is needed to read them."""
    options = {parameter.spelled: parameter for parameter in parameters}
    arguments = [parameter for parameter in parameters if not parameter.spelled.startswith("--")]
    values: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            parameter, value = options.get(word), next(rest, "--")
        else:
            parameter, value = arguments.pop(0) if arguments else None, word
        if parameter is None or (value.startswith("-") and value != "-"):
            return None
        if parameter.many:
            values[parameter.name] = [*values.get(parameter.name, ()), value]
        elif values.setdefault(parameter.name, value) is not value:
            return None  # given twice
    return values


def signature(parameters: Sequence[Parameter]) -> Signature:
    """The parameters as typer reads them from a function's signature."""
    from inspect import Parameter as Keyword
    from inspect import Signature
    from typing import Annotated

    import typer

    def keyword(parameter: Parameter) -> Keyword:
        kind, default = (list[str], []) if parameter.many else (str, parameter.default)
        if parameter.spelled.startswith("--"):
            shown = typer.Option(parameter.spelled, help=parameter.help, metavar=parameter.metavar)
        else:
            shown = typer.Argument(help=parameter.help, metavar=parameter.spelled, show_default=False)
        return Keyword(parameter.name, Keyword.KEYWORD_ONLY, default=default, annotation=Annotated[kind, shown])

    return Signature([keyword(parameter) for parameter in parameters])
