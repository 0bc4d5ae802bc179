"""The alarms of a service as a table: what each means, who may do what, and the runbook that goes with it.

Nothing here knows how an alarm is measured (`components/alarms.py` does) or touches a file (`cli/runbooks.py` does).
The same row makes the alarm's description, which is all that a phone shows at night, and the skeleton of its runbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.errors import BadInput

__all__ = ["ALARMS", "SECTIONS", "Alarm", "alarm", "describe", "faults", "file_name", "skeleton", "url"]

# Characters. CloudWatch API Reference, PutMetricAlarm, AlarmDescription.
_LONGEST_DESCRIPTION = 1024

SECTIONS = ("What it means", "First line may", "How to check", "When to escalate")
_UNFILLED = "_To be filled in:"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One kind of alarm. `kind` names the runbook's file; `setting` is the key of its limit below `slipway:alarms`,
    empty for one without a limit to set; one that `pages` wakes somebody, any other sends a message."""

    kind: str
    title: str
    setting: str
    pages: bool
    meaning: str
    first_line: str
    escalate: str
    checks: tuple[str, ...]


_LAST_HOUR = (
    '--namespace AWS/CloudFront --dimensions Name=DistributionId,Value="$DISTRIBUTION" Name=Region,Value=Global '
    '--start-time "$(date -u -d "1 hour ago" +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" --period 60 --region us-east-1'
)
_ROLL_BACK = "roll back the last apply, or shift weight to the second CDN once its own name has served a file"

ALARMS: tuple[Alarm, ...] = (
    Alarm(
        kind="service-urgent",
        title="A service fails its users",
        setting="",
        pages=True,
        meaning="At least one of this service's urgent alarms is on: errors, origin latency or request surge.",
        first_line=f"Follow the runbook of the alarm that is on. You may {_ROLL_BACK}.",
        escalate="No improvement 15 minutes after your first action, two services at once, or a rollback that "
        "preflight refuses.",
        checks=("aws cloudwatch describe-alarms --state-value ALARM --region us-east-1",),
    ),
    Alarm(
        kind="errors",
        title="Too many server errors",
        setting="error_percent",
        pages=True,
        meaning="More answers than allowed are 5xx, in 3 of the last 5 minutes.",
        first_line=f"You may {_ROLL_BACK}.",
        escalate="No applied change explains it, the second CDN fails too, or 15 minutes without improvement.",
        checks=(f"aws cloudwatch get-metric-statistics --metric-name 5xxErrorRate --statistics Average {_LAST_HOUR}",),
    ),
    Alarm(
        kind="origin-latency",
        title="The origin answers slowly",
        setting="origin_latency_ms",
        pages=True,
        meaning="The slowest 5 % of the requests that reach the origin take longer than allowed, for 10 minutes.",
        first_line=f"You may {_ROLL_BACK}; for the web application, ask its own on-call to look at the server.",
        escalate="AWS reports an incident of S3 in the origin's region, or 30 minutes without improvement.",
        checks=(
            f"aws cloudwatch get-metric-statistics --metric-name OriginLatency --extended-statistics p95 {_LAST_HOUR}",
        ),
    ),
    Alarm(
        kind="request-surge",
        title="Far more requests than usual",
        setting="surge_factor",
        pages=True,
        meaning="Requests are a multiple of what the weeks before had at this hour. Clients retry three times: errors "
        "that no metric of ours shows look like this.",
        first_line="Fetch a real file as a client does. If that fails, you may roll back the last apply or undo the "
        "last weight.",
        escalate="Downloads fail and no applied change explains it, or one address sends most of it: at once.",
        checks=(f"aws cloudwatch get-metric-statistics --metric-name Requests --statistics Sum {_LAST_HOUR}",),
    ),
    Alarm(
        kind="hit-rate",
        title="The cache misses too often",
        setting="hit_percent",
        pages=False,
        meaning="Less than the allowed share of requests came from the cache for an hour: origins carry the rest, and "
        "it is paid for.",
        first_line="Look for an invalidation or a new TTL. You may roll back a change of TTLs or of a router.",
        escalate="Origin latency or errors rise with it: at once. Otherwise on the next working day.",
        checks=(
            f"aws cloudwatch get-metric-statistics --metric-name CacheHitRate --statistics Average {_LAST_HOUR}",
            'aws cloudfront list-invalidations --distribution-id "$DISTRIBUTION" --max-items 5',
        ),
    ),
    Alarm(
        kind="certificate-expiry",
        title="A certificate expires soon",
        setting="certificate_days",
        pages=False,
        meaning="ACM renews by itself more than a month ahead. If it has not, a validation record is gone.",
        first_line="Find the name whose validation record does not resolve. Change nothing.",
        escalate="On the next working day; at once with less than 7 days left.",
        checks=('aws acm describe-certificate --certificate-arn "$CERTIFICATE" --region us-east-1',),
    ),
    Alarm(
        kind="replication-lag",
        title="The fallback bucket is behind",
        setting="replication_lag",
        pages=False,
        meaning="Files wait longer than allowed to be copied. Nobody notices before CloudFront fails over, and then "
        "new files are missing.",
        first_line="Nothing to roll back for the lag alone. Keep weight and failover as they are.",
        escalate="The service's errors are on as well: at once. Otherwise after a day.",
        checks=('aws s3api get-bucket-replication --bucket "$BUCKET"',),
    ),
    Alarm(
        kind="queue-age",
        title="Access logs are not counted",
        setting="queue_age",
        pages=False,
        meaning="The oldest message about an access log waits longer than allowed: the download counter does not read. "
        "No download is affected.",
        first_line="You may restart the counter. Never purge the queue: messages are the only record of new logs.",
        escalate="On the next working day; at once if the oldest message is ten days old, they are kept for fourteen.",
        checks=('aws sqs get-queue-attributes --queue-url "$QUEUE" --attribute-names All',),
    ),
    Alarm(
        kind="dead-letters",
        title="Access logs that cannot be counted",
        setting="",
        pages=False,
        meaning="The download counter gave up on at least one access log: five times it took the message and never "
        "finished. Other logs are counted. No download is affected.",
        first_line="Look at what the counter says of the log. You may redrive, once. Never purge the queue: its "
        "messages are the only record of those logs.",
        escalate="On the next working day; at once if the oldest is ten days old: fourteen days after it was first "
        "sent it is gone.",
        checks=('aws sqs get-queue-attributes --queue-url "$DEAD" --attribute-names All',),
    ),
)

