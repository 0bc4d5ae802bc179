"""CloudFront's host routing: which distribution a request for a host meets, and when none serves it.

Among all enabled distributions the one with the best alias counts, an exact one before a wildcard, whichever domain
the DNS answer named (CloudFront Developer Guide, "Restrictions on using alternate domain names"). Where two have the
same alias the second is refused by AWS and the first goes on serving, so the host is unserved only if both fail.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from slipway.plan import Unknown
from slipway.preflight.proof.condition import Condition, all_of, both, minimal, possible
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.links import LinkFault, certificate_faults, content_faults
from slipway.preflight.proof.things import Content, Thing
from slipway.preflight.resources import Distribution

__all__ = ["Route", "Router"]


class Route(msgspec.Struct, frozen=True, gc=False):
    """When a host is not served: because what holds its alias fails, or because nothing holds it."""

    failing: tuple[Condition, ...]
    unclaimed: tuple[Condition, ...]


class Router:
    """Routes of one plan; what does not depend on the host is worked out once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._links: dict[tuple[Hashable, int | None], list[LinkFault]] = {}

    def route(self, host: str, *, served_before: bool) -> Route:
        """The route of a host. `served_before`: requests for it came through CloudFront before the apply, so that
        what held it then is the baseline. Raises TooMany."""
        exact = (*self._estate.aliases.get(host, ()), *self._estate.unlisted)
        wildcard = self._estate.aliases.get("*." + host.partition(".")[2], ())
        known = self._baseline(host, exact, wildcard) if served_before else frozenset()
        order = self._estate.order
        held, free = self._level(host, exact, {host}, known)
        failing = list(held)
        # An exact holder's distribution may hold the wildcard too, once the exact alias is gone.
        held, unclaimed = self._level(host, wildcard, {"*." + host.partition(".")[2]}, known, free)
        failing += held
        if served_before and not self._holders(host, exact, wildcard):
            unclaimed = []  # Nothing in the plan held it, and yet it was served.
        return Route(tuple(minimal(c for c in failing if possible(c, order))), tuple(minimal(unclaimed)))

    def _level(
        self,
        host: str,
        things: tuple[Thing[Distribution], ...],
        names: set[str],
        known: frozenset[Hashable],
        given: list[Condition] | None = None,
    ) -> tuple[list[Condition], list[Condition]]:
        """The conditions under which all holders of these names fail, some holding; and under which none holds."""
        order, bare = self._estate.order, given if given is not None else [Condition()]
        failing: list[Condition] = []
        for thing in things:
            holds, lacks = self._options(host, thing, names, known)
            failing = all_of([failing, [*holds, *lacks]], order) if failing else []
            failing += all_of([bare, holds], order) if bare and holds else []
            bare = all_of([bare, lacks], order) if bare and lacks else []
        reason = f"no distribution has the alias {host}"
        return failing, bare if given is None else [c.because("no-alias", reason) for c in bare]

    def _options(
        self, host: str, thing: Thing[Distribution], names: set[str], known: frozenset[Hashable]
    ) -> tuple[list[Condition], list[Condition]]:
        """When a distribution holds one of the names and fails; when it does not hold any."""
        holds: list[Condition] = []
        lacks: list[Condition] = []
        for content in thing.contents:
            if not _holds(content.view, names):
                lacks.append(_lacking(content))
                continue
            for fault in self._faults(thing, content, host):
                if fault.mark not in known and (when := both(content.when, fault.when)):
                    holds.append(when)
        return minimal(holds), lacks

    def _faults(self, thing: Thing[Distribution], content: Content[Distribution], host: str) -> list[LinkFault]:
        if (view := content.view) is None:
            return []
        key = (thing.key, content.by)
        if key not in self._links:
            self._links[key] = list(content_faults(self._estate, view))
        own = list(certificate_faults(self._estate, view, host))
        if isinstance(view.enabled, Unknown):
            unsure = Condition().because("unknown", "nobody knows yet whether it is enabled", certain=False)
            own.append(LinkFault(("enabled", thing.key), unsure))
        return [*own, *self._links[key]]

    def _baseline(
        self, host: str, exact: tuple[Thing[Distribution], ...], wild: tuple[Thing[Distribution], ...]
    ) -> frozenset[Hashable]:
        """The marks of faults that stood before the apply in what served the host then."""
        return frozenset(
            fault.mark
            for thing in self._holders(host, exact, wild)
            for fault in self._faults(thing, thing.contents[0], host)
            if not fault.when.applied
        )

    def _holders(
        self, host: str, exact: tuple[Thing[Distribution], ...], wild: tuple[Thing[Distribution], ...]
    ) -> list[Thing[Distribution]]:
        """What held the host before the apply."""
        found = [thing for thing in exact if _holds(thing.initial, {host})]
        return found or [thing for thing in wild if _holds(thing.initial, {"*." + host.partition(".")[2]})]


def _holds(view: Distribution | None, names: set[str]) -> bool:
    return view is not None and view.enabled is not False and not view.staging and not names.isdisjoint(view.aliases)


def _lacking(content: Content[Distribution]) -> Condition:
    if content.view is not None and content.view.aliases_unknown:
        return content.when.because("unknown", "nobody knows yet all the aliases of a distribution", certain=False)
    return content.when
