"""Ways in which a preview may come to harm. Each edits a document in place, at a place a `Random` chooses: what comes
out may be nonsense, a valid plan, or anything between."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

from slipway.plan import Op, UnknownKind

__all__ = ["MUTATIONS", "mutated", "torn"]

Path: TypeAlias = tuple[Any, ...]
Steps: TypeAlias = list[Any]

_TYPES = [
    "aws:route53/record:Record", "aws:route53/zone:Zone", "aws:acm/certificate:Certificate", "aws:s3/bucket:Bucket",
    "aws:acm/certificateValidation:CertificateValidation", "aws:cloudfront/distribution:Distribution",
    "aws:s3/bucketPolicy:BucketPolicy", "aws:cloudfront/function:Function", "aws:cloudfront/cachePolicy:CachePolicy",
    "aws:cloudfront/originAccessControl:OriginAccessControl", "pulumi:providers:aws", "pulumi:pulumi:Stack", "",
    "a:b:c",
]  # fmt: skip
_POLICIES = [
    "{", "[]", '{"Statement": 3}', '{"Statement": [null]}', '{"Statement": {"Effect": "Allow"}}', "[" * 500,
    '{"Statement": [{"Effect": "Allow", "Principal": {"Service": [{}]}, "Action": 3, "Resource": [[]]}]}',
    '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": 1}}]}',
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": [[{}]]}]}',
]  # fmt: skip
_TEXTS = [
    "", "x", "*", ".", "..", "a..b", "*.", "_", "\\052.example.org", "EXAMPLE.org.", "[secret]", "\x1b[2J", "\u202e",
    "\ud800", "\x00", "</details><img src=x>", "| a | b |", "`", "arn:aws:acm:", "arn:aws:s3:::", "s3.amazonaws.com",
    "x.s3.amazonaws.com", "cloudfront.net", "x.cloudfront.net", "urn:pulumi:s::p::t::n", "::", "a" * 300, "A", "CNAME",
    "static.example.org", "example.org", "9" * 30, "-1", "1e400", *_POLICIES, *_TYPES,
    *(kind.value for kind in UnknownKind),
]  # fmt: skip
_SCALARS: list[Any] = [
    None, True, False, 0, -1, 1, 255, 256, 2**63, 10**30, 1.5, -0.0, float("nan"), float("inf"), *_TEXTS
]  # fmt: skip
_CONTAINERS: list[Callable[[], Any]] = [
    list, dict, lambda: [None], lambda: [[]], lambda: [{}], lambda: {"": None}, lambda: [1, "x", None, {}],
    lambda: {"name": {}}, lambda: {"4dabf18193072939515e22adb298388d": "x", "hash": []}, lambda: {"__defaults": []},
    lambda: [{"weight": [1]}], lambda: {"weight": "many"}, lambda: ["x"] * 50,
]  # fmt: skip


def anything(random: Random) -> Any:
    """A value of any type."""
    return random.choice(_SCALARS) if random.random() < 0.7 else random.choice(_CONTAINERS)()


def places(value: Any) -> list[Path]:
    """The path to every part of a document, itself left out."""
    found: list[Path] = []
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, here = stack.pop()
        inside = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for key, item in inside:
            found.append((*path, key))
            stack.append(((*path, key), item))
    return found


def at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _somewhere(document: Any, random: Random) -> tuple[Any, Any]:
    """A container in the document and a key of it; half of the time close to what is judged: a resource's inputs."""
    paths = places(document)
    judged = [path for path in paths if len(path) > 3 and path[3] in ("inputs", "outputs", "propertyDependencies")]
    path = random.choice(judged if judged and random.random() < 0.5 else paths)
    return at(document, path[:-1]), path[-1]


def _dropped(document: Any, random: Random) -> None:
    holder, key = _somewhere(document, random)
    del holder[key]


def _of_another_type(document: Any, random: Random) -> None:
    holder, key = _somewhere(document, random)
    holder[key] = anything(random)


def _nested(document: Any, random: Random) -> None:
    holder, key = _somewhere(document, random)
    for _ in range(random.choice([1, 2, 40, 120, 400])):
        holder[key] = random.choice([[holder[key]], {"x": holder[key]}])


def _spliced(document: Any, random: Random) -> None:
    """One place's value comes to stand at another."""
    (to, key), (source, other) = _somewhere(document, random), _somewhere(document, random)
    to[key] = json.loads(json.dumps(source[other]))


def _same_key_spliced(document: Any, random: Random) -> None:
    """A value of the right kind from another resource."""
    holder, key = _somewhere(document, random)
    paths = [path for path in places(document) if path[-1] == key]
    if paths:
        holder[key] = json.loads(json.dumps(at(document, random.choice(paths))))


