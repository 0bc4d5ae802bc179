"""An alias moved from one distribution to another in one step, so that no moment is without it.

By two updates there is a gap, and the other way round AWS refuses (CNAMEAlreadyExists). AssociateAlias moves it at
once. Sources: CloudFront API Reference, AssociateAlias; Developer Guide, "Move an alternate domain name" (the target's
certificate covers the name; a TXT record at `_NAME`, or `_.NAME` for an apex, names the target's domain). The record
is put there before the first call: CloudFront remembers a miss for as long as the zone says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slipway.ledger import Value
from slipway.moves.distributions import Certificate, Distribution, Distributions
from slipway.moves.logbook import Logbook
from slipway.moves.record_sets import described, same
from slipway.moves.refused import Refused
from slipway.moves.shift import Records
from slipway.route53.names import RecordSet, host

__all__ = ["AliasMove", "check", "covers", "move_alias", "proof"]

_PROOF_TTL = 60  # seconds
_PATIENCE = 1200.0  # seconds; a zone's negative TTL is 900 as Route 53 makes it
_MOST = 100  # aliases of one distribution, if no more were asked for (CloudFront quotas)


@dataclass(frozen=True, slots=True)
class AliasMove:
    """Which alias goes from where to where; `domain` is that of the hosted zone in which the proof is put."""

    alias: str
    domain: str
    source: str
    target: str


def covers(pattern: str, name: str) -> bool:
    """Whether a certificate's name covers a host name: equal, or a wildcard for exactly the first label."""
    return pattern == name or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:])


def check(alias: str, source: Distribution, target: Distribution, certificate: Certificate | None) -> None:
    """Refused unless AWS would take the move and the target would serve the name."""
    advice = "Deploy the target first, without the alias and with the certificate."
    if source.id == target.id:
        raise Refused(f"{source.id} is both where {alias} is and where it is to go", "Name two distributions.")
    if alias in target.aliases:
        return  # It has been moved already; what is left is the state.
    if alias not in source.aliases:
        held = ", ".join(source.aliases) or "none"
        raise Refused(f"{source.id} does not have the alias {alias}", f"It has {held}.")
    if source.staging or target.staging:
        raise Refused("a staging distribution takes no aliases", "Move the alias of its primary distribution.")
    if not target.enabled:
        raise Refused(f"{target.id} is not enabled: it would serve nobody", advice)
    for each in (source, target):
        if not each.deployed:
            raise Refused(f"{each.id} is being deployed", "Wait until it is, then run this again.")
    if certificate is None:
        raise Refused(f"{target.id} has no certificate of ACM's", advice)
    if certificate.status != "ISSUED":
        raise Refused(f"the certificate of {target.id} is {certificate.status}, not ISSUED", advice)
    if not any(covers(name, alias) for name in certificate.names):
        raise Refused(f"the certificate of {target.id} covers {', '.join(certificate.names)}, not {alias}", advice)
    if len(target.aliases) >= _MOST:
        raise Refused(f"{target.id} has {len(target.aliases)} aliases, and CloudFront takes {_MOST}", "Ask for more.")


def proof(alias: str, domain: str, target: Distribution) -> RecordSet:
    """The TXT record that proves that the name may go to the target; `domain` is that of its hosted zone."""
    dot = "." if alias == host(domain) else ""
    value = f'"{target.domain}"'
    return {"Name": f"_{dot}{alias}", "Type": "TXT", "TTL": _PROOF_TTL, "ResourceRecords": [{"Value": value}]}


def move_alias(
    move: AliasMove,
    distributions: Distributions,
    records: Records,
    serves: Callable[[], str],
    adjust: Callable[[], None],
    log: Logbook,
    seen: int,
) -> None:
    """Move it, wait for the edges, see that it is served, and adjust the state. Where it has moved already, the rest.

    `serves` says what is wrong with the name at the edges, or nothing: then the alias goes back at once. Refused says
    what stands.
    """
    source, target = distributions.read(move.source), distributions.read(move.target)
    certificate = distributions.certificate(target.certificate) if target.certificate else None
    check(move.alias, source, target, certificate)
    results: dict[str, Value] = {"move": "alias", "name": move.alias, "from": move.source, "to": move.target}
    with log.during(results, seen, "interrupted; doing it again finishes"):
        if move.alias not in target.aliases:
            _give(move, target, distributions, records)
        distributions.await_deployed(move.source, move.target)
        if wrong := serves():
            _give(move, source, distributions, records)
            distributions.await_deployed(move.source, move.target)
            raise Refused(f"{move.alias} is back at {move.source}: {wrong}", "The state was not touched.")
        adjust()


def _give(move: AliasMove, to: Distribution, distributions: Distributions, records: Records) -> None:
    """Give the alias to one of the two, and see that it alone has it."""
    with _proven(proof(move.alias, move.domain, to), records):
        distributions.associate(move.alias, to.id, _PATIENCE)
    for each in (distributions.read(move.source), distributions.read(move.target)):
        if (move.alias in each.aliases) != (each.id == to.id):
            has = "still has" if move.alias in each.aliases else "does not have"
            raise Refused(f"{each.id} {has} {move.alias}, though CloudFront moved it", "Run this again.")


@contextmanager
def _proven(wanted: RecordSet, records: Records) -> Iterator[None]:
    """While the proof stands in DNS; then it goes again. Another record that proves the same is left as it is."""
    standing = next((each for each in records.at(wanted["Name"]) if each["Type"] == "TXT"), None)
    if standing and not _texts(wanted) <= _texts(standing):
        raise Refused(
            f"{described(standing)} stands where the proof is to be",
            f"Add the text {', '.join(_texts(wanted))} to it, or remove it.",
        )
    if standing is None:
        records.change([("CREATE", wanted)], "slipway move alias: proof")
    try:
        yield
    finally:
        if standing is None or same(standing, wanted):
            records.change([("DELETE", wanted)], "slipway move alias: proof no longer needed")


def _texts(record: RecordSet) -> set[str]:
    return {host(each["Value"].strip('"')) for each in record.get("ResourceRecords", ())}
