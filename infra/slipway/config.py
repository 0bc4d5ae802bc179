"""The configuration of a stack: typed, checked as a whole, never half believed.

    Pulumi.<stack>.yaml --- read_file ---+
                                         +--- parse ---> StackConfig, or one ConfigError that names every mistake
    the running engine --- from_engine --+

Only keys of the `slipway:` namespace are read, and each of them must be known. None of them is secret.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from slipway.errors import ConfigError

__all__ = ["CratesConfig", "PriceClass", "StackConfig", "Stage", "from_engine", "parse", "read_file"]

NAMESPACE = "slipway:"

Stage = Literal["certificate", "alias", "served"]
"""How far a name has come. Each stage includes those before it, so a name in DNS that no distribution answers to, or
an alias that no certificate covers, cannot be written down."""

PriceClass = Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]


def _hostname(text: str) -> str:
    """Accept a host name as AWS stores it: lower-case ASCII letters, digits and hyphens (RFC 1123), no final dot."""
    if not text.isascii():
        why = "is not ASCII; write its IDNA form (xn--...)"
    elif text != text.lower():
        why = f"has capital letters; write {text.lower()}"
    elif text.endswith("."):
        why = "ends with a dot; leave it out"
    elif len(text) > 253:
        why = f"is {len(text)} characters long, above the 253 that DNS allows"
    elif "*" in text.removeprefix("*."):
        why = "has a wildcard that is not the whole leftmost label"
    elif "." not in text.removeprefix("*."):
        why = "is a single label, not a host name below a zone"
    elif not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in _labels(text)):
        why = "has a label that is not 1 to 63 letters, digits and inner hyphens"
    elif _labels(text)[-1].isdigit():
        why = "is an address, not a host name"
    else:
        return text
    raise PydanticCustomError("hostname", "{why}", {"why": why})


def _labels(name: str) -> list[str]:
    return name.removeprefix("*.").split(".")


def _no_wildcard(text: str) -> str:
    if text.startswith("*."):
        raise PydanticCustomError("wildcard", "is a wildcard")
    return text


def _common_name(text: str) -> str:
    # The host becomes the certificate's common name, which X.509 (and so ACM) limits to 64 characters.
    if len(text) > 64:
        raise PydanticCustomError("common_name", "is {n} characters long, above 64", {"n": len(text)})
    return text


def _tag_key(text: str) -> str:
    if text.lower().startswith("aws:"):
        raise PydanticCustomError("tag", "begins with aws:, which AWS keeps for itself")
    return text


def _unique(items: tuple[str, ...]) -> tuple[str, ...]:
    twice = [item for item, count in Counter(items).items() if count > 1]
    if twice:
        raise PydanticCustomError("twice", "names {twice} twice", {"twice": ", ".join(twice)})
    return items


# The characters are those that AWS allows in the tags of every service.
_TAG_CHARACTERS = r"^[\w\s.:/=+@-]*$"

Wildcard = Annotated[str, AfterValidator(_hostname)]
Hostname = Annotated[Wildcard, AfterValidator(_no_wildcard)]
Hostnames = Annotated[tuple[Wildcard, ...], Field(strict=False), AfterValidator(_unique)]
TagKey = Annotated[str, Field(min_length=1, max_length=128, pattern=_TAG_CHARACTERS), AfterValidator(_tag_key)]
TagValue = Annotated[str, Field(max_length=256, pattern=_TAG_CHARACTERS)]


class _Strict(BaseModel):
    """No unknown keys and no conversions: `yes` is not a boolean, and inside a map `"86400"` is not a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CratesConfig(_Strict):
    """The static download host of the registry. TTLs are in seconds."""

    host: Annotated[Hostname, AfterValidator(_common_name)] = Field(
        description="the public host name, one of crates.names, at most 64 characters"
    )
    names: dict[Wildcard, Stage] = Field(
        min_length=1,
        max_length=100,
        description="1 to 100 host names inside the zone, each with its stage: certificate, alias or served",
    )
    default_ttl: int = Field(ge=0, description="whole seconds, from 0 to crates.max_ttl")
    max_ttl: int = Field(ge=0, le=31_536_000, description="whole seconds, from 0 to 31536000 (a year)")
    price_class: PriceClass = Field(description="PriceClass_100, PriceClass_200 or PriceClass_All")

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """Every name, `host` first: a name that is added later never becomes the certificate's own name."""
        return (self.host, *sorted(name for name in self.names if name != self.host))

    @property
    def aliases(self) -> tuple[str, ...]:
        """Names the distribution answers to, sorted."""
        return tuple(sorted(name for name, stage in self.names.items() if stage != "certificate"))

    @property
    def served(self) -> tuple[str, ...]:
        """Names that DNS leads to the distribution, sorted; always a subset of `aliases`."""
        return tuple(sorted(name for name, stage in self.names.items() if stage == "served"))


class StackConfig(_Strict):
    """One environment. The descriptions are what an error message gives as allowed."""

    environment: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$", description="1 to 32 lower-case letters, digits and hyphens"
    )
    guarded: bool = Field(description="true (preflight refuses what it cannot prove safe) or false (it warns)")
    protect: bool = Field(
        description="true (zone, buckets and distributions outlive any diff) or false (a disposable stack); "
        "true where guarded is true"
    )
    zone: Hostname = Field(description="the domain name of the stack's hosted zone")
    log_retention_days: int = Field(ge=1, le=3653, description="whole days, from 1 to 3653 (ten years)")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        max_length=40,
        description="up to 40 tags as AWS takes them: keys of 1 to 128, values of up to 256 letters, digits, spaces "
        "and _.:/=+-@",
    )
    external: Hostnames = Field(
        default=(), description="a list of host names outside this stack that preflight takes as serving"
    )
    retire: Hostnames = Field(default=(), description="a list of host names that are meant to go, none of them served")
    crates: CratesConfig = Field(description="the settings of the crates service")

    @property
    def all_tags(self) -> dict[str, str]:
        """What every resource that takes tags is tagged with."""
        return {"environment": self.environment, **self.tags}


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
        problems = list(_contradictions(config))
        if not problems:
            return config
    raise ConfigError("\n".join(problem.line(file) for problem in problems), f"Correct {file} and try again.")


