"""Write the put-together cases: `python tests/cases/make.py`. What each expects was decided by hand, above it.

They are what the engine cannot be brought to print on the local cloud: kinds of steps that need another history, other
packages, another version of the provider. Everything else is captured (capture.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from site_previews import DEFAULT, Site

HERE = Path(__file__).parent
CASES: dict[str, tuple[Callable[[Site], None], dict]] = {}


def case(
    changes: int, why: str, *, rules: tuple[str, ...] = (), cosmetic: int = 0
) -> Callable[[Callable[[Site], None]], Callable[[Site], None]]:
    """A case named after the function: real changes, cosmetic ones, rules that must refuse; without any, approved."""
    quiet = sorted({"one-change", "protected-delete"} - set(rules))
    expected = {"made": True, "args": [], "exit": 1 if rules else 0, "changes": changes, "cosmetic": cosmetic}
    expected |= {"rules": list(rules), "not_rules": quiet, "why": why}

    def keep(edit: Callable[[Site], None]) -> Callable[[Site], None]:
        CASES[edit.__name__] = (edit, expected)
        return edit

    return keep


def build(edit: Callable[[Site], None]) -> dict:
    site = Site()
    edit(site)
    return site.document()


def main() -> None:
    for name, (edit, expected) in CASES.items():
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        (folder / "preview.json").write_text(json.dumps(build(edit), indent=1) + "\n")
        (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


@case(1, "a description that replaces is not cosmetic")
def replaced_for_a_description(site: Site) -> None:
    site.has("aws:iam/policy:Policy", "reader", name="reader", description="reads", policy="{}")
    site.replace("reader", description="reads all")


@case(0, "a kind of step that nobody knows", rules=("one-change",))
def unknown_kind_of_step(site: Site) -> None:
    site.op("static", "levitate")


@case(0, "read, refreshed and imported: the world stays as it is")
def read_refreshed_and_imported(site: Site) -> None:
    site.op("zone", "refresh")
    site.op("crates", "import")
    site.has("zone", "foreign", {"external": True}, name="example.net")
    site.steps["foreign"][0]["op"] = "read"


@case(1, "left over from an earlier apply: a delete half that stands alone")
def pending_delete_finished(site: Site) -> None:
    site.delete("cert", left_over=True)


@case(1, "bookkeeping of a bridged provider is no difference of its own")
def defaults_bookkeeping_and_a_ttl(site: Site) -> None:
    site.has("record", "plain", name="plain.example.org", type="A", ttl=300, records=["192.0.2.1"], __defaults=[])
    site.update("plain", ttl=60, __defaults=["ttl"])


@case(1, "one provider version for all: its own step is not printed")
def default_provider_upgraded(site: Site) -> None:
    for name in ("cdn", "router", "crates"):
        site.update(name, {"provider": DEFAULT.replace("7_51_1", "7_52_0")})
        site.steps[name][0]["diffReasons"] = []


@case(2, "resources of other packages are changes like any other", rules=("one-change",))
def other_packages(site: Site) -> None:
    site.has("random:index/randomPet:RandomPet", "odd::name $ünï\u202e", length=2)
    site.has("fastly:index/serviceVcl:ServiceVcl", "second-cdn", name="static", force=True)
    site.replace("odd::name $ünï\u202e", length=3)
    site.update("second-cdn", force=False)


@case(1, "an explicit provider is updated in place, and what it manages with it")
def explicit_provider_updated(site: Site) -> None:
    site.has("provider", "us::east", region="us-east-1")
    reference = site.states["us::east"]["urn"] + "::id-1"
    site.has("alarm", "errors", {"provider": reference}, name="errors")
    site.has("alarm", "retries", {"provider": reference}, name="retries")
    site.update("us::east", region="us-east-2")
    for name in ("errors", "retries"):
        site.replace(name, {"provider": reference})


@case(1, "alarms in a component of alarms")
def alarms_of_one_component(site: Site) -> None:
    site.component("alarms")
    for name in ("errors", "retries"):
        site.has("alarm", name, {"parent": "alarms"}, name=name, threshold=1)
        site.update(name, threshold=2)


if __name__ == "__main__":
    main()
