"""Names that lead through other names: CNAME chains, wildcards, other hosts."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, alias, certify, change, cname, option, remove

from edits.records import external

__all__: list[str] = []

MIDDLE, DOC, WILD = "lb.example.org", "doc.example.org", "*.example.org"
POOL = external("pool.example.net")


def through_the_middle(site: Site) -> None:
    cname(site, "middle", MIDDLE)
    change(site, "static", records=[MIDDLE])


@case("the TTL of a name in the middle of a chain")
def middle_of_a_chain_changes_its_ttl(site: Site) -> Edit:
    through_the_middle(site)
    yield
    change(site, "middle", ttl=60)


@case("the name in the middle goes, and the chain with it", rules=("hostname-dark",), args=("--retire", MIDDLE),
      hostnames={STATIC: "dark"})  # fmt: skip
def middle_of_a_chain_removed(site: Site) -> Edit:
    through_the_middle(site)
    yield
    remove(site, "middle")


@case("the chain is shortened: the name leads straight to the distribution")
def chain_shortened(site: Site) -> Edit:
    through_the_middle(site)
    yield
    change(site, "static", records=["${cdn.domain_name}"])


@case("the chain is shortened and its middle deleted: resolvers still hold the old first half",
      changes=2, rules=("hostname-stale",), args=("--retire", MIDDLE), hostnames={STATIC: "stale"})  # fmt: skip
def chain_shortened_and_its_middle_deleted(site: Site) -> Edit:
    through_the_middle(site)
    yield
    change(site, "static", records=["${cdn.domain_name}"])
    remove(site, "middle")


def covered(site: Site) -> None:
    certify(site, "cert", STATIC, DOC)


@case("an alias the certificate covers already, and the name's first record", hostnames={DOC: "new"})
def alias_and_first_record(site: Site) -> Edit:
    covered(site)
    yield
    change(site, "cdn", aliases=[STATIC, DOC])
    cname(site, "doc", DOC)


@case("the first record leads through another name, so nothing makes it wait for the alias", rules=("hostname-dark",),
      hostnames={DOC: "dark"})  # fmt: skip
def alias_and_first_record_through_another_name(site: Site) -> Edit:
    covered(site)
    yield
    change(site, "cdn", aliases=[STATIC, DOC])
    cname(site, "doc", DOC, STATIC)


@case("depends_on makes the first record wait for the alias", hostnames={DOC: "new"})
def first_record_that_waits_for_the_alias(site: Site) -> Edit:
    covered(site)
    yield
    change(site, "cdn", aliases=[STATIC, DOC])
    cname(site, "doc", DOC, STATIC)
    option(site, "doc", depends_on=["cdn"])


@case("an alias ahead of its record serves nobody yet")
def alias_added(site: Site) -> Edit:
    covered(site)
    yield
    change(site, "cdn", aliases=[STATIC, DOC])


@case("an alias goes after its record went")
def alias_without_a_record_removed(site: Site) -> Edit:
    covered(site)
    change(site, "cdn", aliases=[STATIC, DOC])
    yield
    change(site, "cdn", aliases=[STATIC])


@case("the alias of a name that answers is dropped", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def alias_of_a_served_name_removed(site: Site) -> Edit:
    yield
    change(site, "cdn", aliases=[])


@case("all names below the zone lead to a server outside", args=POOL)
def wildcard_record_added(site: Site) -> Edit:
    yield
    cname(site, "wildcard", WILD, "pool.example.net")


@case("a wildcard record answers for the name whose own record goes")
def record_removed_under_a_wildcard(site: Site) -> Edit:
    remove(site, "proof-static")
    certify(site, "cert", WILD)
    cname(site, "wildcard", WILD)
    yield
    remove(site, "static")


@case("the record that validates its certificate stands below the name, and keeps it from the wildcard",
      rules=("hostname-retired",), hostnames={STATIC: "retired"})  # fmt: skip
def wildcard_hidden_by_a_validation_record(site: Site) -> Edit:
    cname(site, "wildcard", WILD)
    yield
    remove(site, "static")


@case("the name leaves for a second CDN", args=POOL)
def name_moved_out(site: Site) -> Edit:
    yield
    change(site, "static", records=["pool.example.net"])


@case("the name leaves for a host that nobody vouches for", rules=("hostname-unknown",), hostnames={STATIC: "unknown"})
def name_moved_to_an_undeclared_host(site: Site) -> Edit:
    yield
    change(site, "static", records=["pool.example.net"])


@case("the name leaves for a second CDN while its distribution goes", changes=2, rules=("hostname-stale",), args=POOL,
      hostnames={STATIC: "stale"})  # fmt: skip
def name_moved_out_and_the_distribution_deleted(site: Site) -> Edit:
    yield
    change(site, "static", records=["pool.example.net"])
    remove(site, "read", "cdn")


@case("the name comes back from a second CDN", args=POOL)
def name_moved_back(site: Site) -> Edit:
    change(site, "static", records=["pool.example.net"])
    yield
    change(site, "static", records=["${cdn.domain_name}"])


@case("one of two names of a distribution goes on purpose", args=("--retire", DOC), hostnames={DOC: "retired"})
def one_of_two_names_retired(site: Site) -> Edit:
    covered(site)
    change(site, "cdn", aliases=[STATIC, DOC])
    alias(site, "doc", DOC)
    yield
    remove(site, "doc")
