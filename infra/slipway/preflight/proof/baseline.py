"""What answered for a host before the apply: taken as serving, as long as nothing it rests on is touched."""

from __future__ import annotations

import msgspec

from slipway.preflight.proof.answers import MAX_HOPS
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.records import Names
from slipway.preflight.resources import RecordSet

__all__ = ["Baseline", "baseline_of"]

CLOUDFRONT = ".cloudfront.net"


class Baseline(msgspec.Struct, frozen=True, gc=False):
    """Whether requests for the host came through CloudFront, and which targets outside the plan answered."""

    through_cloudfront: bool
    outside: frozenset[str]


def baseline_of(host: str, names: Names, estate: Estate) -> Baseline:
    """Follow what stood before the apply, every name once, as far as resolvers do."""
    through, outside = False, set[str]()
    seen, level = {host}, [host]
    for _ in range(MAX_HOPS + 1):
        references = [each for name in level for record in _answering(names, name) for each in record.targets]
        level = []
        for reference in references:
            target = reference.known
            through = through or bool(estate.distributions.named(reference))
            if target is None:
                continue
            through = through or target.endswith(CLOUDFRONT)
            outside.add(target)
            behind = target if target in names.things else names.wildcard(target)
            if behind in names.things and behind not in seen:
                seen.add(behind)
                level.append(behind)
    return Baseline(through, frozenset(outside))


def _answering(names: Names, name: str) -> list[RecordSet]:
    """A weight of 0 is no proof that its target works, unless all have it."""
    found = [thing.initial for thing in names.things.get(name, ()) if thing.initial is not None]
    if not found and (wildcard := names.wildcard(name)):
        found = [thing.initial for thing in names.things[wildcard] if thing.initial is not None]
    return [record for record in found if record.weight != 0] or found