def _lengthened(document: Any, random: Random) -> None:
    holder, key = _somewhere(document, random)
    if isinstance(holder, list):
        holder.insert(key, anything(random))
    else:
        holder[random.choice(["name", "aliases", "type", "weightedRoutingPolicies", "policy", "x"])] = anything(random)


def _steps(document: Any) -> Steps:
    steps = document.get("steps") if isinstance(document, dict) else None
    return steps if isinstance(steps, list) else []


def _step_dropped(document: Any, random: Random) -> None:
    if steps := _steps(document):
        del steps[random.randrange(len(steps))]


def _step_doubled(document: Any, random: Random) -> None:
    if steps := _steps(document):
        step = json.loads(json.dumps(random.choice(steps)))
        if isinstance(step, dict) and random.random() < 0.7:
            step["op"] = random.choice([op.value for op in Op])
        if isinstance(step, dict) and isinstance(step.get("urn"), str) and random.random() < 0.5:
            step = json.loads(
                json.dumps(step).replace(json.dumps(step["urn"])[1:-1], json.dumps(step["urn"] + "2")[1:-1])
            )
        steps.insert(random.randrange(len(steps) + 1), step)


def _steps_swapped(document: Any, random: Random) -> None:
    if steps := _steps(document):
        one, other = random.randrange(len(steps)), random.randrange(len(steps))
        steps[one], steps[other] = steps[other], steps[one]


def _op_changed(document: Any, random: Random) -> None:
    if (steps := _steps(document)) and isinstance(step := random.choice(steps), dict):
        step["op"] = random.choice([*(op.value for op in Op), "levitate"])


def _made_to_depend(document: Any, random: Random) -> None:
    """An edge from anywhere to anywhere: circles and dependencies on oneself among them."""
    steps = [step for step in _steps(document) if isinstance(step, dict)]
    if not steps:
        return
    one, other = random.choice(steps), random.choice(steps)
    for side in ("oldState", "newState"):
        if isinstance(state := one.get(side), dict):
            key = random.choice(["dependencies", "parent", "provider", "replaceWith", "deletedWith", "viewOf"])
            urn = other.get("urn")
            state[key] = [urn] if key in ("dependencies", "replaceWith") else urn


def _side_dropped(document: Any, random: Random) -> None:
    if (steps := _steps(document)) and isinstance(step := random.choice(steps), dict):
        step.pop(random.choice(["oldState", "newState"]), None)


def _renamed(document: Any, random: Random) -> None:
    """A resource takes another's URN, or another type, in every place or in one."""
    steps = [step for step in _steps(document) if isinstance(step, dict) and isinstance(step.get("urn"), str)]
    if not steps:
        return
    step, other = random.choice(steps), random.choice(steps)
    for side in ("oldState", "newState"):
        if isinstance(state := step.get(side), dict) and random.random() < 0.5:
            state["type"] = random.choice(_TYPES)
            state["urn"] = other["urn"]
    if random.random() < 0.5:
        step["urn"] = other["urn"]


MUTATIONS: tuple[Callable[[Any, Random], None], ...] = (
    _dropped, _of_another_type, _of_another_type, _nested, _spliced, _same_key_spliced, _lengthened, _step_dropped,
    _step_doubled, _steps_swapped, _op_changed, _made_to_depend, _side_dropped, _renamed,
)  # fmt: skip


def mutated(text: str, random: Random, times: int) -> Any:
    """The document after so many mutations, its summary made to agree again most of the time: a document that
    contradicts itself is turned away at the door, and tests nothing behind it."""
    document = json.loads(text)
    for _ in range(times):
        if places(document):
            random.choice(MUTATIONS)(document, random)
    if random.random() < 0.9 and isinstance(document, dict):
        document["changeSummary"] = summary(_steps(document))
    return document


def summary(steps: Steps) -> dict[str, int]:
    """What the engine would count."""
    ops = [step.get("op") for step in steps if isinstance(step, dict)]
    return {op: ops.count(op) for op in {op.value for op in Op} if op in ops}


def torn(text: str, random: Random) -> str:
    """The text itself harmed: cut off, bytes flipped, a piece repeated or taken out."""
    data = bytearray(text.encode())
    start = random.randrange(len(data))
    stop = min(len(data), start + random.choice([1, 2, 20, 2000]))
    match random.randrange(4):
        case 0:
            del data[start:]
        case 1:
            data[start] ^= 1 << random.randrange(8)
        case 2:
            data[start:start] = data[start:stop]
        case _:
            del data[start:stop]
    return data.decode(errors="surrogateescape")
