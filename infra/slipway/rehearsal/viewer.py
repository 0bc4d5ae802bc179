"""What users see of hostnames while an apply is under way: look after look, each a whole serving chain.

A look resolves every name as the record sets stand, follows every answer to the end, and asks for a file where there is
one. What was broken before the first look is not the apply's doing, and is not counted. Answers given once are kept:
resolvers may hold them, so a later look also says whether they still lead to something that serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from slipway.cloud.internet.chain import bucket_of, faults, routed
from slipway.cloud.internet.names import Answer, Names, delegated
from slipway.cloud.internet.world import Distribution, World

__all__ = ["Sight", "Viewer"]

_HOPS = 8
_ALL_WELL = 400  # HTTP statuses below it
Seen: TypeAlias = Literal["served", "partly", "dark", "absent"]


@dataclass(frozen=True, slots=True)
class Sight:
    """A hostname at one moment. `partly`: some of its answers fail; `absent`: it does not resolve. `reason` is a broken
    link, `stale` one that only resolvers run into which still hold an earlier answer; empty if there is none."""

    name: str
    status: Seen
    reason: str = ""
    stale: str = ""


@dataclass(slots=True)
class Viewer:
    """Watches names. It is made before the apply, and looks then for the first time. `world` reads the present moment,
    `external` are targets outside the cloud that serve, `forgiven` is what was broken at first, by name."""

    world: Callable[[], World]
    names: tuple[str, ...]
    external: tuple[str, ...] = ()
    forgiven: dict[str, frozenset[str]] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _held: dict[str, set[Answer]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        moment = self._moment()
        self._parents = delegated(moment.world.zones)
        for name in self.names:
            leaves = self._leaves(moment, name, moment.names.answers(name), held=False)
            self.forgiven[name] = frozenset(fault for leaf in leaves for fault in leaf)
        self.look()

    def look(self) -> dict[str, Sight]:
        """Every name as it is now."""
        moment = self._moment()
        return {name: self._sight(moment, name) for name in self.names}

    def _moment(self) -> _Moment:
        world = self.world()
        return _Moment(world, Names(world.zones, self._parents))

    def _sight(self, moment: _Moment, name: str) -> Sight:
        answers = moment.names.answers(name)
        fresh = self._counted(name, self._leaves(moment, name, answers, held=False))
        broken = [leaf for leaf in fresh if leaf]
        self._held[name] |= set(answers)
        kept = self._counted(name, self._leaves(moment, name, self._held[name], held=True))
        stale = next((leaf[0] for leaf in kept if leaf and leaf not in broken), "")
        if not answers:
            return Sight(name, "absent", f"{name} does not resolve", stale)
        status: Seen = "served" if not broken else "dark" if len(broken) == len(fresh) else "partly"
        return Sight(name, status, broken[0][0] if broken else "", stale)

    def _counted(self, name: str, leaves: Iterable[list[str]]) -> list[list[str]]:
        return [[fault for fault in leaf if fault not in self.forgiven[name]] for leaf in leaves]

    def _leaves(
        self, moment: _Moment, name: str, answers: Iterable[Answer], *, held: bool, hops: int = 0
    ) -> Iterator[list[str]]:
        """For each way in which a name may be answered, what is broken on it. `held`: answers for further names may
        come from a resolver that kept them."""
        for answer in answers:
            behind = moment.names.answers(answer.target)
            if answer.address or not moment.holds(answer.target):
                yield self._target(moment, name, answer)
            elif hops >= _HOPS:
                yield [f"{name} leads through too many names"]
            else:
                self._held[answer.target] |= set(behind)
                if not behind:
                    yield [f"{answer.target} does not resolve"]
                further = self._held[answer.target] if held else behind
                yield from self._leaves(moment, name, tuple(further), held=held, hops=hops + 1)

    def _target(self, moment: _Moment, name: str, answer: Answer) -> list[str]:
        """What is broken where the answers end."""
        target = answer.target
        if not target:
            return [f"{answer.name} has no answer for some places"]
        found = next((each for each in moment.world.distributions if each.domain == target), None)
        if found is not None:
            return moment.edge(name) if found.enabled else [f"distribution {found.id} is disabled"]
        outside = [] if target in self.external else [f"{target} is not of this cloud, and nothing says that it serves"]
        if target.endswith(".cloudfront.net") and routed(moment.world, name) is not None:
            return [*outside, *moment.edge(name)]
        return outside


@dataclass(frozen=True, slots=True)
class _Moment:
    """One look's world, and the names in it."""

    world: World
    names: Names

    def holds(self, name: str) -> bool:
        """Whether a name is in one of the cloud's zones, present or past."""
        return self.names.zone_of(name) is not None or any(f".{name}".endswith(f".{z}") for z in self.names.parents)

    def edge(self, name: str) -> list[str]:
        """What is broken behind CloudFront's edge for a host."""
        distribution = routed(self.world, name)
        if distribution is None:
            return [f"no enabled distribution has the alias {name}"]
        return list(faults(self.world, distribution, name)) or self._answered(distribution)

    def _answered(self, distribution: Distribution) -> list[str]:
        """The data plane's own answer for a file, where the (first) origin is a bucket that holds one."""
        bucket = bucket_of(distribution.origins[0]) if distribution.origins else None
        if bucket is None or not self.world.has_bucket(bucket):
            return []
        status = self.world.file_status(distribution, bucket)
        return [f"distribution {distribution.id} answered {status}"] if status and status >= _ALL_WELL else []
