"""The CloudWatch alarms of one service, and how each of them is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pulumi
from pulumi_aws import cloudfront, cloudwatch

from slipway.components.paging import PAGE, REGION, Paging
from slipway.config import AlarmsConfig
from slipway.runbooks import Alarm, alarm, describe, url

__all__ = ["ReplicatedBuckets", "ServiceAlarms"]

_Query: TypeAlias = cloudwatch.MetricAlarmMetricQueryArgsDict

# Requests a minute. Below the first, one failed request is too large a share to mean anything; below the second, twice
# the usual is still nothing that an origin or a person would notice.
_ENOUGH, _BUSY = 20, 1000
# Standard deviations. Only the middle of the band is used, which does not depend on it.
_BAND = 2


@dataclass(frozen=True, slots=True)
class ReplicatedBuckets:
    """Names of two buckets, and the id of the replication rule between them, whose metrics must be on."""

    source: pulumi.Input[str]
    destination: pulumi.Input[str]
    rule: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """How one kind of alarm is measured: a query that returns data, on the wrong side of `threshold` in `points` of the
    last `periods`. `missing` says what a period without data counts as."""

    kind: str
    limit: str
    queries: Sequence[_Query]
    comparison: str
    threshold: float
    points: int
    periods: int
    missing: str


class ServiceAlarms(pulumi.ComponentResource):
    """The alarms of the service behind `host`, told to `paging`; `runbooks` is where docs/runbooks is to be read.

    Errors, origin latency and request surge say nothing by themselves: the composite alarm pages when any of them is
    on, so that one incident is one page however many alarms it sets off. The others (hit rate, certificate,
    replication, queues) can wait for a working day and may be on for days: in the composite alarm they would hide the
    next outage. Each of them sends a message of its own, which e-mail gets and the paging service does not.

    `origin` and `cache` say whether there is an origin to wait for and a cache to hit: a redirect has neither, the web
    application no cache. Their metrics, OriginLatency and CacheHitRate, are additional ones: they cost a fixed amount
    per distribution and month, and are turned on here (Amazon CloudFront developer guide, *Types of metrics for
    CloudFront*). Requests and 5xxErrorRate are always there. The source bucket of `replication` and the queues of
    `queue` and `dead_letters` (their names) must be in us-east-1, where the topic is.

    Replaced: nothing. A new threshold is an update in place. The composite alarm must have a name; it is made of
    project, stack and `name`, so that a rename makes another one.
    """

    def __init__(
        self,
        name: str,
        *,
        host: str,
        distribution_id: pulumi.Input[str],
        certificate_arn: pulumi.Input[str],
        thresholds: AlarmsConfig,
        paging: Paging,
        runbooks: str,
        tags: Mapping[str, str],
        origin: bool = True,
        cache: bool = True,
        replication: ReplicatedBuckets | None = None,
        queue: pulumi.Input[str] | None = None,
        dead_letters: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:ServiceAlarms", name, None, opts)
        self._name, self._host, self._paging, self._runbooks, self._tags = name, host, paging, runbooks, dict(tags)
        if origin or cache:
            _turn_on_additional_metrics(name, distribution_id, self)
        measures = [
            _errors(distribution_id, thresholds),
            _request_surge(distribution_id, thresholds),
            _certificate_expiry(certificate_arn, thresholds),
            *([_origin_latency(distribution_id, thresholds)] if origin else []),
            *([_hit_rate(distribution_id, thresholds)] if cache else []),
            *([_replication_lag(replication, thresholds)] if replication else []),
            *([_queue_age(queue, thresholds)] if queue is not None else []),
            *([_dead_letters(dead_letters)] if dead_letters is not None else []),
        ]
        urgent = [made for row, made in self._metric_alarms(measures) if row.pages]
        self._learn_requests(distribution_id)
        self._page(urgent)
        self.register_outputs({})

    def _metric_alarms(self, measures: Sequence[_Measure]) -> Iterator[tuple[Alarm, cloudwatch.MetricAlarm]]:
        for measure in measures:
            row = alarm(measure.kind)
            told = [] if row.pages else [self._paging.topic_arn]
            yield (
                row,
                cloudwatch.MetricAlarm(
                    f"{self._name}-{row.kind}",
                    region=REGION,
                    alarm_description=describe(row, self._host, measure.limit, self._runbooks),
                    metric_queries=measure.queries,
                    comparison_operator=measure.comparison,
                    threshold=measure.threshold,
                    datapoints_to_alarm=measure.points,
                    evaluation_periods=measure.periods,
                    treat_missing_data=measure.missing,
                    alarm_actions=told,
                    ok_actions=told,
                    tags=self._tags,
                    opts=self._inside(),
                ),
            )

    def _learn_requests(self, distribution: pulumi.Input[str]) -> None:
        """An alarm in the one form for which CloudWatch is documented to train a model; it tells nobody.

        The request surge divides by the middle of the model's band, and without the model would never be on.
        """
        requests, band = _requests(distribution), f"ANOMALY_DETECTION_BAND(requests, {_BAND})"
        cloudwatch.MetricAlarm(
            f"{self._name}-request-pattern",
            region=REGION,
            alarm_description=f"{self._host}: keeps CloudWatch's pattern of the requests learned, and tells nobody.\n"
            f"Runbook: {url(alarm('request-surge'), self._runbooks)}",
            metric_queries=[
                {**requests, "return_data": True},
                {"id": "usual", "expression": band, "return_data": True},
            ],
            comparison_operator="GreaterThanUpperThreshold",
            threshold_metric_id="usual",
            evaluation_periods=5,
            # Nobody is told, so no state is better than another.
            treat_missing_data="missing",
            tags=self._tags,
            opts=self._inside(),
        )

    def _page(self, urgent: Sequence[cloudwatch.MetricAlarm]) -> None:
        any_of_them = pulumi.Output.all(*(each.arn for each in urgent)).apply(
            lambda arns: " OR ".join(f'ALARM("{arn}")' for arn in arns)
        )
        cloudwatch.CompositeAlarm(
            f"{self._name}-service-urgent",
            region=REGION,
            alarm_name=f"{PAGE}{pulumi.get_project()}-{pulumi.get_stack()}-{self._name}",
            alarm_description=describe(alarm("service-urgent"), self._host, "", self._runbooks),
            alarm_rule=any_of_them,
            alarm_actions=[self._paging.topic_arn],
            ok_actions=[self._paging.topic_arn],
            tags=self._tags,
            opts=self._inside(),
        )

    def _inside(self) -> pulumi.ResourceOptions:
        # An alarm that is on before the topic admits CloudWatch, or before anybody listens, has told nobody.
        return pulumi.ResourceOptions(parent=self, depends_on=[self._paging])


def _turn_on_additional_metrics(name: str, distribution: pulumi.Input[str], parent: pulumi.Resource) -> None:
    cloudfront.MonitoringSubscription(
        f"{name}-metrics",
        distribution_id=distribution,
        monitoring_subscription={
            "realtime_metrics_subscription_config": {"realtime_metrics_subscription_status": "Enabled"}
        },
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _errors(distribution: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    rate = _cloudfront("rate", distribution, "5xxErrorRate", "Average")
    return _Measure(
        kind="errors",
        limit=f"{limits.error_percent:g} %",
        queries=[_with_enough("rate", otherwise=0), rate, _requests(distribution)],
        comparison="GreaterThanThreshold",
        threshold=limits.error_percent,
        points=3,
        periods=5,
        # No data is no requests, and those that are not made cannot fail.
        missing="notBreaching",
    )


def _origin_latency(distribution: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    latency = _cloudfront("latency", distribution, "OriginLatency", "p95")
    return _Measure(
        kind="origin-latency",
        limit=f"{limits.origin_latency_ms} ms at p95",
        queries=[_with_enough("latency", otherwise=0), latency, _requests(distribution)],
        comparison="GreaterThanThreshold",
        threshold=limits.origin_latency_ms,
        points=10,
        periods=10,
        # No data is no request that the cache could not answer.
        missing="notBreaching",
    )


def _request_surge(distribution: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    """Requests as a multiple of what the weeks before had at this hour.

    Metric math has no "a week ago", and an alarm with minutes as periods sees one day at most. What CloudWatch has
    learned of up to two weeks, by hour and day of the week, is the nearest: the middle of its band (CloudWatch user
    guide, *Using CloudWatch anomaly detection*, and *Using math expressions*, FIRST and LAST). Where that is little,
    requests are compared with a busy minute instead, so that a quiet host never pages.
    """
    band = f"ANOMALY_DETECTION_BAND(requests, {_BAND})"
    return _Measure(
        kind="request-surge",
        limit=f"{limits.surge_factor:g} times the usual",
        queries=[
            {"id": "surge", "expression": f"requests / IF(usual > {_BUSY}, usual, {_BUSY})", "return_data": True},
            {"id": "usual", "expression": f"(FIRST({band}) + LAST({band})) / 2", "return_data": False},
            _requests(distribution),
        ],
        comparison="GreaterThanThreshold",
        threshold=limits.surge_factor,
        points=3,
        periods=5,
        # No data is no requests, or a pattern not learned yet: it shows as insufficient data, not as all is well.
        missing="missing",
    )


def _hit_rate(distribution: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    hits = _cloudfront("hits", distribution, "CacheHitRate", "Average")
    return _Measure(
        kind="hit-rate",
        limit=f"{limits.hit_percent:g} %",
        queries=[_with_enough("hits", otherwise=100), hits, _requests(distribution)],
        comparison="LessThanThreshold",
        threshold=limits.hit_percent,
        # An hour: after the nightly invalidation of a whole cache it is low for minutes, as it should be.
        points=60,
        periods=60,
        # No data is no requests, and so no misses.
        missing="notBreaching",
    )


def _certificate_expiry(certificate_arn: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    day = 86_400
    dimensions = {"CertificateArn": certificate_arn}
    return _Measure(
        kind="certificate-expiry",
        limit=f"{limits.certificate_days} days",
        queries=[_metric("days", "AWS/CertificateManager", "DaysToExpiry", "Minimum", day, dimensions)],
        comparison="LessThanThreshold",
        threshold=limits.certificate_days,
        points=1,
        periods=1,
        # A new certificate has no data for a day, and must not alarm. An expired one has none any more, and must go on.
        missing="ignore",
    )


def _replication_lag(buckets: ReplicatedBuckets, limits: AlarmsConfig) -> _Measure:
    dimensions = {"SourceBucket": buckets.source, "DestinationBucket": buckets.destination, "RuleId": buckets.rule}
    return _Measure(
        kind="replication-lag",
        limit=f"{limits.replication_lag} s",
        queries=[_metric("lag", "AWS/S3", "ReplicationLatency", "Maximum", 300, dimensions)],
        comparison="GreaterThanThreshold",
        threshold=limits.replication_lag,
        points=3,
        periods=3,
        # No data is nothing to copy.
        missing="notBreaching",
    )


def _queue_age(queue: pulumi.Input[str], limits: AlarmsConfig) -> _Measure:
    return _Measure(
        kind="queue-age",
        limit=f"{limits.queue_age} s",
        queries=[_metric("age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 300, {"QueueName": queue})],
        comparison="GreaterThanThreshold",
        threshold=limits.queue_age,
        points=3,
        periods=3,
        # SQS sends no metrics of a queue that was empty and untouched for six hours.
        missing="notBreaching",
    )


def _dead_letters(queue: pulumi.Input[str]) -> _Measure:
    dimensions = {"QueueName": queue}
    return _Measure(
        kind="dead-letters",
        limit="",
        queries=[_metric("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300, dimensions)],
        comparison="GreaterThanThreshold",
        threshold=0,
        # SQS counts messages that were moved here among the visible ones, and not among those sent.
        points=1,
        periods=1,
        # SQS sends no metrics of a queue that was empty and untouched for six hours.
        missing="notBreaching",
    )


def _with_enough(metric: str, *, otherwise: int) -> _Query:
    """`metric` while there are requests enough for a percentage or percentile to mean something."""
    return {"id": "watched", "expression": f"IF(requests >= {_ENOUGH}, {metric}, {otherwise})", "return_data": True}


def _requests(distribution: pulumi.Input[str]) -> _Query:
    return _cloudfront("requests", distribution, "Requests", "Sum")


def _cloudfront(query: str, distribution: pulumi.Input[str], metric: str, stat: str) -> _Query:
    dimensions = {"DistributionId": distribution, "Region": "Global"}
    return {**_metric(query, "AWS/CloudFront", metric, stat, 60, dimensions), "return_data": False}


def _metric(
    query: str, namespace: str, metric: str, stat: str, period: int, dimensions: Mapping[str, pulumi.Input[str]]
) -> _Query:
    """One metric by the minute, or by `period` seconds; it returns data."""
    return {
        "id": query,
        "metric": {
            "namespace": namespace,
            "metric_name": metric,
            "stat": stat,
            "period": period,
            "dimensions": dimensions,
        },
        "return_data": True,
    }
