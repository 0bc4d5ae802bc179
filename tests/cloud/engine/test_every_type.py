"""Every resource type the local cloud serves, through its whole life in the real engine.

`types.json` declares one or more resources of each type and what happens to them; the fixtures live through it once,
all types together, and the tests look at what was recorded. Seconds a phase instead of seconds a type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.table import TABLE

HERE = Path(__file__).parent
TYPES: dict[str, dict[str, Any]] = json.loads((HERE / "types.json").read_text())
pytestmark = pytest.mark.engine

# What the official provider cannot import either, or whose id an import does not know.
NOT_IMPORTABLE = {"metrics", "exclusive"}


@dataclass
class Life:
    """What was recorded, phase by phase: logical name -> last operation."""

    phases: dict[str, dict[str, str]] = field(default_factory=dict)
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def life(new_project: Callable[..., Any], aws: Cloud) -> Life:
    """One project with every type: created, edited behind Pulumi's back, healed, updated, replaced, imported, gone."""
    project, life = new_project("types", (HERE / "declared.py").read_text()), Life()
    before = left(aws)  # the cloud is the session's: other tests' things may stand in it
    declare(project, {})
    project.up()
    life.state = project.state()
    life.phases["again"] = project.steps()
    for name in TYPES:
        drift(aws, life.state, name)
    project.pulumi("refresh", "--yes", "--skip-preview")
    life.phases["drifted"] = project.steps()
    project.up()
    life.phases["healed"] = project.steps("--refresh")
    life.phases["imported"] = imported(project)
    edits = {name: row["update"] for name, row in TYPES.items() if "update" in row}
    declare(project, edits)
    life.phases["update"] = project.steps()
    project.up()
    life.phases["updated"] = project.steps("--refresh")
    declare(project, {name: {**edits.get(name, {}), **row.get("replace", {})} for name, row in TYPES.items()})
    life.phases["replace"] = project.steps()
    project.up()
    life.phases["replaced"] = project.steps("--refresh")
    project.pulumi("destroy", "--yes", "--skip-preview")
    life.left = {what: count - before[what] for what, count in left(aws).items()}
    return life


def declare(project: Any, edits: dict[str, dict[str, Any]]) -> None:
    declared = {
        name: {"type": row["type"], "args": with_edits(row["args"], edits.get(name, {})), "needs": row.get("needs", [])}
        for name, row in TYPES.items()
    }
    (project.directory / "resources.json").write_text(json.dumps(declared))


def with_edits(args: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """The arguments with some others in their place; None takes one away."""
    return {name: value for name, value in {**args, **edits}.items() if value is not None}


def drift(aws: Cloud, state: dict[str, dict[str, Any]], name: str) -> None:
    """Do with boto3 what the row says someone did by hand."""
    if "drift" in TYPES[name]:
        client, call, arguments = TYPES[name]["drift"]
        getattr(aws.client(client), call)(**filled(arguments, state))


def filled(value: Any, state: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, state) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, state) for item in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\$\{([\w-]+)\.(\w+)\}", lambda m: output(state[m[1]], m[2]), value)


def output(resource: dict[str, Any], name: str) -> str:
    return str(resource["id"] if name == "id" else resource["outputs"][name])


def imported(project: Any) -> dict[str, str]:
    """Import everything into a second stack by id; what a preview of the same program would then still change.

    The program gives the automatic names itself now, as the code that `pulumi import` generates does.
    """
    second = project.other_stack("second")
    declare(project, {name: given_name(resource) for name, resource in project.state().items() if name in TYPES})
    resources = [
        {"type": row["type"], "name": name, "id": project.state()[name]["id"]}
        for name, row in TYPES.items()
        if name not in NOT_IMPORTABLE
    ]
    (project.directory / "import.json").write_text(json.dumps({"resources": resources}))
    second.pulumi(
        "import", "--file", "import.json", "--yes", "--protect=false", "--generate-code=false", "--skip-preview"
    )
    steps = second.steps()
    second.pulumi("stack", "rm", "second", "--force", "--yes")
    return steps


