"""What changes nothing that is served: tags, comments, components, bookkeeping."""

from __future__ import annotations

from casebook import Edit, case
from sites import Site, add, change, component, option

__all__: list[str] = []

TAGGED = ("crates", "cert", "cdn", "zone", "router")


@case("nothing to do", changes=0)
def nothing_to_do(site: Site) -> Edit:
    component(site, "empty")
    yield


@case("labels on five resources", changes=0, cosmetic=1)
def tags_on_five_resources(site: Site) -> Edit:
    yield
    for name in TAGGED:
        change(site, name, tags={"team": "infra"})


@case("labels beside one TTL", cosmetic=1)
def tags_and_a_ttl(site: Site) -> Edit:
    yield
    for name in ("crates", "cert", "zone"):
        change(site, name, tags={"team": "infra"})
    change(site, "static", ttl=60)


@case("tags on some, a comment on another", changes=0, cosmetic=2)
def tags_and_a_comment(site: Site) -> Edit:
    yield
    change(site, "crates", tags={"team": "infra"})
    change(site, "cdn", comment="crates")


@case("a label renamed on everything that has it", changes=0, cosmetic=1)
def tag_renamed(site: Site) -> Edit:
    for name in TAGGED:
        change(site, name, tags={"owner": "infra"})
    yield
    for name in TAGGED:
        change(site, name, tags={"team": "infra"})


@case("a comment on the zone", changes=0, cosmetic=1)
def zone_comment_changed(site: Site) -> Edit:
    yield
    change(site, "zone", comment="all names")


@case("resources move into a component; aliases say where they stood", changes=0)
def moved_into_a_component(site: Site) -> Edit:
    yield
    component(site, "service", "cdn", "static", "read")
    for name in ("cdn", "static", "read"):
        option(site, name, aliases=[{"parent": None}])


@case("another version of the provider, which finds nothing to do", changes=0)
def provider_version_changed(site: Site) -> Edit:
    yield
    for name in site:
        option(site, name, version="7.52.0")


@case("only the order between resources changes", changes=0)
def dependency_added(site: Site) -> Edit:
    yield
    option(site, "static", depends_on=["read"])


@case("default tags of the provider reach everything that it manages", changes=0, cosmetic=1)
def default_tags_added(site: Site) -> Edit:
    add(site, "provider", "labelled", region="us-east-1")
    for name in TAGGED:
        option(site, name, provider="labelled")
    yield
    change(site, "labelled", default_tags={"tags": {"team": "infra"}})
