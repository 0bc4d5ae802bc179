"""IAM policy documents, as far as reading a bucket's objects goes, evaluated as AWS does: a matching Deny wins, then
a matching Allow, else no. What cannot be read or decided is UNKNOWN, never yes.

Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements"; CloudFront Developer Guide,
"Restrict access to an Amazon S3 origin" (service principal with AWS:SourceArn; origin access identities).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

from slipway.errors import BadInput
from slipway.plan import Unknown, Value
from slipway.plan.values import freeze
from slipway.preflight.resources.fields import Text, items

__all__ = ["Admission", "Caller", "Statement", "admitted", "paths_allowed", "read_statements"]

_SERVICE = "cloudfront.amazonaws.com"
_ACTION = "s3:getobject"


class Admission(Enum):
    """Whether a policy lets someone in."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who asks the bucket: a distribution through its access control (`distribution` is its ARN, unknown for a new
    one), an origin access identity (`identities`: every way a policy may name it), or, with neither, anybody."""

    distribution: Text = None
    identities: frozenset[str] = frozenset()


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One statement, its elements as written."""

    allows: bool
    body: Mapping[str, Value]


def read_statements(document: Value) -> tuple[Statement, ...] | None:
    """The statements of a document given as JSON text or as an object; None if it is not a policy or not known."""
    if isinstance(document, str):
        return _parsed(document)
    if not isinstance(document, dict):
        return None
    found = []
    for raw in items(document.get("Statement")):
        if not isinstance(raw, dict) or raw.get("Effect") not in ("Allow", "Deny"):
            return None
        found.append(Statement(raw["Effect"] == "Allow", raw))
    return tuple(found)


@lru_cache(maxsize=4096)  # The old and the new side of an unchanged policy are one text.
def _parsed(document: str) -> tuple[Statement, ...] | None:
    try:
        value = freeze(msgspec.json.decode(document))
    except (ValueError, RecursionError, msgspec.MsgspecError, BadInput):
        return None
    return read_statements(value) if isinstance(value, dict) else None


def admitted(statements: tuple[Statement, ...], caller: Caller, arns: frozenset[str]) -> Admission:
    """Whether the caller may get the objects of the bucket that policies name by `arns`."""
    found = [(statement.allows, _matches(statement, caller, arns)) for statement in statements]
    denied = [match for allows, match in found if not allows]
    allowed = [match for allows, match in found if allows]
    if Admission.YES in denied or all(match is Admission.NO for match in allowed):
        return Admission.NO
    return Admission.UNKNOWN if Admission.UNKNOWN in denied else _any_of(allowed)


def paths_allowed(statements: tuple[Statement, ...], caller: Caller, arns: frozenset[str]) -> frozenset[str]:
    """Which of the bucket's objects the caller may get, as the patterns that the policy writes after the bucket."""
    allowing = (s for s in statements if s.allows and _matches(s, caller, arns) is Admission.YES)
    texts = (one for s in allowing for one in items(s.body.get("Resource")) if isinstance(one, str))
    return frozenset("*" if one == "*" else one.partition("/")[2] for one in texts)


def _matches(statement: Statement, caller: Caller, arns: frozenset[str]) -> Admission:
    body = statement.body
    return _all_of(
        (
            _principal(body, caller),
            _action(body),
            _resource(body, arns),
            _all_of(_conditions(body.get("Condition"), caller)),
        )
    )


def _principal(body: Mapping[str, Value], caller: Caller) -> Admission:
    principal = body.get("Principal")
    if principal == "*":
        return Admission.YES
    if "NotPrincipal" in body or not isinstance(principal, dict):
        return Admission.UNKNOWN
    named = ((kind, value) for kind, values in principal.items() for value in items(values))
    return _any_of(_one_principal(kind, value, caller) for kind, value in named)


