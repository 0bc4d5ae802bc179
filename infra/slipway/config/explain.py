"""Values -> configuration, or one error that names every mistake: where it stands, what is wrong, what is allowed."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from slipway.config.contradictions import contradictions
from slipway.config.model import StackConfig
from slipway.errors import ConfigError

__all__ = ["NAMESPACE", "allowed", "parse", "show"]

NAMESPACE = "slipway:"
# Errors of the types in fields.py and beside them, whose messages say what is wrong with the value.
_OWN = frozenset(
    {
        "address", "common_name", "email", "hostname", "hours", "place", "quiet", "tag", "template", "twice", "url",
        "wildcard", "zone",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Problem:
    """One mistake: where it stands, what is wrong there, and what would be right."""

    key: str
    wrong: str
    allowed: str

    def line(self, file: str) -> str:
        return f"{file}: {NAMESPACE}{self.key}: {self.wrong}; allowed: {self.allowed}"


def parse(values: Mapping[str, object], file: str) -> StackConfig:
    """Build the configuration from `values`, whose keys carry no namespace; `file` is named in errors.

    Raises ConfigError with one line for each mistake.
    """
    try:
        config = StackConfig.model_validate({key: _typed(value) for key, value in values.items()})
    except ValidationError as error:
        problems = [_explain(details) for details in error.errors(include_url=False)]
    else:
        problems = [_Problem(_path(where), wrong, allowed(*where)) for where, wrong in contradictions(config)]
        if not problems:
            return config
    raise ConfigError("\n".join(problem.line(file) for problem in problems), f"Correct {file} and try again.")


def _explain(error: ErrorDetails) -> _Problem:
    """Say in the file's own terms what pydantic found."""
    where = tuple(part for part in error["loc"] if part != "[key]")
    key, value, right = _path(where), show(error["input"]), allowed(*where)
    match error["type"]:
        case "missing":
            return _Problem(key, "is missing", right)
        case "extra_forbidden":
            known = list(_model(where[:-1]).model_fields)
            near = difflib.get_close_matches(str(where[-1]), known, n=1)
            hint = f", did you mean {near[0]}?" if near else ""
            return _Problem(key, f"unknown key{hint}", ", ".join(known))
        case kind if kind in _OWN:
            return _Problem(key, f"{value} {error['msg']}", right)
        case _:
            return _Problem(key, f"{value} is not allowed", right)


def _model(where: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that the value at a path is of, or the innermost around it."""
    model: type[BaseModel] = StackConfig
    for part in where:
        field = model.model_fields.get(str(part))
        model = (_model_in(field.annotation) if field else None) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field's type is, or holds as an element."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def allowed(*where: int | str) -> str:
    """The description of the innermost field on the way to a value."""
    found: FieldInfo | None = None
    model: type[BaseModel] = StackConfig
    for part in where:
        field = model.model_fields.get(str(part))
        if field:
            found, model = field, _model_in(field.annotation) or model
    return (found.description or "") if found else ", ".join(StackConfig.model_fields)


def _path(where: tuple[int | str, ...]) -> str:
    """Write a key as `pulumi config set --path` takes it: `crates.names["static.example.org"]`, `retire[0]`."""
    plain = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
    parts = [f".{part}" if plain.fullmatch(str(part)) else f"[{show(part)}]" for part in where]
    return "".join(parts).removeprefix(".")


def show(value: object) -> str:
    """Write a value as one line of ASCII: it can neither break the message nor command the terminal."""
    text = json.dumps(value, default=str).replace("\x7f", "\\u007f")
    return text if len(text) <= 80 else f"{text[:77]}..."


def _typed(value: object) -> object:
    """Undo the engine's flattening of a top-level value.

    A program gets numbers, booleans, lists and maps as JSON text, and the engine writes `true` back to the settings
    file as `"true"` whenever it edits it (`pulumi stack init`, `pulumi config set`). Text arrives as it is.
    """
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