_BY_KIND: Mapping[str, Alarm] = {row.kind: row for row in ALARMS}


def alarm(kind: str) -> Alarm:
    """The row of a kind. KeyError: there is none."""
    return _BY_KIND[kind]


def file_name(row: Alarm) -> str:
    """The runbook's file, below the directory of runbooks."""
    return f"{row.kind}.md"


def url(row: Alarm, base: str) -> str:
    """Where the runbook is to be read; `base` is the directory's URL, with or without a slash at its end."""
    return f"{base.rstrip('/')}/{file_name(row)}"


def describe(row: Alarm, host: str, limit: str, runbooks: str) -> str:
    """The alarm's description: what it means and at which limit, who may do what, and the runbook below `runbooks`.

    Raises BadInput when the URL makes it longer than CloudWatch takes.
    """
    lines = (
        f"{host}: {row.title}{f' (limit {limit})' if limit else ''}.",
        row.meaning,
        f"First line: {row.first_line}",
        f"Escalate: {row.escalate}",
        f"Runbook: {url(row, runbooks)}",
    )
    text = "\n".join(lines)
    if len(text) > _LONGEST_DESCRIPTION:
        raise BadInput(
            f"the description of alarm {row.kind} of {host} has {len(text)} characters, above {_LONGEST_DESCRIPTION}",
            "Give slipway:on_call.runbooks a shorter URL.",
        )
    return text


def skeleton(row: Alarm) -> str:
    """A runbook with all its sections and what the table knows; a line in each says what a person has to add."""
    limit = f"The limit is `slipway:alarms.{row.setting}` in `Pulumi.<stack>.yaml`." if row.setting else ""
    told = "It pages." if row.pages else "It sends a message and wakes nobody."
    sections = (
        (row.meaning, limit, told, f"{_UNFILLED} what has caused it before, and what users see._"),
        (row.first_line, f"{_UNFILLED} the exact commands, and how to undo them._"),
        ("\n".join(f"    {check}" for check in row.checks), f"{_UNFILLED} what the answers mean._"),
        (row.escalate, f"{_UNFILLED} what to hand over._"),
    )
    parts = [f"# {row.title}"]
    for heading, paragraphs in zip(SECTIONS, sections, strict=True):
        parts += [f"## {heading}", *filter(None, paragraphs)]
    return "\n\n".join(parts) + "\n"


def faults(row: Alarm, text: str) -> Iterator[str]:
    """What a runbook lacks: its title, a section, words in a section, or a person's work on the skeleton."""
    if f"# {row.title}" not in text.splitlines():
        yield f"has no title {row.title!r}"
    found = _sections(text)
    for heading in SECTIONS:
        body = found.get(heading)
        if body is None:
            yield f"has no section {heading!r}"
        elif not body:
            yield f"has nothing in section {heading!r}"
        elif _UNFILLED in body:
            yield f"has section {heading!r} as it was generated"


def _sections(text: str) -> dict[str, str]:
    """The bodies by their level-two heading."""
    parts = re.split(r"^## +(.+?) *$", text, flags=re.MULTILINE)[1:]
    return {heading: body.strip() for heading, body in zip(parts[::2], parts[1::2], strict=True)}
