"""Services that come and go as a whole."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, add, admit, certify, change, cname, option, remove, serve, standard

__all__: list[str] = []

NEW = "new.example.org"


def new_service(site: Site) -> None:
    """Another site beside the standard one, in the same zone and with the same router; its record waits for all."""
    add(site, "bucket", "new-bucket", bucket="new-example-org")
    certify(site, "new-cert", NEW)
    serve(site, "new-cdn", [NEW], issued="new-issued", bucket="new-bucket")
    admit(site, "new-read", "new-cdn", bucket="new-bucket")
    cname(site, "new", NEW, "${new-cdn.domain_name}")
    option(site, "new", depends_on=["new-read"])


@case("a whole new service beside the old one: it serves nobody yet", hostnames={NEW: "new"})
def new_service_added(site: Site) -> Edit:
    yield
    new_service(site)


@case("a new service whose record does not wait for the bucket to admit the distribution", rules=("hostname-dark",),
      hostnames={NEW: "dark"})  # fmt: skip
def new_service_out_of_order(site: Site) -> Edit:
    yield
    new_service(site)
    option(site, "new", depends_on=None)


@case("a new service, and an edit of the old one", changes=2, hostnames={NEW: "new"})
def new_service_added_and_a_ttl(site: Site) -> Edit:
    yield
    new_service(site)
    change(site, "static", ttl=60)


@case("a stack from empty: nothing that answers can be coupled", hostnames={STATIC: "new"})
def first_deployment(site: Site) -> Edit:
    site.clear()
    yield
    site.update(standard())
    option(site, "static", depends_on=["read"])
    add(site, "bucket", "unconnected", bucket="unconnected-example-org")


@case("a service goes as a whole, its bucket too", rules=("hostname-retired", "protected-delete"),
      aws=("BucketNotEmpty",), hostnames={STATIC: "retired"})  # fmt: skip
def service_removed(site: Site) -> Edit:
    yield
    remove(site, *(name for name in site if name != "zone"))


@case("a service goes on purpose; its bucket and zone stay", args=("--retire", NEW), hostnames={NEW: "retired"})
def service_retired(site: Site) -> Edit:
    new_service(site)
    yield
    remove(site, "new", "new-read", "new-cdn", "new-issued", "new-proof-new", "new-cert")
