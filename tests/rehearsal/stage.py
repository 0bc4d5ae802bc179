"""A case's site on a local cloud of its own, brought up again before every apply that is watched."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from slipway.cloud import environment, process
from slipway.cloud.internet.world import CloudWorld
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine
from slipway.engine.run import is_stopped_by_protection
from slipway.plan import Plan, end, order_of, read_plan, start
from slipway.preflight import AwsRefusal, Event, Hostname, Verdict, check
from slipway.rehearsal import Director, Failure, Replay, Schedule, Shuffled, Sight, Viewer
from slipway.rehearsal.restore import restore

PROGRAM = Path(__file__).parents[1] / "cases" / "program.py"
PREVIEW = ("preview", "--json", "--show-sames", "--show-replacement-steps")
UP = ("up", "--yes", "--skip-preview", "--parallel", "32")
LIMIT = 150.0  # seconds for one command of the engine


@dataclass(frozen=True, slots=True)
class Judged:
    """The engine's own plan of a case's edit, and the verdict on it."""

    plan: Plan
    verdict: Verdict
    stopped: bool
    """Whether the engine itself protects what the edit deletes, and will not begin that."""

    @property
    def fallen(self) -> list[Hostname]:
        """The hostnames with a run that harms them."""
        return [hostname for hostname in self.verdict.hostnames if hostname.counterexample]

    def schedules(self, refusal: AwsRefusal) -> Iterator[Schedule]:
        """Schedules that may bring a refusal about: the shortest runs to the refused step, then some at random."""
        order = order_of(self.plan)
        for step in order.operations:
            if step.urn == refusal.urn:
                run = [(at, order.operations[at >> 1]) for at in order.run_to([start(step)])]
                yield Replay([Event("end" if at == end(each) else "start", each.op, each.urn) for at, each in run])
        yield from map(Shuffled, range(4))


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen once an operation had taken effect; `arrived`: a replayed run was through."""

    event: Event
    sights: dict[str, Sight]
    arrived: bool


@dataclass(slots=True)
class Apply:
    """One apply under a director: what was seen before it, after each effect and after it, and what failed."""

    first: dict[str, Sight]
    moments: list[Moment] = field(default_factory=list)
    last: dict[str, Sight] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[Event] = field(default_factory=list)
    forgiven: dict[str, frozenset[str]] = field(default_factory=dict)
    status: int = 0
    said: str = ""

    @property
    def arrived(self) -> Moment | None:
        """The moment at which a replayed run was through; None if it never was."""
        return next((moment for moment in self.moments if moment.arrived), None)

    def refused(self, refusal: AwsRefusal) -> bool:
        """Whether AWS turned that very step down with that very error."""
        return any(refusal.error in each.words and refusal.urn == each.event.urn for each in self.failures)


