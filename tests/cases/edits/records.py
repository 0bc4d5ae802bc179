"""Records of single names: added, changed, renamed, removed."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, alias, certify, change, cname, option, record, remove, rename, toward

__all__: list[str] = []

STATUS, INDEX, DOC, APEX = "status.example.org", "index.example.org", "doc.example.org", "example.org"
PLAIN = {"aliases": None, "ttl": 300, "records": ["${cdn.domain_name}"], "type": "CNAME"}


def external(*hosts: str) -> tuple[str, ...]:
    return tuple(argument for host in hosts for argument in ("--external", host))


@case("a new name that leads to a server outside", args=external("status.example.net"), hostnames={STATUS: "new"})
def record_added(site: Site) -> Edit:
    yield
    cname(site, "status", STATUS, "status.example.net")


@case("A and AAAA of one name", args=external("192.0.2.1", "2001:db8::1"), hostnames={STATUS: "new"})
def address_records_of_one_name_added(site: Site) -> Edit:
    yield
    record(site, "status-a", STATUS, "A", "192.0.2.1")
    record(site, "status-aaaa", "Status.example.org.", "AAAA", "2001:db8::1")


@case("two names that have nothing to do with each other", changes=2,
      args=external("status.example.net", "blog.example.net"))  # fmt: skip
def two_unrelated_records_added(site: Site) -> Edit:
    yield
    cname(site, "status", STATUS, "status.example.net")
    cname(site, "blog", "blog.example.org", "blog.example.net")


@case("a TTL lowered, as before a move")
def record_ttl_changed(site: Site) -> Edit:
    yield
    change(site, "static", ttl=60)


@case("a TTL raised, as after a move")
def record_ttl_raised(site: Site) -> Edit:
    yield
    change(site, "static", ttl=3600)


@case("a name goes that nobody said may go", rules=("hostname-retired",), hostnames={STATIC: "retired"})
def record_removed(site: Site) -> Edit:
    yield
    remove(site, "static")


@case("a name goes that is meant to", args=("--retire", STATIC), hostnames={STATIC: "retired"})
def record_removed_on_purpose(site: Site) -> Edit:
    yield
    remove(site, "static")


@case("DNS for a new name, and nothing has the alias", rules=("hostname-dark",), hostnames={DOC: "dark"})
def record_before_alias(site: Site) -> Edit:
    yield
    cname(site, "doc", DOC)


@case("new names that lead to one another", changes=2, rules=("hostname-dark",),
      hostnames={"a.example.org": "dark", "b.example.org": "dark"})  # fmt: skip
def names_lead_in_a_circle(site: Site) -> Edit:
    yield
    cname(site, "a", "a.example.org", "b.example.org")
    cname(site, "b", "b.example.org", "a.example.org")


@case("the create finds the old record set standing", rules=("double-claim", "hostname-dark"),
      aws=("InvalidChangeBatch",), hostnames={STATIC: "dark"})  # fmt: skip
def record_renamed(site: Site) -> Edit:
    yield
    rename(site, "static", "static-renamed")


@case("the create overwrites, and the late delete removes the live record set",
      rules=("double-claim", "hostname-dark"), hostnames={STATIC: "dark"})  # fmt: skip
def record_renamed_with_overwrite(site: Site) -> Edit:
    yield
    rename(site, "static", "static-renamed")
    change(site, "static-renamed", allow_overwrite=True)


@case("one URN for one record set: the engine keeps it", changes=0)
def record_renamed_with_an_alias(site: Site) -> Edit:
    yield
    rename(site, "static", "static-renamed", alias=True)


@case("an old name of the record let go of, with a new TTL")
def record_renamed_with_an_alias_and_a_ttl(site: Site) -> Edit:
    yield
    rename(site, "static", "static-renamed", alias=True)
    change(site, "static-renamed", ttl=60)


@case("a CNAME stands alone at its name", aws=("InvalidChangeBatch",), args=external("2001:db8::1"))
def address_beside_a_cname(site: Site) -> Edit:
    yield
    record(site, "static-v6", STATIC, "AAAA", "2001:db8::1")


@case("a CNAME becomes an alias in one URN: one atomic batch")
def cname_becomes_an_alias(site: Site) -> Edit:
    yield
    change(site, "static", type="A", ttl=None, records=None, aliases=toward("cdn"))


@case("an alias becomes a CNAME in one URN: one atomic batch")
def alias_becomes_a_cname(site: Site) -> Edit:
    remove(site, "static")
    alias(site, "static", STATIC)
    yield
    change(site, "static", **PLAIN)


@case("the same across two URNs: the alias cannot come while the CNAME stands", aws=("InvalidChangeBatch",))
def cname_becomes_an_alias_across_two_urns(site: Site) -> Edit:
    yield
    remove(site, "static")
    alias(site, "static-a", STATIC)


@case("the apex answers as an alias, for both address families", hostnames={APEX: "new"})
def apex_aliases_added(site: Site) -> Edit:
    certify(site, "cert", STATIC, APEX)
    change(site, "cdn", aliases=[STATIC, APEX])
    yield
    alias(site, "apex-a", APEX)
    alias(site, "apex-aaaa", APEX, "AAAA")


@case("no CNAME stands at a zone's apex", aws=("InvalidChangeBatch",), hostnames={APEX: ""})
def cname_at_the_apex(site: Site) -> Edit:
    certify(site, "cert", STATIC, APEX)
    change(site, "cdn", aliases=[STATIC, APEX])
    yield
    cname(site, "apex", APEX)


@case("an address family is added to a name that answers")
def aaaa_alias_added(site: Site) -> Edit:
    remove(site, "static")
    alias(site, "static", STATIC)
    yield
    alias(site, "static-v6", STATIC, "AAAA")


@case("the name still answers over the other address family")
def only_aaaa_removed(site: Site) -> Edit:
    remove(site, "static")
    alias(site, "static", STATIC)
    alias(site, "static-v6", STATIC, "AAAA")
    yield
    remove(site, "static-v6")


@case("an option makes the engine delete the record before it is there again", rules=("hostname-dark",),
      hostnames={STATIC: "dark"})  # fmt: skip
def record_replaced_delete_first(site: Site) -> Edit:
    option(site, "static", delete_before_replace=True, replace_on_changes=["ttl"])
    yield
    change(site, "static", ttl=60)


@case("a record replaced by itself: the create finds it standing", rules=("double-claim", "hostname-dark"),
      aws=("InvalidChangeBatch",), hostnames={STATIC: "dark"})  # fmt: skip
def record_replaced_by_itself(site: Site) -> Edit:
    option(site, "static", replace_on_changes=["ttl"])
    yield
    change(site, "static", ttl=60)


@case("a text record beside the names that serve")
def text_record_added(site: Site) -> Edit:
    yield
    record(site, "owner", "example.org", "TXT", "v=verification")
