"""`slipway drift --adopt` and `--repair`: settles drift, tells what it does, and writes it down."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import typer
from msgspec.structs import replace

from slipway import drift, report
from slipway.cli.recording import record
from slipway.config import StackConfig
from slipway.drift.settle import Return, adopt, put_back, returns, targets_of, urns_of
from slipway.errors import BadInput, SlipwayError
from slipway.ledger import Book, Deed, Outcome
from slipway.preflight import Verdict
from slipway.report.escape import for_terminal
from slipway.rollout import judge
from slipway.rollout.deeds import proven

__all__ = ["Place", "adopt_told", "repair_told"]


@dataclass(frozen=True, slots=True)
class Place:
    """The stack that is looked at, with its settings and ledger."""

    stack: str
    settings: Path
    config: StackConfig | None
    book: Book | None

    @property
    def project(self) -> Path:
        return self.settings.parent

    def record(self, deed: Deed) -> int:
        """Write a deed down, if there is a ledger: the number of its entry, or 0."""
        sys.stdout.flush()
        link = record(self.config, self.settings, deed)
        return link.entry.number if link else 0


def adopt_told(place: Place, found: drift.Report, targets: Sequence[str]) -> bool:
    """Take what was changed by hand into the state, and tell what the program has to say from now on. Whether no drift
    is left."""
    chosen = _chosen(found.by_hand, targets)
    if not chosen:
        typer.echo("\nNothing to take in: no resource was changed by hand.")
        return not found.findings
    urns = urns_of(chosen)
    adopt(place.stack, place.project, urns)
    left = len(drift.by_hand(place.stack, place.project))
    titles = tuple(drift.title_of(finding) for finding in chosen)
    place.record(Deed(kind="drift", outcome="done", changes=titles, results={"by_hand": left, "adopted": len(urns)}))
    typer.echo(f"\nTaken into the state of {place.stack}: {len(urns)}. Left that were changed by hand: {left}.")
    verdict = judge(place.stack, place.project, targets=targets_of(urns)).verdict
    if not verdict.changes:
        typer.echo("The program that is checked out says the same: nothing else is to do.")
        return not left and len(found.by_hand) == len(found.findings)
    _tell_edits(chosen)
    typer.echo(f"\nThe next apply, as the program stands:\n{report.as_text(verdict)}")
    typer.echo(f"With the program edited: slipway preflight {place.stack}")
    return False


def _tell_edits(chosen: Sequence[drift.Finding]) -> None:
    """The same differences as edits of the program."""
    typer.echo("Edit the program, or the next apply puts back what it says now:")
    for finding in chosen:
        typer.echo(for_terminal(f"  {finding.title}{': take it out' if finding.gone else ''}"))
        for each in finding.differences:
            typer.echo(for_terminal(f"    {each.path}: {each.live}, not {each.recorded}"))


def repair_told(place: Place, found: drift.Report, targets: Sequence[str], *, yes: bool) -> bool:
    """Judge what would be put back, and with `yes` put it back, a change at a time, until one is refused. Whether no
    drift is left."""
    repairable = found.repairable
    chosen = _chosen(repairable, targets)
    if not chosen:
        typer.echo("\nNothing to put back: no resource was changed by hand.")
        return not found.findings
    repair = _Repair(place, found)
    with _deployed_program(place, found) as program:
        for change in returns(place.stack, program, place.config, place.book, urns_of(chosen)):
            typer.echo(f"\n{report.as_text(change.verdict)}", nl=False)
            if not change.verdict.approved:
                repair.refused(change.verdict)
                return False
            repair.approved += 1
            if yes:
                repair.put_back(program, change)
    if not repair.approved:
        typer.echo(f"\nThe program says what is there, the state is behind: slipway drift {place.stack} --adopt")
        return False
    if not yes:
        named = "".join(f" --target {shlex.quote(urn)}" for urn in targets)
        typer.echo(f"\nNothing was changed. To put it back: slipway drift {place.stack} --repair --yes{named}")
        return False
    return not repair.ended() and len(chosen) == len(found.findings)


def _deployed_program(place: Place, found: drift.Report) -> AbstractContextManager[Path]:
    """The directory of what is put back: the deployed commit's, as far as anybody knows which that is."""
    program = drift.program_of(place.stack, place.project)
    if program is None or found.deployed is None or not program.repository.resolve(found.deployed.base):
        return nullcontext(place.project)
    return program.at(found.deployed.base)


def _chosen(findings: Sequence[drift.Finding], targets: Sequence[str]) -> tuple[drift.Finding, ...]:
    """What to settle: everything, or what is named of it."""
    known = set(urns_of(findings))
    if missing := next((urn for urn in targets if urn not in known), ""):
        raise BadInput(f"{for_terminal(missing)} is nothing to settle", "Name a URN that the report shows.")
    return tuple(each for each in findings if each.urns and (not targets or set(each.urns) & set(targets)))


class _Repair:
    """What a repair has done so far, and its entries in the ledger: one before it writes, one when it ends."""

    def __init__(self, place: Place, found: drift.Report) -> None:
        self._place, self._found = place, found
        self._begun = 0
        self._made: list[str] = []
        self.approved = 0

    def put_back(self, program: Path, change: Return) -> None:
        """Make one change. What stops it is written down as well."""
        if not self._made:
            self._begun = self._record("begun", len(self._found.by_hand))
        try:
            put_back(self._place.stack, program, self._place.book, change)
        except SlipwayError as error:
            self._record("failed", len(self._found.by_hand), error.message)
            raise
        self._made += [each.title for each in change.verdict.changes]

    def refused(self, verdict: Verdict) -> None:
        """Preflight is against a change: neither it nor anything after it is made."""
        left = self._left()
        rules = tuple(dict.fromkeys(finding.rule for finding in verdict.refusals))
        self._place.record(proven(replace(self._deed("refused", left), plan=verdict.digest, rules=rules), verdict))
        typer.echo(f"\nNot put back: preflight refuses it. Left that were changed by hand: {left}.")

    def ended(self) -> int:
        """All of it is made: how much is left that was changed by hand."""
        left = self._left()
        self._record("done", left)
        typer.echo(f"\nPut back: {len(self._made)}. Left that were changed by hand: {left}.")
        return left

    def _left(self) -> int:
        return len(drift.by_hand(self._place.stack, self._place.project) if self._made else self._found.by_hand)

    def _record(self, outcome: Outcome, left: int, reason: str = "") -> int:
        return self._place.record(self._deed(outcome, left, reason))

    def _deed(self, outcome: Outcome, left: int, reason: str = "") -> Deed:
        results = {"by_hand": left, "repaired": len(self._made)}
        changes = tuple(self._made)
        return Deed(kind="drift", outcome=outcome, changes=changes, reason=reason, of=self._begun, results=results)