def _contradictions(config: StackConfig) -> Iterator[_Problem]:
    """What is wrong although every value is right on its own."""
    crates = config.crates
    if config.guarded and not config.protect:
        yield _Problem("protect", "false leaves a guarded stack unprotected", _allowed("protect"))
    if crates.host not in crates.names:
        yield _Problem("crates.host", f"{_show(crates.host)} is not in crates.names", _allowed("crates", "host"))
    if crates.default_ttl > crates.max_ttl:
        wrong = f"{crates.default_ttl} is above max_ttl {crates.max_ttl}"
        yield _Problem("crates.default_ttl", wrong, _allowed("crates", "default_ttl"))
    for name in crates.names:
        if name != config.zone and not name.endswith(f".{config.zone}"):
            wrong = f"{_show(name)} is not inside the zone {config.zone}"
            yield _Problem(_path(("crates", "names", name)), wrong, _allowed("crates", "names"))
    for name in sorted(set(config.retire) & set(crates.served)):
        yield _Problem("retire", f"{_show(name)} is still served by crates", _allowed("retire"))


def _explain(error: ErrorDetails) -> _Problem:
    """Say in the file's own terms what pydantic found."""
    where = tuple(part for part in error["loc"] if part != "[key]")
    key, value, allowed = _path(where), _show(error["input"]), _allowed(*where)
    match error["type"]:
        case "missing":
            return _Problem(key, "is missing", allowed)
        case "extra_forbidden":
            known = list(_model(where[:-1]).model_fields)
            near = difflib.get_close_matches(str(where[-1]), known, n=1)
            hint = f", did you mean {near[0]}?" if near else ""
            return _Problem(key, f"unknown key{hint}", ", ".join(known))
        case "hostname" | "wildcard" | "common_name" | "tag" | "twice":
            return _Problem(key, f"{value} {error['msg']}", allowed)
        case _:
            return _Problem(key, f"{value} is not allowed", allowed)


def _model(where: tuple[int | str, ...]) -> type[_Strict]:
    return CratesConfig if where == ("crates",) else StackConfig


def _allowed(*where: int | str) -> str:
    """Return the description of the innermost field on the way to a value."""
    fields: dict[str, FieldInfo] = StackConfig.model_fields
    if where[0] == "crates" and len(where) > 1:
        fields, where = CratesConfig.model_fields, where[1:]
    field = fields.get(str(where[0]))
    return (field.description or "") if field else ", ".join(fields)


def _path(where: tuple[int | str, ...]) -> str:
    """Write a key as `pulumi config set --path` takes it: `crates.names["static.example.org"]`, `retire[0]`."""
    plain = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
    parts = [f".{part}" if plain.fullmatch(str(part)) else f"[{_show(part)}]" for part in where]
    return "".join(parts).removeprefix(".")


def _show(value: object) -> str:
    """Write a value as one line of ASCII: it can neither break the message nor command the terminal."""
    text = json.dumps(value, default=str).replace("\x7f", "\\u007f")
    return text if len(text) <= 80 else f"{text[:77]}..."


def read_file(path: Path) -> StackConfig:
    """Read the stack's settings file without an engine. Raises ConfigError; a YAML mistake carries its line."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_EngineYaml)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}", "Give the settings file of a stack: Pulumi.<stack>.yaml."
        ) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}: line {line}: {error.problem}", f"Correct {path} and try again.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is not YAML: {_show(error)}", f"Correct {path} and try again.") from None
    entries = document.get("config") if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise ConfigError(
            f"{path}: has no config: section", "Stack settings stand under config:, each as slipway:<key>."
        )
    return parse(_ours(entries), str(path))


def from_engine() -> StackConfig:
    """Read the configuration of the stack that the engine is running this program for. Raises ConfigError."""
    import pulumi  # the command line reads settings files and never needs the engine's SDK
    from pulumi.runtime import config as settings

    file = f"Pulumi.{pulumi.get_stack()}.yaml"
    values = _ours(settings.CONFIG.get())
    for key in values:
        if settings.is_config_secret(NAMESPACE + key):
            # The value stays out of the message: whoever encrypted it did not mean it to be shown.
            raise ConfigError(
                f"{file}: {NAMESPACE}{key}: is a secret; allowed: {_allowed(key)}", "Store it in plain text."
            )
    return parse(values, file)


def _ours(entries: Mapping[Any, object]) -> dict[str, object]:
    return {key.removeprefix(NAMESPACE): value for key, value in entries.items() if str(key).startswith(NAMESPACE)}


def _typed(value: object) -> object:
    """Undo the engine's flattening of a top-level value.

    A program gets numbers, booleans, lists and maps as JSON text, and the engine writes `true` back to the settings
    file as `"true"` whenever it edits it (`pulumi stack init`, `pulumi config set`). Text arrives as it is.
    """
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


class _EngineYaml(yaml.SafeLoader):
    """YAML as the engine reads it: a key given twice is a mistake, and only true and false are booleans.

    PyYAML alone would take the last of two `slipway:guarded` lines in silence, and `no` for false.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for index, key in enumerate(keys):
            if key.value in {earlier.value for earlier in keys[:index]}:
                raise yaml.MarkedYAMLError(problem=f"{_show(key.value)} is given twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_EngineYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_EngineYaml.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
