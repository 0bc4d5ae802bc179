"""What each role may do, and what none of them may, by the question that somebody would ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slipway.access import Role, Scope, policies
from slipway.access.policies import allowed

DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E1"
ZONE = "arn:aws:route53:::hostedzone/Z1"
STATE = "arn:aws:s3:::slipway-state-123456789012"
LOST = [
    ("cloudfront:DeleteDistribution", DISTRIBUTION),
    ("route53:DeleteHostedZone", ZONE),
    ("s3:DeleteBucket", "arn:aws:s3:::crates-1f0e3a2"),
    ("s3:DeleteObject", "arn:aws:s3:::crates-1f0e3a2/crates/serde/serde-1.0.219.crate"),
    ("s3:DeleteObjectVersion", "arn:aws:s3:::index-1f0e3a2/config.json"),
]


@pytest.mark.parametrize(("action", "arn"), LOST)
def test_production_deployer_cannot_end_what_is_protected(ask: Any, production: Scope, action: str, arn: str) -> None:
    """Neither allowed nor, whatever else the role is given, possible: an explicit denial wins."""
    assert not ask(Role.DEPLOYER, production, action, arn)
    denials = [
        found
        for policy in policies(Role.DEPLOYER, production)
        for found in policy.document["Statement"]
        if found["Effect"] == "Deny" and action in found["Action"]
    ]
    assert len(denials) == 1
    assert "Condition" not in denials[0]


@pytest.mark.parametrize(("action", "arn"), LOST)
def test_deployer_of_a_disposable_stack_can(ask: Any, production: Scope, action: str, arn: str) -> None:
    """`pulumi destroy` of staging leaves nothing."""
    assert ask(Role.DEPLOYER, replace(production, protected=False), action, arn)


def test_protection_goes_by_the_stacks_own_setting(scope: Scope) -> None:
    """Not by its name."""
    denies = any(
        found["Effect"] == "Deny" for policy in policies(Role.DEPLOYER, scope) for found in policy.document["Statement"]
    )
    assert denies == scope.protected == (scope.environment == "production")


def test_deployer_keeps_the_states_locks_and_not_its_history(ask: Any, production: Scope) -> None:
    """A lock is deleted after every update; an old version of the state is what a lost one is brought back from."""
    lock = f"{STATE}-production/.pulumi/locks/organization/cdn/production/1.json"
    assert ask(Role.DEPLOYER, production, "s3:DeleteObject", lock)
    assert not ask(Role.DEPLOYER, production, "s3:DeleteObjectVersion", lock)
    assert not ask(Role.DEPLOYER, production, "s3:DeleteBucket", f"{STATE}-production")
    assert not ask(Role.DEPLOYER, production, "s3:GetObject", f"{STATE}-staging/.pulumi/stacks/cdn/staging.json")


def test_deployer_passes_roles_to_the_services_that_take_them_alone(production: Scope) -> None:
    """And only roles of the stack."""
    (passing,) = [
        found
        for policy in policies(Role.DEPLOYER, production)
        for found in policy.document["Statement"]
        if "iam:PassRole" in found["Action"]
    ]
    assert passing["Action"] == ["iam:PassRole"]
    assert passing["Resource"] == [f"arn:aws:iam::123456789012:role/{name}-*" for name in ("crates", "releases")]
    services = ["s3.amazonaws.com", "scheduler.amazonaws.com"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": services}}


def test_records_and_certificates_are_of_the_stacks_zones(production: Scope) -> None:
    """Both zones of production."""
    names = ["example.org", "*.example.org", "example.net", "*.example.net"]
    found = {
        key: value
        for policy in policies(Role.DEPLOYER, production)
        for statement in policy.document["Statement"]
        for key, value in statement.get("Condition", {}).get("ForAllValues:StringLike", {}).items()
    }
    assert found == {
        "acm:DomainNames": names,
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
    }


def test_reviewer_reads_and_writes_nothing(scope: Scope, reference: Any) -> None:
    """By AWS's own levels; decrypting, which it calls a write, is reading the state. What is judged and approved is
    written down, and in the ledger alone."""
    needs = allowed(Role.REVIEWER, scope)
    actions = {need.action for need in needs}
    written = {(need.action, need.kind) for need in needs if reference.level(need.action) not in {"Read", "List"}}
    assert written == {("kms:Decrypt", "key"), ("s3:PutObject", "entry")}
    assert {"cloudfront:GetDistribution", "route53:ListResourceRecordSets", "s3:GetBucketPolicy"} <= actions


def test_reviewer_reads_no_logs_and_no_files_but_the_document_of_the_index(ask: Any, production: Scope) -> None:
    """Access logs have addresses of people in them."""
    assert not ask(Role.REVIEWER, production, "s3:GetObject", "arn:aws:s3:::logs-1f0e3a2/cloudfront/a.gz")
    assert ask(Role.REVIEWER, production, "s3:GetObject", "arn:aws:s3:::index-1f0e3a2/config.json")


def test_uploader_publishes_files_and_drops_caches(ask: Any, scope: Scope) -> None:
    """Nothing else: no deletes, no settings, no logs."""
    assert ask(Role.UPLOADER, scope, "s3:PutObject", "arn:aws:s3:::crates-1f0e3a2/crates/serde/serde-1.0.219.crate")
    assert ask(Role.UPLOADER, scope, "s3:PutObject", "arn:aws:s3:::index-1f0e3a2/se/rd/serde")
    assert ask(Role.UPLOADER, scope, "cloudfront:CreateInvalidation", DISTRIBUTION)
    assert not ask(Role.UPLOADER, scope, "s3:PutObject", "arn:aws:s3:::logs-1f0e3a2/cloudfront/a.gz")
    assert {need.action for need in allowed(Role.UPLOADER, scope)} == {
        "cloudfront:CreateInvalidation",
        "cloudfront:GetInvalidation",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }


def test_ledger_is_read_by_who_deploys_and_reviews_and_appended_to(ask: Any, production: Scope) -> None:
    """Its own environment's, that is; nobody writes over an entry, or deletes one."""
    kept = replace(production, ledger="example-ledger/cdn", protected=False)
    own, others = (f"arn:aws:s3:::example-ledger/cdn/{name}/00000001.json" for name in ("production", "staging"))
    for role in (Role.DEPLOYER, Role.REVIEWER):
        assert ask(role, kept, "s3:ListBucket", "arn:aws:s3:::example-ledger")
        assert ask(role, kept, "s3:GetObject", own)
        assert ask(role, kept, "s3:GetObject", others)
        assert ask(role, kept, "s3:PutObject", own)
        assert not ask(role, kept, "s3:PutObject", others)
        assert not ask(role, kept, "s3:DeleteObject", own)
        (appending,) = [
            found
            for policy in policies(role, kept)
            for found in policy.document["Statement"]
            if own.replace("00000001.json", "*") in found["Resource"]
        ]
        assert appending["Condition"] == {"Null": {"s3:if-none-match": "false"}}
    assert not ask(Role.UPLOADER, kept, "s3:GetObject", own)