@dataclass(slots=True)
class Stage:
    """Brings sites up, asks for the verdict on their edit, and applies the edit."""

    running: process.RunningCloud
    engine: Engine
    directory: Path
    _judged: dict[Path, Judged] = field(default_factory=dict)
    _states: dict[Path, str] = field(default_factory=dict)
    _untouched: Path | None = None

    def judged(self, case: Path) -> Judged:
        """Bring up the site as it was, and judge the engine's own preview of its edit; once a case."""
        if case not in self._judged:
            self._raise(case)
            self._judged[case] = self._judge(case)
        return self._judged[case]

    def exported(self, case: Path) -> str:
        """The state of the site as it was."""
        self._raise(case)
        return self._states[case]

    def apply(self, case: Path, schedule: Schedule) -> Apply:
        """Bring the site up and apply the edit under a schedule, looking at every hostname whenever something took
        effect."""
        verdict = self.judged(case).verdict
        self._raise(case)
        self._untouched = None
        names = tuple(hostname.name for hostname in verdict.hostnames)
        cloud = Cloud(self.running.endpoint)
        viewer = Viewer(lambda: CloudWorld(cloud), names, verdict.external)
        found = Apply(viewer.look(), forgiven=viewer.forgiven)

        def observe(event: Event) -> None:
            arrived = isinstance(schedule, Replay) and schedule.finished
            found.moments.append(Moment(event, viewer.look(), arrived))

        director = Director(schedule, observe)
        with director:
            done = self._run(*UP, "--config", "side=after", **director.environment)
        found.last, found.failures = viewer.look(), director.failures
        found.status, found.said = done.returncode, done.stdout + done.stderr
        found.skipped = schedule.skipped if isinstance(schedule, Replay) else []
        return found

    def _judge(self, case: Path) -> Judged:
        done = self._run(*PREVIEW, "--config", "side=after")
        stopped = is_stopped_by_protection(done.stdout)
        assert not done.returncode or stopped, f"preview of the edit: {done.returncode}\n{done.stdout}\n{done.stderr}"
        expected = case / "expected.json"
        args = json.loads(expected.read_text()).get("args", []) if expected.exists() else []
        given = {key: tuple(v for n, v in pairwise(args) if n == f"--{key}") for key in ("external", "retire")}
        plan = read_plan(done.stdout)
        return Judged(plan, check(plan, environment="production", guarded=True, **given), stopped)

    def _raise(self, case: Path) -> None:
        """The site as it was, from nothing, unless it stands so already. Others have filled what the site leaves empty:
        an object is in each of its buckets, and a record set in each zone that it only declares."""
        if self._untouched == case:
            return
        process.wipe(self.running)
        (self.directory / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
        (self.directory / "Pulumi.production.yaml").unlink(missing_ok=True)
        (self.directory / "__main__.py").write_text(PROGRAM.read_text())
        (self.directory / "site.json").write_text((case / "site.json").read_text())
        self._pulumi("a stack", "stack", "init", "production")
        if case in self._states:
            self._restore(self._states[case])
        else:
            self._pulumi("the site as it was", *UP, "--config", "side=before")
            self._states[case] = self._pulumi("the state", "stack", "export", "--show-secrets")
        _fill(Cloud(self.running.endpoint))
        self._untouched = case

    def _restore(self, state: str) -> None:
        """Once more, without running the program."""
        restored = asyncio.run(restore(state, Cloud(self.running.endpoint)))
        (self.directory / "state.json").write_text(json.dumps(restored.deployment))
        self._pulumi("the state as it was", "stack", "import", "--file", "state.json")

    def _pulumi(self, doing: str, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise AssertionError(f"{doing}: pulumi ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def _run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        stack = () if arguments[:2] == ("stack", "init") else ("--stack", "production")
        command = ["pulumi", *arguments, "--non-interactive", *stack]
        child = subprocess.Popen(
            command,
            cwd=self.directory,
            env={**environment.within(self.running, self.engine, {**os.environ}), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            out, err = child.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)  # Gently: the engine ends its plugins and its language host.
            out, err = child.communicate(timeout=LIMIT)
            err += f"\ninterrupted after {LIMIT:.0f} s"
        return subprocess.CompletedProcess(command, child.returncode, out, err)


def _fill(cloud: Cloud) -> None:
    s3, route53 = cloud.client("s3"), cloud.client("route53")
    for bucket in s3.list_buckets().get("Buckets", []):
        s3.put_object(Bucket=bucket["Name"], Key="probe", Body=b"a file")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        if {record["Type"] for record in found} <= {"NS", "SOA"}:
            note = {"Name": zone["Name"], "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"somebody else"'}]}
            batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": note}]}
            route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch=batch)


def complaint(sight: Sight, status: str) -> str:
    """What is wrong with a sight of a name of this status; empty if nothing is."""
    if sight.status == "absent" and status == "new":
        return ""
    if sight.status != "served":
        return f"{sight.name} {sight.status}: {sight.reason}"
    return f"{sight.name} stale: {sight.stale}" if sight.stale else ""


def shows(sight: Sight, status: str) -> bool:
    """Whether a sight is what the verdict said would be seen."""
    match status:
        case "dark":
            return sight.status in ("dark", "absent")
        case "dim":
            return sight.status == "partly"
        case "stale":
            return sight.status == "served" and bool(sight.stale)
    return True


def told(event: Event) -> str:
    """An event in short."""
    return f"{event.event} {event.op.value} {event.urn.rpartition('::')[2]}"