def given_name(resource: dict[str, Any]) -> dict[str, Any]:
    name = TABLE[resource["type"]].facts.auto_name
    given = {name: resource["outputs"][name], f"{name}_prefix": None} if name else {}
    # Instructions to the provider that no import can know.
    return {**given, **dict.fromkeys(("force_destroy", "force_detach_policies", "endpoint_auto_confirms"))}


def left(aws: Cloud) -> dict[str, int]:
    """How many things of each service are still in the cloud."""
    cloudfront, cloudwatch, iam, sns = (aws.client(name) for name in ("cloudfront", "cloudwatch", "iam", "sns"))
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    found: dict[str, list[Any]] = {
        "buckets": aws.client("s3").list_buckets()["Buckets"],
        "zones": aws.client("route53").list_hosted_zones()["HostedZones"],
        "health checks": aws.client("route53").list_health_checks()["HealthChecks"],
        "certificates": aws.client("acm").list_certificates()["CertificateSummaryList"],
        "distributions": cloudfront.list_distributions()["DistributionList"].get("Items", []),
        "functions": cloudfront.list_functions()["FunctionList"].get("Items", []),
        "documents": aws.client("ssm").describe_parameters()["Parameters"],
        "roles": iam.list_roles()["Roles"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "schedules": aws.client("scheduler").list_schedules()["Schedules"],
        "alarms": alarms["MetricAlarms"] + alarms["CompositeAlarms"],
        "dashboards": cloudwatch.list_dashboards()["DashboardEntries"],
        "log groups": aws.client("logs").describe_log_groups()["logGroups"],
        "topics": sns.list_topics()["Topics"],
        "subscriptions": sns.list_subscriptions()["Subscriptions"],
        "queues": aws.client("sqs").list_queues().get("QueueUrls", []),
        "databases": aws.client("glue").get_databases()["DatabaseList"],
        "workgroups": aws.client("athena").list_work_groups()["WorkGroups"],
        "web ACLs": aws.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"],
    }
    return {kind: len(things) for kind, things in found.items()}


def named(phase: str) -> list[str]:
    return [name for name, row in TYPES.items() if phase in row]


def test_every_type_of_the_table_is_lived_through() -> None:
    """A row added to the table needs a life here."""
    lived = {row["type"] for row in TYPES.values()} | {"aws:acm/certificateValidation:CertificateValidation"}
    assert lived == set(TABLE)


@pytest.mark.parametrize("phase", ["again", "healed", "updated", "replaced"])
def test_nothing_is_left_to_do_after_an_apply(life: Life, phase: str) -> None:
    """What was applied is what a refreshed preview finds."""
    assert life.phases[phase] == {}


@pytest.mark.parametrize("name", named("update"))
def test_update_happens_in_place(life: Life, name: str) -> None:
    """An edit that AWS can take in place is planned as an update."""
    assert life.phases["update"][name] == "update"


@pytest.mark.parametrize("name", named("replace"))
def test_edit_that_cannot_happen_in_place_replaces(life: Life, name: str) -> None:
    """Whether the last half is the delete or the create depends on the direction; both halves are there."""
    assert life.phases["replace"][name] in ("delete-replaced", "create-replacement", "replace")


@pytest.mark.parametrize("name", named("drift"))
def test_refresh_sees_what_happened_behind_pulumis_back(life: Life, name: str) -> None:
    """The next preview wants to put it right: an update, or a create for what is gone."""
    assert life.phases["drifted"][name] == ("create" if TYPES[name].get("gone") else "update")


def test_imported_resources_are_what_the_program_says(life: Life) -> None:
    """After an import by id nothing but the unimportable is left to create."""
    assert {name: op for name, op in life.phases["imported"].items() if name not in NOT_IMPORTABLE} == {}


def test_destroy_leaves_nothing(life: Life) -> None:
    """Asked of the cloud, not of the engine."""
    assert set(life.left.values()) == {0}, life.left
