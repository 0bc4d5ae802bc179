"""What is to be checked, as the settings say it: names, TTLs, and the ways to each service."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from little.site import SETTINGS

from slipway.cloud import environment
from slipway.cloud.internet.address import VARIABLE
from slipway.cloud.process import RunningCloud
from slipway.components import weights
from slipway.config import parse, read_file
from slipway.engine.model import Engine, Version
from slipway.errors import BadInput
from slipway.smoke import checks, network, target

ROOT = Path(__file__).parents[2]


def made(**changes: Any) -> target.Target:
    return target.of(parse({**copy.deepcopy(SETTINGS), **changes}, "Pulumi.staging.yaml"), ROOT)


def ways(found: target.Target, service: str) -> list[tuple[str, str, str, str]]:
    return [(route.host, route.via, route.cdn, route.beyond) for route in found.to(service)]


def test_a_shared_name_is_reached_through_each_cdn_and_each_cdn_by_its_own_name() -> None:
    assert ways(made(), "crates") == [
        ("cloudfront-static.example.org", "cloudfront-static.example.org", "cloudfront", ""),
        ("static.example.org", "cloudfront-static.example.org", "cloudfront", ""),
        ("static.example.org", "fastly-static.example.org", "fastly", "pool.example.com"),
        ("fastly-static.example.org", "fastly-static.example.org", "fastly", "pool.example.com"),
    ]


def test_a_cdn_at_weight_zero_is_checked_as_well() -> None:
    """It is the one that takes over."""
    settings = copy.deepcopy(SETTINGS["crates"])
    settings["weights"]["static.example.org"] = {"cloudfront": 255, "second": 0}
    assert ways(made(crates=settings), "crates") == ways(made(), "crates")


def test_an_apex_is_reached_at_the_second_cdns_addresses() -> None:
    settings = copy.deepcopy(SETTINGS["web"])
    settings["names"]["cloudfront-app.example.org"] = "served"
    settings["weights"] = {"example.org": {"cloudfront": 254, "second": 1}}
    second = {"name": "fastly", "pool": "pool.example.com", "ipv4": ["192.0.2.10", "192.0.2.11"], "ipv6": []}
    found = made(web=settings, second_cdn=second)
    assert ("example.org", "cloudfront-app.example.org", "cloudfront", "") in ways(found, "web")
    assert ("example.org", "192.0.2.10", "fastly", "192.0.2.10") in ways(found, "web")
    (apex,) = [name for name in found.names if name.host == "example.org"]
    assert (apex.kind, apex.ttls) == ("apex", (60, 60))
    addresses = [check.id for check in checks.every(found, ["dns"]) if "192.0.2" in check.id]
    assert addresses == []


def test_a_name_that_is_not_served_is_not_checked() -> None:
    settings = copy.deepcopy(SETTINGS["documentation"])
    settings["names"]["new.example.net"] = "alias"
    assert [route.host for route in made(documentation=settings).to("documentation")] == ["doc.example.net"]


def test_of_a_wildcard_one_name_is_checked() -> None:
    settings = copy.deepcopy(SETTINGS["documentation"])
    settings["names"]["*.doc.example.net"] = "served"
    hosts = [route.host for route in made(documentation=settings).to("documentation")]
    assert hosts == ["slipway-smoke.doc.example.net", "doc.example.net"]


def test_ttls_are_those_that_the_components_make() -> None:
    assert (target.SHARED_TTL, target.POOL_TTL) == (weights._SHARED_TTL, weights._POOL_TTL)


def test_an_environment_of_crates_alone_has_the_checks_of_crates_alone() -> None:
    settings = {key: SETTINGS[key] for key in ("environment", "guarded", "protect", "zone", "log_retention_days")}
    crates = {**SETTINGS["crates"], "weights": {}}
    found = target.of(parse({**settings, "crates": crates}, "Pulumi.staging.yaml"), ROOT)
    assert found.zones == ("example.org",)
    assert {route.service for route in found.routes} == {"crates"}
    assert found.cdns == ("cloudfront",)


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_checks_of_the_committed_stacks_have_ids_of_their_own(stack: str) -> None:
    """An id is what results are compared by."""
    found = target.of(read_file(ROOT / f"Pulumi.{stack}.yaml"), ROOT)
    ids = [check.id for check in checks.every(found)]
    assert len(set(ids)) == len(ids) > 200
    assert {check.family for check in checks.every(found)} == set(checks.FAMILIES)


def test_families_can_be_chosen_and_must_be_known() -> None:
    assert {check.family for check in checks.every(made(), ["tls", "dns"])} == {"tls", "dns"}
    with pytest.raises(BadInput, match="no checks called 'ftp'") as error:
        list(checks.every(made(), ["tls", "ftp"]))
    assert "dns, tls, http, downloads, releases, golden" in error.value.advice


def test_the_variable_is_the_one_that_the_local_cloud_sets(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "pulumi", tmp_path / "host", Version(3, 259, 0), Version(3, 79, 0), "built")
    assert VARIABLE in environment.variables(RunningCloud(1, 2, tmp_path), engine)


def test_a_local_internet_that_is_not_there_is_a_mistake_and_never_the_real_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no local internet is there"):
        network.from_environment({VARIABLE: str(tmp_path / "internet.json")})


def test_the_local_internet_has_its_ports_and_its_authority(tmp_path: Path) -> None:
    from slipway.cloud.internet.address import FILE, Internet, publish

    publish(tmp_path, Internet(1, ("127.0.0.1", "127.0.0.2"), 1053, 2053, 3443, 3080, 4128, tmp_path / "ca.pem"))
    found = network.from_environment({VARIABLE: str(tmp_path / FILE)})
    assert found == network.Network(
        resolvers=(("127.0.0.1", 2053),),
        authorities=(("127.0.0.1", 1053), ("127.0.0.2", 1053)),
        https=3443,
        http=3080,
        dns=1053,
        ca=tmp_path / "ca.pem",
        local=True,
    )
