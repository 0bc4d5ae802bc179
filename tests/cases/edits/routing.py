"""Record sets with a routing policy: weights, failover, latency, location, several values."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, certify, change, cname, option, record, remove, routed

from edits.records import external

__all__: list[str] = []

WWW = "www.example.org"
BOTH = external("one.example.net", "two.example.net")
FASTLY = external("fastly.example.net")
ADDRESSES = external("192.0.2.1", "192.0.2.2", "192.0.2.3")


def weights(site: Site, **shares: int) -> None:
    """www.example.org as a weighted set; members keep the targets they have."""
    for name, weight in shares.items():
        if name in site:
            change(site, name, weighted_routing_policies=[{"weight": weight}])
        else:
            cname(site, name, WWW, f"{name}.example.net", **routed(name, weighted={"weight": weight}))


def split(site: Site, cloudfront: int, fastly: int) -> None:
    """static.example.org as a weighted set of the distribution and a second CDN."""
    share = routed("cloudfront", weighted={"weight": cloudfront})
    change(site, "static", **share)
    cname(site, "fastly", STATIC, "fastly.example.net", **routed("fastly", weighted={"weight": fastly}))


@case("both members of a weighted set", args=BOTH, hostnames={WWW: "lit"})
def weight_shifted(site: Site) -> Edit:
    weights(site, one=255, two=0)
    yield
    weights(site, one=230, two=25)


@case("a record written relative to its zone is the same name", args=BOTH, hostnames={WWW: "lit"})
def weighted_set_named_relative_to_its_zone(site: Site) -> Edit:
    weights(site, one=255, two=1)
    change(site, "two", name="www")
    yield
    change(site, "one", ttl=60)
    change(site, "two", ttl=60)


@case("the TTLs of two names", changes=2, args=BOTH, hostnames={WWW: "lit"})
def ttl_of_two_names(site: Site) -> Edit:
    weights(site, one=255)
    yield
    change(site, "one", ttl=60)
    change(site, "static", ttl=60)


@case("weight for a member that leads to no alias", rules=("hostname-dim",), args=BOTH, hostnames={WWW: "dim"})
def weight_given_to_what_does_not_serve(site: Site) -> Edit:
    weights(site, one=255, two=0)
    change(site, "two", records=["${cdn.domain_name}"])
    yield
    weights(site, two=25)


@case("the first share for a second CDN", args=FASTLY)
def weight_raised_from_zero(site: Site) -> Edit:
    split(site, 255, 0)
    yield
    change(site, "fastly", weighted_routing_policies=[{"weight": 13}])


@case("all back to the first CDN", args=FASTLY)
def weight_lowered_to_zero(site: Site) -> Edit:
    split(site, 230, 25)
    yield
    change(site, "fastly", weighted_routing_policies=[{"weight": 0}])


@case("all weights zero are equal shares, and each serves", args=FASTLY)
def all_weights_zero(site: Site) -> Edit:
    split(site, 255, 0)
    yield
    change(site, "static", weighted_routing_policies=[{"weight": 0}])


@case("a member without a share goes", args=FASTLY)
def member_without_a_share_removed(site: Site) -> Edit:
    split(site, 255, 0)
    yield
    remove(site, "fastly")


@case("nothing makes the new member wait for the conversion", aws=("InvalidChangeBatch",), args=FASTLY)
def member_added_while_the_other_is_converted(site: Site) -> Edit:
    yield
    split(site, 255, 1)


@case("depends_on makes the new member wait for the conversion", args=FASTLY)
def member_added_after_the_other_is_converted(site: Site) -> Edit:
    yield
    split(site, 255, 0)
    option(site, "fastly", depends_on=["static"])


@case("a weighted set of one becomes a simple record in one batch")
def last_member_becomes_a_simple_record(site: Site) -> Edit:
    change(site, "static", **routed("cloudfront", weighted={"weight": 255}))
    yield
    change(site, "static", set_identifier=None, weighted_routing_policies=None)


@case("a name that answers already is moved, and an alias added for it", changes=2, args=BOTH, hostnames={WWW: "lit"})
def alias_and_a_name_that_answers_already(site: Site) -> Edit:
    certify(site, "cert", STATIC, WWW)
    weights(site, one=255)
    yield
    change(site, "cdn", aliases=[STATIC, WWW])
    change(site, "one", records=["${cdn.domain_name}"])


def failover(site: Site) -> None:
    change(site, "static", **routed("primary", failover={"type": "PRIMARY"}))
    cname(site, "fallback", STATIC, "one.example.net", **routed("fallback", failover={"type": "SECONDARY"}))


@case("the secondary of a failover pair leads elsewhere", args=BOTH)
def failover_secondary_moved(site: Site) -> Edit:
    failover(site)
    yield
    change(site, "fallback", records=["two.example.net"])


@case("the secondary of a failover pair goes, the primary answers", args=BOTH)
def failover_secondary_removed(site: Site) -> Edit:
    failover(site)
    yield
    remove(site, "fallback")


def nearby(site: Site, name: str, region: str) -> None:
    cname(site, name, WWW, f"{name}.example.net", **routed(name, latency={"region": region}))


@case("another region answers for those near it", args=BOTH, hostnames={WWW: "lit"})
def latency_region_added(site: Site) -> Edit:
    nearby(site, "one", "us-east-1")
    yield
    nearby(site, "two", "eu-west-1")


@case("a region goes, the other answers for all", args=BOTH, hostnames={WWW: "lit"})
def latency_region_removed(site: Site) -> Edit:
    nearby(site, "one", "us-east-1")
    nearby(site, "two", "eu-west-1")
    yield
    remove(site, "two")


def located(site: Site, name: str, **place: str) -> None:
    cname(site, name, WWW, f"{name}.example.net", **routed(name, geolocation=place))


@case("a continent of its own beside the default", args=BOTH, hostnames={WWW: "lit"})
def geolocation_continent_added(site: Site) -> Edit:
    located(site, "one", country="*")
    yield
    located(site, "two", continent="EU")


@case("without a default, the rest of the world gets no answer", rules=("hostname-dim",), args=BOTH,
      hostnames={WWW: "dim"})  # fmt: skip
def geolocation_default_removed(site: Site) -> Edit:
    located(site, "one", country="*")
    located(site, "two", continent="EU")
    yield
    remove(site, "one")


def address(site: Site, number: int) -> None:
    more = {"set_identifier": f"server-{number}", "multivalue_answer_routing_policy": True}
    record(site, f"server-{number}", WWW, "A", f"192.0.2.{number}", **more)


@case("a third server is added to a name's answers", args=ADDRESSES, hostnames={WWW: "lit"})
def multivalue_member_added(site: Site) -> Edit:
    address(site, 1)
    address(site, 2)
    yield
    address(site, 3)


@case("one of two servers goes from a name's answers", args=ADDRESSES, hostnames={WWW: "lit"})
def multivalue_member_removed(site: Site) -> Edit:
    address(site, 1)
    address(site, 2)
    yield
    remove(site, "server-2")
