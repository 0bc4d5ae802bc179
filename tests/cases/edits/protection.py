"""What must not go: protected and stateful resources, zones, and options that only look like protection."""

from __future__ import annotations

from typing import Any

from casebook import Edit, case
from sites import STATIC, Site, add, certify, change, option, record, remove, serve

from edits.records import external

__all__: list[str] = []

LOST: dict[str, Any] = {"rules": ("protected-delete",)}
OLD = "www.example.net"


@case("protected before: the engine stops over it as well", **LOST, aws=("BucketNotEmpty",), stopped=True)
def protected_bucket_deleted(site: Site) -> Edit:
    add(site, "bucket", "logs", {"protect": True}, bucket="logs-example-org")
    yield
    remove(site, "logs")


@case("the protection is dropped and the certificate replaced in one apply", **LOST)
def protection_dropped_and_replaced(site: Site) -> Edit:
    certify(site, "spare-cert", "spare.example.org")
    option(site, "spare-cert", protect=True)
    yield
    option(site, "spare-cert", protect=None)
    change(site, "spare-cert", domain_name="other.example.org")


@case("its name servers change, and the parent still delegates to the old ones", **LOST, aws=("HostedZoneNotEmpty",))
def zone_replaced(site: Site) -> Edit:
    add(site, "zone", "other", name="example.net")
    yield
    change(site, "other", name="example.com")


@case("the zone of a served name is replaced, and with it the validation record that a renewal needs",
      rules=("double-claim", "hostname-dark", "protected-delete"), hostnames={STATIC: "dark"})  # fmt: skip
def zone_of_a_served_name_replaced(site: Site) -> Edit:
    yield
    change(site, "zone", delegation_set_id="N1PA6795SAMPLE")


def second_zone(site: Site) -> None:
    add(site, "zone", "other", name="example.net")
    record(site, "old", OLD, "A", "192.0.2.1")
    change(site, "old", zone_id="${other.zone_id}")


@case("a zone goes with its records", rules=("hostname-retired", "protected-delete"), args=external("192.0.2.1"),
      hostnames={OLD: "retired"})  # fmt: skip
def zone_deleted_with_its_records(site: Site) -> Edit:
    second_zone(site)
    yield
    remove(site, "old", "other")


@case("a zone goes, and a record that is let go of stays in it", rules=("hostname-dark", "protected-delete"),
      aws=("HostedZoneNotEmpty",), args=external("192.0.2.1"), hostnames={OLD: "dark"})  # fmt: skip
def zone_deleted_with_a_record_left_in_it(site: Site) -> Edit:
    second_zone(site)
    option(site, "old", retain_on_delete=True)
    yield
    remove(site, "old", "other")


@case("the provider's own retain_on_delete disables the distribution", **LOST)
def distribution_retained_by_input_deleted(site: Site) -> Edit:
    serve(site, "spare", [], retain_on_delete=True)
    yield
    remove(site, "spare")


@case("the engine's option lets go of the served distribution, which stays as it is", changes=1)
def served_distribution_let_go(site: Site) -> Edit:
    option(site, "cdn", retain_on_delete=True)
    for name in ("read", "static"):
        option(site, name, retain_on_delete=True)
    yield
    remove(site, "cdn", "read", "static")


@case("an explicit provider changes its region: what it manages is made anew, under names that are taken",
      rules=("double-claim", "protected-delete"), aws=("BucketAlreadyOwnedByYou", "BucketNotEmpty"))  # fmt: skip
def explicit_provider_region_changed(site: Site) -> Edit:
    add(site, "provider", "us::east", region="us-east-1")
    add(site, "bucket", "logs", {"provider": "us::east"}, bucket="logs-example-org")
    add(site, "bucket", "traces", {"provider": "us::east"}, bucket="traces-example-org")
    yield
    change(site, "us::east", region="us-east-2")
