"""What Amazon S3 demands of a bucket's settings, read from the program's inputs; every failure carries its path.

Sources: API Reference, PutBucketCors, PutBucketLifecycleConfiguration and PutBucketReplication; S3 User Guide,
Lifecycle configuration elements and Transitioning objects (30 days before an infrequent-access class).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["cors_failures", "lifecycle_failures", "replication_failures", "versioning_change"]

_METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")
_ACTIONS = (
    "abortIncompleteMultipartUpload",
    "expiration",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "transitions",
)
_AFTER_30_DAYS = ("STANDARD_IA", "ONEZONE_IA")


def cors_failures(properties: Properties) -> Iterator[Failure]:
    """Methods that CORS does not have, two wildcards in one origin, more than a hundred rules."""
    if len(_known_list(properties.get("corsRules"))) > 100:
        yield Failure("corsRules", "Amazon S3 takes at most 100 rules a bucket")
    for path, rule in _rules(properties, "corsRules"):
        for index, method in enumerate(_known_list(rule.get("allowedMethods"))):
            if method is not UNKNOWN and method not in _METHODS:
                yield Failure(f"{path}.allowedMethods[{index}]", f"{method!r} is not one of {', '.join(_METHODS)}")
        for name in ("allowedOrigins", "allowedHeaders"):
            for index, text in enumerate(_known_list(rule.get(name))):
                if isinstance(text, str) and text.count("*") > 1:
                    yield Failure(f"{path}.{name}[{index}]", f"{text!r} has more than one wildcard")


def lifecycle_failures(properties: Properties) -> Iterator[Failure]:
    """Rules without an action, ids used twice, filters and expirations that say two things at once."""
    rules = list(_rules(properties, "rules"))
    if properties.get("rules") is not UNKNOWN and not properties.get("rules"):
        yield Failure("rules", "at least one rule is required")
    ids = Counter(rule["id"] for _, rule in rules if isinstance(rule.get("id"), str))
    for path, rule in rules:
        if ids.get(str(rule.get("id")), 0) > 1:
            yield Failure(f"{path}.id", f"{rule['id']!r} is the id of more than one rule")
        if not any(rule.get(action) not in (None, [], {}) for action in _ACTIONS):
            yield Failure(path, f"has no action: one of {', '.join(_ACTIONS)} is required")
        if rule.get("prefix") is not None:
            yield Failure(f"{path}.prefix", "is deprecated and not served by the local cloud; use filter.prefix")
        yield from _filter_failures(path, rule)
        yield from _expiration_failures(path, rule)
        yield from _transition_failures(path, rule)


def _filter_failures(path: str, rule: Mapping[str, Any]) -> Iterator[Failure]:
    chosen = rule.get("filter")
    if not isinstance(chosen, Mapping):
        return
    given = sorted(name for name, value in chosen.items() if value is not None)
    if len(given) > 1:
        yield Failure(
            f"{path}.filter", f"takes one of its members, not {', '.join(given)}; put several into filter.and"
        )
    both = chosen.get("and")
    tagged = chosen.get("tag") is not None or (isinstance(both, Mapping) and both.get("tags"))
    if tagged and rule.get("abortIncompleteMultipartUpload"):
        yield Failure(f"{path}.abortIncompleteMultipartUpload", "cannot be specified with tags in the filter")


def _expiration_failures(path: str, rule: Mapping[str, Any]) -> Iterator[Failure]:
    ends = rule.get("expiration")
    if not isinstance(ends, Mapping):
        return
    given = sorted(name for name in ("date", "days", "expiredObjectDeleteMarker") if ends.get(name))
    if len(given) != 1:
        said = ", ".join(given) or "nothing"
        yield Failure(f"{path}.expiration", f"takes exactly one of date, days, expiredObjectDeleteMarker; got {said}")


def _transition_failures(path: str, rule: Mapping[str, Any]) -> Iterator[Failure]:
    for name, days in (("transitions", "days"), ("noncurrentVersionTransitions", "noncurrentDays")):
        for index, move in enumerate(_known_list(rule.get(name))):
            if not isinstance(move, Mapping):
                continue
            after, to = move.get(days), move.get("storageClass")
            if isinstance(after, int | float) and after < 30 and to in _AFTER_30_DAYS:
                yield Failure(f"{path}.{name}[{index}].{days}", f"must be at least 30 for storage class {to}")


def replication_failures(properties: Properties) -> Iterator[Failure]:
    """Priorities used twice, members that belong to the other version of a rule, what no bucket can have."""
    rules = list(_rules(properties, "rules"))
    priorities = Counter(rule["priority"] for _, rule in rules if isinstance(rule.get("priority"), int | float))
    for path, rule in rules:
        if rule.get("existingObjectReplication") is not None:
            yield Failure(f"{path}.existingObjectReplication", "Amazon S3 takes no such rule; use S3 Batch Replication")
        if rule.get("filter") is not None and rule.get("prefix") is not None:
            yield Failure(f"{path}.prefix", "conflicts with filter; use filter.prefix")
        if rule.get("filter") is not None and rule.get("deleteMarkerReplication") is None:
            yield Failure(f"{path}.deleteMarkerReplication", "is required with a filter")
        if priorities.get(rule.get("priority"), 0) > 1:
            yield Failure(f"{path}.priority", f"{rule['priority']} is the priority of more than one rule")


def versioning_change(old: Properties, new: Properties, failures: list[Failure]) -> None:
    """Versioning can be suspended, never taken back: the official provider refuses it while planning."""
    before, after = _status(old), _status(new)
    if before in ("Enabled", "Suspended") and after == "Disabled":
        why = f"cannot go from {before!r} to 'Disabled'; use 'Suspended'"
        failures.append(Failure("versioningConfiguration.status", why))


def _status(properties: Properties) -> Any:
    configuration = properties.get("versioningConfiguration")
    return configuration.get("status") if isinstance(configuration, Mapping) else None


def _rules(properties: Properties, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules that are known, each with its path."""
    for index, rule in enumerate(_known_list(properties.get(name))):
        if isinstance(rule, Mapping):
            yield f"{name}[{index}]", rule


def _known_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
