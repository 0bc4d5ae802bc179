"""Random programs that stand before a plan: a zone, some names, what serves them. Every name is served.

What a name needs (an alias, a name on the certificate, a line in the bucket policy) is put in after the parts were
drawn, since the proof is about what an apply does to names that are served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from oracle.previews import Ref, Resource, Text

__all__ = [
    "DECLARED",
    "DISTRIBUTIONS",
    "EXTERNAL_CERTIFICATE",
    "NAMES",
    "UNDECLARED",
    "Draw",
    "certified",
    "distribution",
    "policy",
    "record",
    "standing",
]

Draw = Callable[[st.SearchStrategy[Any]], Any]
NAMES = ("www.example.org", "static.example.org")
THROUGH = "cdn.example.org"
ALIASES = (*NAMES, THROUGH, "*.example.org")
DISTRIBUTIONS = ("blue", "green")
# Targets outside the plan: one that the configuration says serves, one that nobody says anything of.
DECLARED, UNDECLARED = "mirror.example.net", "elsewhere.example.com"
EXTERNAL_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/of-another-stack"
CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"


def chance(draw: Draw, percent: int) -> bool:
    """False when hypothesis shrinks."""
    return draw(st.integers(0, 99)) >= 100 - percent


def distribution(
    aliases: Iterable[str], certificate: Ref | str, bucket: Ref | None, function: Ref | None, enabled: bool = True
) -> Resource:
    origin = {"originId": "main", "domainName": bucket or "origin.example.net"}
    attached = [{"eventType": "viewer-request", "functionArn": function}] if function else []
    inputs = {
        "aliases": sorted(aliases),
        "enabled": enabled,
        "origins": [origin | ({"originAccessControlId": Ref("oac", "id")} if bucket else {})],
        "defaultCacheBehavior": {
            "targetOriginId": "main",
            "viewerProtocolPolicy": "redirect-to-https",
            "functionAssociations": attached,
        },
        "viewerCertificate": {"acmCertificateArn": certificate, "sslSupportMethod": "sni-only"},
    }
    return Resource("distribution", inputs)


def certified(name: str, names: Iterable[str], proof: bool) -> dict[str, Resource]:
    """A certificate, its validation, and perhaps the record that proves it."""
    more = sorted(set(names) - {NAMES[0]})
    inputs = {"domainName": NAMES[0], "subjectAlternativeNames": more, "validationMethod": "DNS"}
    made = {name: Resource("certificate", inputs)}
    fqdn: Ref | str = "_elsewhere.example.org"
    if proof:
        values = {
            "name": Ref(name, "resourceRecordName"),
            "type": "CNAME",
            "records": [Ref(name, "resourceRecordValue")],
            "ttl": 60,
        }
        made[f"{name}-proof"] = Resource("record", {**values, "zoneId": Ref("zone", "zoneId")})
        fqdn = Ref(f"{name}-proof", "fqdn")
    validation = {"certificateArn": Ref(name, "arn"), "validationRecordFqdns": [fqdn]}
    return made | {f"{name}-issued": Resource("validation", validation)}


def policy(admitted: Iterable[Ref | str]) -> Resource:
    """A bucket policy that lets these distributions (by ARN) read."""
    parts: list[str | Ref] = ['{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", ']
    parts += ['"Principal": {"Service": "cloudfront.amazonaws.com"}, "Resource": "', Ref("files", "arn"), '/*", ']
    parts.append('"Condition": {"StringEquals": {"AWS:SourceArn": [')
    for number, arn in enumerate(admitted):
        parts += ['"' if number == 0 else ', "', arn, '"']
    parts.append("]}}}]}")
    return Resource("policy", {"bucket": Ref("files", "id"), "policy": Text(tuple(parts))})


def record(name: str, target: Ref | str, alias: bool, weight: int | None = None, member: str = "") -> Resource:
    """An alias A record or a CNAME, perhaps one of a weighted set."""
    inputs: dict[str, Any] = {"name": name, "zoneId": Ref("zone", "zoneId"), "type": "A" if alias else "CNAME"}
    if alias:
        inputs["aliases"] = [{"name": target, "zoneId": CLOUDFRONT_ZONE, "evaluateTargetHealth": False}]
    else:
        inputs |= {"records": [target], "ttl": 300}
    if weight is not None:
        inputs |= {"setIdentifier": member, "weightedRoutingPolicies": [{"weight": weight}]}
    return Resource("record", inputs)


def standing(draw: Draw) -> dict[str, Resource]:
    """A program whose names all work."""
    program = {"zone": Resource("zone", {"name": "example.org", "comment": "Managed by Pulumi"})}
    bucket = chance(draw, 60)
    if bucket:
        program |= {"oac": Resource("oac", {"name": "oac"}), "files": Resource("bucket", {"bucket": "example-files"})}
    function = chance(draw, 35)
    if function:
        program["router"] = Resource("function", {"name": "router", "code": "1"})
    own_certificate = chance(draw, 70)
    spare_certificate = chance(draw, 20)
    present = [name for name in DISTRIBUTIONS if chance(draw, {"blue": 90, "green": 60}[name])]
    targets = _records(draw, program, present)
    aliases = _aliases(draw, present, targets)
    for name, certificate in (("cert", own_certificate), ("spare", spare_certificate)):
        if certificate:
            program |= certified(name, [*_needed(aliases), *_some(draw, ALIASES)], chance(draw, 30))
    for name in present:
        choices: list[Ref | str] = [Ref("cert-issued", "certificateArn"), Ref("cert", "arn")] if own_certificate else []
        certificate = draw(st.sampled_from([*choices, EXTERNAL_CERTIFICATE]))
        origin = Ref("files", "bucketRegionalDomainName") if bucket and not chance(draw, 20) else None
        code = Ref("router", "arn") if function and not chance(draw, 25) else None
        program[name] = distribution(aliases[name], certificate, origin, code)
    if bucket and not chance(draw, 10):
        program["read"] = policy([Ref(name, "arn") for name in present])
    return program


def _records(draw: Draw, program: dict[str, Resource], present: list[str]) -> dict[str, set[str]]:
    """Put in records; which names lead to which distribution."""
    targets: dict[str, set[str]] = {}
    through = bool(present) and chance(draw, 25)
    if through:
        home = draw(st.sampled_from(present))
        program["through"] = record(THROUGH, Ref(home, "domainName"), draw(st.booleans()))
        targets[THROUGH] = {home}
    for name in NAMES[: draw(st.sampled_from((1, 1, 2)))]:
        label = name.partition(".")[0]
        weighted = chance(draw, 35)
        alias = draw(st.booleans())
        for member in ("a", "b") if weighted else ("",):
            choices = [*present, *(["through"] if through else []), DECLARED, UNDECLARED]
            if alias:
                choices = [choice for choice in choices if choice in present] or [DECLARED]
            choice = choices[0] if len(choices) == 1 else draw(st.sampled_from(choices))
            weight = draw(st.sampled_from((1, 100, 0))) if weighted else None
            program[f"{label}{member}"] = record(name, target_of(choice), alias and choice in present, weight, member)
            targets.setdefault(name, set()).update(
                {choice} & set(present), targets[THROUGH] if choice == "through" else ()
            )
    return targets


def target_of(choice: str) -> Ref | str:
    """The value of a record that leads there."""
    if choice in (DECLARED, UNDECLARED):
        return choice
    return Ref(choice, "name") if choice == "through" else Ref(choice, "domainName")


def _aliases(draw: Draw, present: list[str], targets: dict[str, set[str]]) -> dict[str, set[str]]:
    """The aliases of each distribution: no name on two, and one for every name that leads to CloudFront."""
    free = list(ALIASES)
    aliases: dict[str, set[str]] = {name: set() for name in present}
    for host, homes in targets.items():
        if homes:
            wild = "*.example.org" in free and chance(draw, 20)
            alias = "*.example.org" if wild else host
            if alias in free:
                aliases[draw(st.sampled_from(sorted(homes)))].add(alias)
                free.remove(alias)
    for name in present:
        for alias in _some(draw, tuple(free)):
            aliases[name].add(alias)
            free.remove(alias)
    return aliases


def _needed(aliases: dict[str, set[str]]) -> list[str]:
    return [alias for names in aliases.values() for alias in names]


def _some(draw: Draw, choices: tuple[str, ...]) -> list[str]:
    return [choice for choice in choices if chance(draw, 20)]
