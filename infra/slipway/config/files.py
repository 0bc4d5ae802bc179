"""Where a stack's configuration is written: its settings file, or the engine that runs the program.

Only keys of the `slipway:` namespace are read, and each of them must be known. None of them is secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from slipway.config.explain import NAMESPACE, allowed, parse, show
from slipway.config.model import StackConfig
from slipway.errors import ConfigError

__all__ = ["from_engine", "read_file"]


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
        raise ConfigError(f"{path}: is not YAML: {show(error)}", f"Correct {path} and try again.") from None
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
                f"{file}: {NAMESPACE}{key}: is a secret; allowed: {allowed(key)}", "Store it in plain text."
            )
    return parse(values, file)


def _ours(entries: Mapping[Any, object]) -> dict[str, object]:
    return {key.removeprefix(NAMESPACE): value for key, value in entries.items() if str(key).startswith(NAMESPACE)}


class _EngineYaml(yaml.SafeLoader):
    """YAML as the engine reads it: a key given twice is a mistake, and only true and false are booleans.

    PyYAML alone would take the last of two `slipway:guarded` lines in silence, and `no` for false.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for index, key in enumerate(keys):
            if key.value in {earlier.value for earlier in keys[:index]}:
                raise yaml.MarkedYAMLError(problem=f"{show(key.value)} is given twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_EngineYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_EngineYaml.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