def _one_principal(kind: str, value: Value, caller: Caller) -> Admission:
    if not isinstance(value, str):
        return Admission.UNKNOWN
    if kind == "Service":
        return _yes(value == _SERVICE and caller.distribution is not None)
    return _yes((kind == "AWS" and value == "*") or (kind in ("AWS", "CanonicalUser") and value in caller.identities))


def _action(body: Mapping[str, Value]) -> Admission:
    def match(one: str) -> bool:
        return fnmatchcase(_ACTION, one.lower())

    return _not(_any(body["NotAction"], match)) if "NotAction" in body else _any(body.get("Action"), match)


def _resource(body: Mapping[str, Value], arns: frozenset[str]) -> Admission:
    """Whether the bucket's objects are meant; a statement about a part of them (`/crates/*`) counts as meaning them."""
    if "NotResource" in body:
        return Admission.UNKNOWN

    def match(one: str) -> bool:
        # The ARN of a bucket that is still to be created is not known: its policy can only mean its own objects.
        owner, slash, _ = one.partition("/")
        return one == "*" or (bool(slash) and (not arns or any(fnmatchcase(arn, owner) for arn in arns)))

    return _any(body.get("Resource"), match)


def _conditions(value: Value, caller: Caller) -> Iterator[Admission]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield Admission.UNKNOWN
        return
    for operator, keys in value.items():
        if not isinstance(keys, dict):
            yield Admission.UNKNOWN
            continue
        for key, wanted in keys.items():
            yield _condition(operator.removesuffix("IfExists").lower(), key.lower(), wanted, caller)


_EQUAL = {"stringequals", "stringequalsignorecase", "arnequals", "stringlike", "arnlike"}
_NOT_EQUAL = {"stringnotequals", "stringnotequalsignorecase", "arnnotequals", "stringnotlike", "arnnotlike"}


def _condition(operator: str, key: str, wanted: Value, caller: Caller) -> Admission:
    if operator == "bool" and key == "aws:securetransport":  # CloudFront asks a bucket over TLS.
        return _any(wanted, lambda one: one.lower() == "true") if not isinstance(wanted, bool) else _yes(wanted)
    if key not in ("aws:sourcearn", "aws:sourceaccount") or operator not in _EQUAL | _NOT_EQUAL:
        return Admission.UNKNOWN
    plain = operator in ("stringequals", "stringnotequals")
    equal = _source_is(caller.distribution, key, wanted, patterns=not plain)
    return equal if operator in _EQUAL else _not(equal)


def _source_is(arn: Text, key: str, wanted: Value, *, patterns: bool) -> Admission:
    """Whether the asking distribution is one of those wanted. Nobody can have written down the ARN of one that does
    not exist yet: only a pattern can fit it."""
    if arn is None:
        return Admission.NO
    if isinstance(arn, Unknown):
        if key == "aws:sourceaccount":
            return Admission.UNKNOWN
        return _any(wanted, lambda one: patterns and "*" in one)
    actual = arn if key == "aws:sourcearn" else (arn.split(":") + [""] * 5)[4]
    return _any(wanted, lambda one: fnmatchcase(actual, one.replace("[", "[[]")) if patterns else actual == one)


def _any(value: Value, test: Callable[[str], bool]) -> Admission:
    """Whether one of the values passes; a value that is not a text decides nothing."""
    return _any_of(_yes(test(one)) if isinstance(one, str) else Admission.UNKNOWN for one in items(value))


def _yes(answer: bool) -> Admission:
    return Admission.YES if answer else Admission.NO


def _not(answer: Admission) -> Admission:
    return {Admission.YES: Admission.NO, Admission.NO: Admission.YES}.get(answer, answer)


def _any_of(answers: Iterable[Admission]) -> Admission:
    found = set(answers)
    return next((one for one in (Admission.YES, Admission.UNKNOWN) if one in found), Admission.NO)


def _all_of(answers: Iterable[Admission]) -> Admission:
    found = set(answers)
    return next((one for one in (Admission.NO, Admission.UNKNOWN) if one in found), Admission.YES)