def test_stack_whose_ledger_is_a_folder_needs_no_right_for_it(production: Scope) -> None:
    """Nor one without a ledger."""
    for policy in policies(Role.REVIEWER, production):
        assert not [found for found in policy.document["Statement"] if "Ledger" in found["Sid"]]


def test_where_downloads_come_from_is_the_deployers(ask: Any, production: Scope) -> None:
    """The uploader writes the index, and may not move every download elsewhere."""
    document = "arn:aws:s3:::index-1f0e3a2/config.json"
    assert not ask(Role.UPLOADER, production, "s3:PutObject", document)
    assert ask(Role.DEPLOYER, production, "s3:PutObject", document)
    assert ask(Role.DEPLOYER, production, "s3:GetObjectVersion", document)
    assert ask(Role.DEPLOYER, production, "s3:GetObject", "arn:aws:s3:::index-1f0e3a2/se/rd/serde")


def test_stack_without_a_service_grants_nothing_for_it(production: Scope) -> None:
    """A stack of crates alone has no firewall, no schedule, and no bucket of an index."""
    alone = replace(production, services=frozenset({"crates"}))
    arns = {
        arn
        for policy in policies(Role.DEPLOYER, alone)
        for found in policy.document["Statement"]
        for arn in found["Resource"]
    }
    assert not [arn for arn in arns if "wafv2" in arn or "schedule" in arn or "releases" in arn]


LOG = "arn:aws:s3:::logs-1f0e3a2/cloudfront/static.example.org/E1.2026-01-01-00.abcdef01.gz"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:logs-queue-1f0e3a2"
DEAD = "arn:aws:sqs:us-east-1:123456789012:logs-queue-dead-1f0e3a2"


def test_counter_reads_logs_and_takes_messages(ask: Any, scope: Scope) -> None:
    """Of both CDNs, from both queues, and dead letters go back; on Athena results are its own."""
    assert ask(Role.COUNTER, scope, "s3:GetObject", LOG)
    for queue in (QUEUE, DEAD):
        for action in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "SendMessage", "GetQueueUrl"):
            assert ask(Role.COUNTER, scope, f"sqs:{action}", queue)
    assert ask(Role.COUNTER, scope, "s3:PutObject", "arn:aws:s3:::logs-1f0e3a2/athena/1.csv")
    workgroup = "arn:aws:athena:us-east-1:123456789012:workgroup/downloads-1f0e3a2"
    assert ask(Role.COUNTER, scope, "athena:StartQueryExecution", workgroup)
    table = "arn:aws:glue:us-east-1:123456789012:table/downloads_abcdefgh/downloads_lines_abcdefgh"
    assert ask(Role.COUNTER, scope, "glue:GetTable", table)


def test_counter_changes_no_log_no_queue_no_limit_and_nothing_that_serves(ask: Any, production: Scope) -> None:
    """It reads the addresses of people, so it is given nothing else."""
    workgroup = "arn:aws:athena:us-east-1:123456789012:workgroup/downloads-1f0e3a2"
    for action, arn in (
        ("s3:PutObject", LOG),
        ("s3:DeleteObject", LOG),
        ("s3:GetObject", "arn:aws:s3:::logs-1f0e3a2/s3/crates/2026-01-01"),
        ("s3:GetObject", "arn:aws:s3:::crates-1f0e3a2/crates/serde/serde-1.0.219.crate"),
        ("sqs:PurgeQueue", QUEUE),
        ("sqs:SetQueueAttributes", QUEUE),
        ("athena:UpdateWorkGroup", workgroup),
        ("glue:UpdateTable", "arn:aws:glue:us-east-1:123456789012:table/downloads_abcdefgh/downloads_lines_abcdefgh"),
        ("cloudfront:GetDistribution", DISTRIBUTION),
    ):
        assert not ask(Role.COUNTER, production, action, arn), action
