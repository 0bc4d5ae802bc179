"""Write the put-together cases: `python tests/cases/make.py`. What each expects was decided by hand, below it.

The captured cases beside them (no `made` in their expected.json) are the engine's own output and are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from site_previews import DEFAULT, UNKNOWN, Site

HERE = Path(__file__).parent
CASES: dict[str, tuple[Callable[[Site], None], dict]] = {}


def case(
    changes: int,
    why: str,
    *,
    rules: tuple[str, ...] = (),
    cosmetic: int = 0,
    safe: bool = True,
    args: tuple[str, ...] = (),
    base: bool = True,
    hostnames: dict[str, str] | None = None,
) -> Callable[[Callable[[Site], None]], Callable[[Site], None]]:
    """A case named after the function: real changes, cosmetic ones, rules that must refuse. Without any it must be
    approved, unless it is not `safe`: then rules that are not named refuse it. `hostnames`: the status of each."""
    quiet = sorted({"one-change", "protected-delete"} - set(rules))
    status = 1 if rules or not safe else 0
    expected = {"made": True, "args": list(args), "exit": status, "changes": changes, "cosmetic": cosmetic}
    expected |= {"rules": list(rules), "not_rules": quiet, "why": why}
    if hostnames:
        expected["hostnames"] = {name: [status] for name, status in hostnames.items()}

    def keep(edit: Callable[[Site], None]) -> Callable[[Site], None]:
        CASES[edit.__name__] = (edit, {**expected, "base": base})
        return edit

    return keep


def certificate_reissued(
    site: Site, names: list[str], proofs: tuple[str, ...] = ("proof-static",), **more: object
) -> None:
    """What the engine prints when a certificate's names change: its proofs, validation and user all follow; `more` is
    what else is edited of the proofs."""
    site.replace("cert", subjectAlternativeNames=names)
    for proof in proofs:
        site.replace(proof, name=(UNKNOWN, "cert"), type=(UNKNOWN, "cert"), records=([UNKNOWN], "cert"), **more)
    site.replace("issued", certificateArn=(UNKNOWN, "cert"), validationRecordFqdns=([UNKNOWN], *proofs))
    site.update("cdn", viewerCertificate=({"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}, "issued"))


def name_added(site: Site, name: str, **more: object) -> None:
    certificate_reissued(site, [name])
    site.create(
        "record",
        f"proof-{name}",
        name=(UNKNOWN, "cert"),
        type=(UNKNOWN, "cert"),
        ttl=60,
        records=([UNKNOWN], "cert"),
        zoneId=("Zzone", "zone"),
    )
    if more:
        secure = ({"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}, "issued")
        site.update("cdn", viewerCertificate=secure, **more)


def record(site: Site, urn: str, name: str, **more: object) -> None:
    defaults = {"type": "CNAME", "ttl": 300, "records": (["dcdn.cloudfront.net"], "cdn"), "zoneId": ("Zzone", "zone")}
    site.create("record", urn, name=name, **{**defaults, **more})


def weighted(site: Site, urn: str, weight: int) -> None:
    site.has(
        "record",
        urn,
        name="www.example.org",
        type="CNAME",
        ttl=300,
        setIdentifier=urn,
        records=[f"{urn}.example.net"],
        weightedRoutingPolicies=[{"weight": weight}],
        zoneId=("Zzone", "zone"),
    )


def build(edit: Callable[[Site], None], base: bool) -> dict:
    site = Site(base)
    edit(site)
    return site.document()


def main() -> None:
    for name, (edit, expected) in CASES.items():
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        wanted = {key: value for key, value in expected.items() if key != "base"}
        (folder / "preview.json").write_text(json.dumps(build(edit, expected["base"]), indent=1) + "\n")
        (folder / "expected.json").write_text(json.dumps(wanted, indent=1) + "\n")


@case(1, "the alias waits for the certificate that gains its name")
def certificate_and_alias_gain_a_name(site: Site) -> None:
    name_added(site, "index.example.org", aliases=["static.example.org", "index.example.org"])


@case(2, "the headline: a new name on the certificate and its new record", rules=("one-change",))
def certificate_gains_a_name_and_its_record_is_added(site: Site) -> None:
    name_added(site, "index.example.org")
    record(site, "index", "index.example.org")


@case(2, "the same with the alias: it goes with the certificate, not with the record", rules=("one-change",))
def certificate_alias_and_record_of_a_new_name(site: Site) -> None:
    name_added(site, "index.example.org", aliases=["static.example.org", "index.example.org"])
    record(site, "index", "index.example.org")


@case(2, "the alias is of another name than the certificate gains", rules=("one-change",))
def certificate_gains_one_name_and_the_distribution_another(site: Site) -> None:
    name_added(site, "index.example.org", aliases=["static.example.org", "doc.example.org"])


@case(1, "a wildcard on the certificate covers the alias")
def certificate_gains_a_wildcard_and_the_distribution_a_name_under_it(site: Site) -> None:
    name_added(site, "*.example.org", aliases=["static.example.org", "index.example.org"])


@case(1, "the validation record of the lost name follows from the certificate")
def certificate_loses_a_name(site: Site) -> None:
    site.has(
        "certificate",
        "cert",
        domainName="static.example.org",
        validationMethod="DNS",
        subjectAlternativeNames=["index.example.org"],
    )
    site.proof("proof-index", "cert", "_v.index.example.org")
    certificate_reissued(site, [])
    site.delete("proof-index")


@case(2, "a name goes from certificate, alias and DNS: the record is a change of its own", rules=("one-change",))
def name_taken_out_everywhere(site: Site) -> None:
    site.has("certificate", "cert", domainName="static.example.org", subjectAlternativeNames=["index.example.org"])
    site.proof("proof-index", "cert", "_v.index.example.org")
    site.serve("cdn", ["static.example.org", "index.example.org"], "arn:cert", "issued")
    site.has("record", "index", name="index.example.org", type="A", records=(["dcdn.cloudfront.net"], "cdn"))
    certificate_reissued(site, [])
    secure = ({"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}, "issued")
    site.update("cdn", viewerCertificate=secure, aliases=["static.example.org"])
    site.delete("proof-index")
    site.delete("index")


@case(1, "a certificate component is one thing: its names and the TTL of its proofs")
def certificate_component_edited_twice(site: Site) -> None:
    site.component("tls")
    site.has("certificate", "cert", {"parent": "tls"}, domainName="static.example.org", validationMethod="DNS")
    site.proof("proof-static", "cert", "_v.static.example.org", parent="tls")
    certificate_reissued(site, ["index.example.org"], ttl=300)


@case(2, "a component that holds everything joins nothing", rules=("one-change",))
def component_that_holds_everything(site: Site) -> None:
    site.component("service")
    site.has("certificate", "cert", {"parent": "service"}, domainName="static.example.org", validationMethod="DNS")
    site.proof("proof-static", "cert", "_v.static.example.org", parent="service")
    certificate_reissued(site, ["index.example.org"])
    site.create(
        "record",
        "index",
        {"parent": "service"},
        name="index.example.org",
        type="CNAME",
        ttl=300,
        records=["elsewhere.example.net"],
        zoneId=("Zzone", "zone"),
    )


@case(2, "nested components: the inner ones count, the outer one joins nothing", rules=("one-change",))
def concerns_inside_one_service_component(site: Site) -> None:
    site.component("service")
    site.component("tls", "service")
    site.component("names", "service")
    site.has("certificate", "cert", {"parent": "tls"}, domainName="static.example.org", validationMethod="DNS")
    certificate_reissued(site, ["index.example.org"])
    site.create(
        "record",
        "index",
        {"parent": "names"},
        name="index.example.org",
        type="CNAME",
        ttl=300,
        records=["elsewhere.example.net"],
        zoneId=("Zzone", "zone"),
    )


@case(1, "a new name that leads to a server outside", args=("--external", "status.example.net"))
def record_added(site: Site) -> None:
    record(site, "status", "status.example.org", records=["status.example.net"])


@case(1, "A and AAAA of one name", args=("--external", "192.0.2.1", "--external", "2001:db8::1"))
def address_records_of_one_name_added(site: Site) -> None:
    record(site, "status-a", "status.example.org", type="A", records=["192.0.2.1"])
    record(site, "status-aaaa", "Status.example.org.", type="AAAA", records=["2001:db8::1"])


@case(2, "two names that have nothing to do with each other", rules=("one-change",))
def two_unrelated_records_added(site: Site) -> None:
    record(site, "status", "status.example.org", records=["status.example.net"])
    record(site, "blog", "blog.example.org", records=["blog.example.net"])


@case(1, "both members of a weighted set", args=("--external", "one.example.net", "--external", "two.example.net"))
def weight_shifted(site: Site) -> None:
    weighted(site, "one", 255)
    weighted(site, "two", 0)
    site.update("one", weightedRoutingPolicies=[{"weight": 230}])
    site.update("two", weightedRoutingPolicies=[{"weight": 25}])


@case(1, "a record written relative to its zone is the same name")
def weighted_set_named_relative_to_its_zone(site: Site) -> None:
    weighted(site, "one", 255)
    site.has(
        "record",
        "two",
        name="www",
        type="CNAME",
        ttl=300,
        setIdentifier="two",
        records=["two.example.net"],
        weightedRoutingPolicies=[{"weight": 1}],
        zoneId=("Zzone", "zone"),
    )
    site.update("one", ttl=60)
    site.update("two", ttl=60)


@case(2, "the TTLs of two names", rules=("one-change",))
def ttl_of_two_names(site: Site) -> None:
    weighted(site, "one", 255)
    site.update("one", ttl=60)
    site.update("static", ttl=60)


@case(1, "a TTL")
def record_ttl_changed(site: Site) -> None:
    site.update("static", ttl=60)


@case(0, "labels on five resources", cosmetic=1)
def tags_on_five_resources(site: Site) -> None:
    for name in ("crates", "cert", "cdn", "zone", "router"):
        site.update(name, reasons=("tags", "tagsAll"), tags={"team": "infra"}, tagsAll={"team": "infra"})


@case(1, "labels beside one TTL", cosmetic=1)
def tags_and_a_ttl(site: Site) -> None:
    for name in ("crates", "cert", "zone"):
        site.update(name, tags={"team": "infra"})
    site.update("static", ttl=60)


@case(0, "tags on some, a comment on another", cosmetic=2)
def tags_and_a_comment(site: Site) -> None:
    site.update("crates", tags={"team": "infra"})
    site.update("cdn", comment="crates")


@case(1, "a description that replaces is not cosmetic")
def replaced_for_a_description(site: Site) -> None:
    site.has("aws:iam/policy:Policy", "reader", name="reader", description="reads", policy="{}")
    site.replace("reader", description="reads all")


@case(1, "the router's code, in place")
def function_code_changed(site: Site) -> None:
    site.update("router", code="function handler(e) { return e.request; }")


@case(2, "the router's code and the cache's TTL", rules=("one-change",))
def function_code_and_cache_ttl(site: Site) -> None:
    site.update("router", code="function handler(e) { return e.request; }")
    site.update(
        "cdn",
        defaultCacheBehavior=(
            {
                "defaultTtl": 60,
                "targetOriginId": "s3",
                "functionAssociations": [{"eventType": "viewer-request", "functionArn": "arn:router"}],
            },
            "router",
        ),
    )


@case(2, "both lie under one input: only the function's part is explained", rules=("one-change",))
def function_replaced_and_cache_ttl_under_one_input(site: Site) -> None:
    site.replace("router", name="router-2")
    site.update(
        "cdn",
        defaultCacheBehavior=(
            {
                "defaultTtl": 60,
                "targetOriginId": "s3",
                "functionAssociations": [{"eventType": "viewer-request", "functionArn": UNKNOWN}],
            },
            "router",
        ),
    )


@case(2, "they meet in the distribution, which does not make them one", rules=("one-change",))
def certificate_and_function_replaced_under_one_distribution(site: Site) -> None:
    certificate_reissued(site, ["index.example.org"])
    site.replace("router", name="router-2")
    site.update(
        "cdn",
        viewerCertificate=({"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}, "issued"),
        defaultCacheBehavior=(
            {
                "defaultTtl": 86400,
                "targetOriginId": "s3",
                "functionAssociations": [{"eventType": "viewer-request", "functionArn": UNKNOWN}],
            },
            "router",
        ),
    )


@case(1, "the function goes, and with it its place in the distribution")
def function_taken_off(site: Site) -> None:
    site.update("cdn", defaultCacheBehavior={"defaultTtl": 86400, "targetOriginId": "s3"})
    site.delete("router")


@case(1, "a function comes, and with it its place in the distribution")
def function_put_on(site: Site) -> None:
    site.create("function", "second", name="second", code="x")
    site.update(
        "cdn",
        defaultCacheBehavior=(
            {
                "defaultTtl": 86400,
                "targetOriginId": "s3",
                "functionAssociations": [
                    {"eventType": "viewer-request", "functionArn": "arn:router"},
                    {"eventType": "viewer-response", "functionArn": UNKNOWN},
                ],
            },
            "router",
            "second",
        ),
    )


def new_service(site: Site) -> None:
    site.create("bucket", "new-bucket", bucket="new-example-org")
    site.create("lifecycle", "new-lifecycle", bucket=(UNKNOWN, "new-bucket"), rules=[{"id": "old"}])
    site.create("oac", "new-oac", name="new-oac")
    site.create("certificate", "new-cert", domainName="new.example.org")
    site.create(
        "record",
        "new-proof",
        name=(UNKNOWN, "new-cert"),
        type=(UNKNOWN, "new-cert"),
        ttl=60,
        records=([UNKNOWN], "new-cert"),
        zoneId=("Zzone", "zone") if "zone" in site.states else "Z1",
    )
    site.create(
        "validation", "new-issued", certificateArn=(UNKNOWN, "new-cert"), validationRecordFqdns=([UNKNOWN], "new-proof")
    )
    site.create(
        "distribution",
        "new-cdn",
        aliases=["new.example.org"],
        enabled=True,
        origins=([{"domainName": UNKNOWN, "originAccessControlId": UNKNOWN}], "new-bucket", "new-oac"),
        viewerCertificate=({"acmCertificateArn": UNKNOWN}, "new-issued"),
    )
    site.create("policy", "new-read", bucket=(UNKNOWN, "new-bucket"), policy=(UNKNOWN, "new-bucket", "new-cdn"))
    site.create(
        "record",
        "new",
        name="new.example.org",
        type="CNAME",
        ttl=300,
        records=([UNKNOWN], "new-cdn"),
        zoneId=("Zzone", "zone") if "zone" in site.states else "Z1",
    )


@case(1, "a whole new service beside the old one: it serves nobody yet")
def new_service_added(site: Site) -> None:
    new_service(site)


@case(2, "a new service, and an edit of the old one", rules=("one-change",))
def new_service_added_and_a_ttl(site: Site) -> None:
    new_service(site)
    site.update("static", ttl=60)


@case(1, "a stack from empty: nothing that answers can be coupled", base=False)
def first_deployment(site: Site) -> None:
    new_service(site)
    site.create("alarm", "unconnected", name="unconnected", threshold=1)


@case(1, "an alias the certificate covers already, and the name's first record")
def alias_and_first_record(site: Site) -> None:
    site.has("certificate", "cert", domainName="*.example.org", validationMethod="DNS")
    site.update("cdn", aliases=["static.example.org", "index.example.org"])
    record(site, "index", "index.example.org")


@case(2, "a name that answers already is moved, and an alias added for it", rules=("one-change",))
def alias_and_a_name_that_answers_already(site: Site) -> None:
    weighted(site, "one", 255)
    site.update("cdn", aliases=["static.example.org", "www.example.org"])
    site.update("one", records=["dcdn.cloudfront.net"])


@case(2, "the old distribution goes in the apply that moves the name", rules=("one-change",))
def name_moved_and_the_old_distribution_deleted(site: Site) -> None:
    site.create("distribution", "new-cdn", aliases=[], enabled=True, origins=[{"domainName": "o.example.net"}])
    site.update("static", records=([UNKNOWN], "new-cdn"))
    site.delete("cdn")


@case(2, "a new distribution, and today's name switched to it by another record", rules=("one-change",))
def new_distribution_and_the_name_switched_by_another_record(site: Site) -> None:
    site.create("distribution", "new-cdn", aliases=[], enabled=True, origins=[{"domainName": "o.example.net"}])
    record(site, "static-new", "static.example.org", records=([UNKNOWN], "new-cdn"), setIdentifier="new")
    site.delete("static")


@case(1, "one name, one record set, another URN: one change, though not a safe one", safe=False)
def record_renamed_in_the_program(site: Site) -> None:
    record(site, "static-renamed", "static.example.org")
    site.delete("static")


@case(1, "a service goes as a whole, its bucket too", rules=("protected-delete",))
def service_removed(site: Site) -> None:
    for name in ("oac", "router", "crates", "cert", "proof-static", "issued", "cdn", "read", "static"):
        site.delete(name)


@case(1, "protected before: the engine stops over it as well", rules=("protected-delete",))
def protected_bucket_deleted(site: Site) -> None:
    site.has("bucket", "logs", {"protect": True}, bucket="logs-example-org")
    site.delete("logs")
    urn = site.states["logs"]["urn"]
    site.diagnostics = [
        {"urn": urn, "message": f"error: Preview failed: resource {urn!r} cannot be deleted\n", "severity": "error"},
        {"message": "error: preview failed\n", "severity": "error"},
    ]


@case(1, "the protection is dropped and the certificate replaced in one apply", rules=("protected-delete",))
def protection_dropped_and_replaced(site: Site) -> None:
    site.has("certificate", "spare", {"protect": True}, domainName="spare.example.org")
    site.replace("spare", {"protect": False}, domainName="other.example.org")


@case(1, "its objects are gone, whatever the direction", rules=("protected-delete",))
def origin_bucket_replaced(site: Site) -> None:
    site.replace("crates", delete_first=True, bucket="crates-2")
    site.replace("read", bucket=(UNKNOWN, "crates"))
    site.update(
        "cdn", origins=([{"domainName": UNKNOWN, "originAccessControlId": "id-oac", "originId": "s3"}], "crates", "oac")
    )


@case(1, "its name servers change, and the parent still delegates to the old ones", rules=("protected-delete",))
def zone_replaced(site: Site) -> None:
    site.has("zone", "other", name="example.net")
    site.replace("other", name="example.com")


@case(1, "retained by the engine's option: the provider is never asked to delete it")
def retained_bucket_let_go(site: Site) -> None:
    site.has("bucket", "attic", {"retainOnDelete": True}, bucket="attic")
    site.delete("attic")


@case(1, "the provider's own retain_on_delete disables the distribution", rules=("protected-delete",))
def distribution_retained_by_input_deleted(site: Site) -> None:
    site.has("distribution", "spare", aliases=[], enabled=True, retainOnDelete=True, origins=[{"originId": "o"}])
    site.delete("spare")


@case(0, "a kind of step that nobody knows", rules=("one-change",))
def unknown_kind_of_step(site: Site) -> None:
    site.op("static", "levitate")


@case(0, "nothing to do")
def nothing_to_do(site: Site) -> None:
    site.component("empty")


@case(0, "read, refreshed and imported: the world stays as it is")
def read_refreshed_and_imported(site: Site) -> None:
    site.op("zone", "refresh")
    site.op("crates", "import")
    site.has("zone", "foreign", {"external": True}, name="example.net")
    site.steps["foreign"][0]["op"] = "read"


@case(1, "left over from an earlier apply: a delete half that stands alone")
def pending_delete_finished(site: Site) -> None:
    site.delete("cert", left_over=True)


@case(1, "a masked secret differs where only the engine can see it")
def secret_input_changed(site: Site) -> None:
    site.has("aws:cloudfront/publicKey:PublicKey", "key", name="key", encodedKey="[secret]")
    site.update("key", encodedKey="[secret]")


@case(1, "bookkeeping of a bridged provider is no difference of its own")
def defaults_bookkeeping_and_a_ttl(site: Site) -> None:
    site.has("record", "plain", name="plain.example.org", type="A", ttl=300, records=["192.0.2.1"], __defaults=[])
    site.update("plain", ttl=60, __defaults=["ttl"])


@case(1, "one provider version for all: its own step is not printed")
def default_provider_upgraded(site: Site) -> None:
    for name in ("cdn", "router", "crates"):
        site.update(name, {"provider": DEFAULT.replace("7_51_1", "7_52_0")})
        site.steps[name][0]["diffReasons"] = []


@case(1, "an explicit provider changes, and what it manages with it")
def explicit_provider_region_changed(site: Site) -> None:
    site.has("provider", "us::east", region="us-east-1")
    reference = site.states["us::east"]["urn"] + "::id-1"
    site.has("alarm", "errors", {"provider": reference}, name="errors")
    site.has("alarm", "retries", {"provider": reference}, name="retries")
    site.update("us::east", region="us-east-2")
    for name in ("errors", "retries"):
        site.replace(name, {"provider": reference})


@case(2, "resources of other packages are changes like any other", rules=("one-change",))
def other_packages(site: Site) -> None:
    site.has("random:index/randomPet:RandomPet", "odd::name $ünï\u202e", length=2)
    site.has("fastly:index/serviceVcl:ServiceVcl", "second-cdn", name="static", force=True)
    site.replace("odd::name $ünï\u202e", length=3)
    site.update("second-cdn", force=False)


@case(1, "settings of one bucket, each a resource of its own")
def bucket_settings_of_one_bucket(site: Site) -> None:
    site.has("lifecycle", "lifecycle", bucket=("crates-example-org", "crates"), rules=[{"id": "a"}])
    site.update("lifecycle", rules=[{"id": "b"}])
    site.update("read", policy='{"Statement": 2}')


@case(1, "alarms in a component of alarms")
def alarms_of_one_component(site: Site) -> None:
    site.component("alarms")
    for name in ("errors", "retries"):
        site.has("alarm", name, {"parent": "alarms"}, name=name, threshold=1)
        site.update(name, threshold=2)


STATIC = "static.example.org"


def reads_its_bucket(site: Site, *arns: str) -> None:
    """A distribution whose bucket and its policy are in the plan; the policy admits these distributions."""
    site.has("bucket", "crates", bucket="crates-example-org")
    site.serve("cdn", [STATIC], "arn:cert", "issued")
    origin = {"domainName": "crates-example-org.s3.amazonaws.com", "originAccessControlId": "id-oac", "originId": "s3"}
    site.has(
        "distribution",
        "cdn",
        **{**site.states["cdn"]["inputs"], "origins": ([origin], "crates", "oac")},
    )
    site.has("policy", "read", bucket=("crates-example-org", "crates"), policy=(admitting(*arns), "cdn"))


def admitting(*arns: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::crates-example-org/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": list(arns)}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@case(1, "the bucket's policy forgets the distribution", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def policy_no_longer_admits(site: Site) -> None:
    reads_its_bucket(site, "arn:cdn")
    site.update("read", policy=admitting("arn:another"))


@case(1, "another reader is added to the bucket's policy", hostnames={STATIC: "lit"})
def policy_admits_one_more(site: Site) -> None:
    reads_its_bucket(site, "arn:cdn")
    site.update("read", policy=admitting("arn:cdn", "arn:another"))


@case(1, "the bucket's policy goes", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def policy_deleted(site: Site) -> None:
    reads_its_bucket(site, "arn:cdn")
    site.delete("read")


@case(1, "the old policy becomes unreadable", rules=("hostname-unknown",), hostnames={STATIC: "unknown"})
def policy_is_not_json(site: Site) -> None:
    reads_its_bucket(site, "arn:cdn")
    site.update("read", policy="{not json")


@case(1, "a function goes while it is attached", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def function_deleted_while_attached(site: Site) -> None:
    site.delete("router")


@case(1, "the distribution is switched off", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def distribution_disabled(site: Site) -> None:
    site.update("cdn", enabled=False)


@case(1, "the certificate loses the served name", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def certificate_no_longer_covers_an_alias(site: Site) -> None:
    site.replace("cert", domainName="other.example.org")
    site.replace("issued", certificateArn=(UNKNOWN, "cert"))
    site.update("cdn", viewerCertificate=({"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}, "issued"))


@case(1, "the exact alias goes, a wildcard elsewhere takes over", hostnames={STATIC: "lit"})
def wildcard_elsewhere_takes_over(site: Site) -> None:
    site.has("certificate", "wide", domainName="*.example.org")
    site.has("validation", "wide-issued", certificateArn=("arn:wide", "wide"))
    site.serve("other", ["*.example.org"], "arn:wide", "wide-issued")
    site.update("cdn", aliases=[])


@case(1, "the record overwrites itself under another URN, and is deleted at the end", rules=("hostname-dark",),
      hostnames={STATIC: "dark"})  # fmt: skip
def record_renamed_with_overwrite(site: Site) -> None:
    record(site, "static-renamed", STATIC, allowOverwrite=True)
    site.delete("static")


@case(1, "DNS for a new name, and nothing has the alias", rules=("hostname-dark",),
      hostnames={"doc.example.org": "dark", STATIC: "lit"})  # fmt: skip
def record_before_alias(site: Site) -> None:
    record(site, "doc", "doc.example.org")


@case(2, "the name leaves for a second CDN while its distribution goes", rules=("one-change", "hostname-stale"),
      args=("--external", "pool.example.net"), hostnames={STATIC: "stale"})  # fmt: skip
def name_moved_out_and_the_distribution_deleted(site: Site) -> None:
    site.update("static", records=["pool.example.net"])
    site.delete("cdn")


@case(1, "the name leaves for a second CDN", args=("--external", "pool.example.net"), hostnames={STATIC: "lit"})
def name_moved_out(site: Site) -> None:
    site.update("static", records=["pool.example.net"])


@case(1, "the name leaves for a host that nobody vouches for", rules=("hostname-unknown",),
      hostnames={STATIC: "unknown"})  # fmt: skip
def name_moved_to_an_undeclared_host(site: Site) -> None:
    site.update("static", records=["pool.example.net"])


@case(1, "weight for a member that leads to no alias", rules=("hostname-dim",),
      hostnames={"www.example.org": "dim", STATIC: "lit"})  # fmt: skip
def weight_given_to_what_does_not_serve(site: Site) -> None:
    weighted(site, "one", 255)
    weighted(site, "two", 0)
    site.has("record", "two", **{**site.states["two"]["inputs"], "records": ["dcdn.cloudfront.net"]})
    site.update("two", weightedRoutingPolicies=[{"weight": 25}])


@case(1, "a name goes that nobody said may go", rules=("hostname-retired",), hostnames={STATIC: "retired"})
def record_removed(site: Site) -> None:
    site.delete("static")


@case(1, "a name goes that is meant to", args=("--retire", STATIC), hostnames={STATIC: "retired"})
def record_removed_on_purpose(site: Site) -> None:
    site.delete("static")


@case(2, "new names that lead to one another", rules=("one-change", "hostname-dark"),
      hostnames={"a.example.org": "dark"})  # fmt: skip
def names_lead_in_a_circle(site: Site) -> None:
    record(site, "a", "a.example.org", records=["b.example.org"])
    record(site, "b", "b.example.org", records=["a.example.org"])


@case(1, "the zone of a served name is replaced", rules=("hostname-dark", "protected-delete"),
      hostnames={STATIC: "dark"})  # fmt: skip
def zone_of_a_served_name_replaced(site: Site) -> None:
    site.replace("zone", delegationSetId="N1")
    site.replace("static", zoneId=(UNKNOWN, "zone"))
    site.replace("proof-static", zoneId=(UNKNOWN, "zone"))


if __name__ == "__main__":
    main()
