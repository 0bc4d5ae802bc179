"""Bucket policies, and what else is set on a bucket."""

from __future__ import annotations

import json

from casebook import Edit, case
from sites import STATIC, Site, add, admit, bucket_policy, change, option, remove, rename

__all__: list[str] = []

OTHER = "arn:aws:cloudfront::123456789012:distribution/E1OTHER"
DARK = {"rules": ("hostname-dark",), "hostnames": {STATIC: "dark"}}


def denying(**statement: object) -> str:
    """The policy of the standard site with a second statement that denies."""
    document = json.loads(bucket_policy("cdn"))
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "${crates.arn}/*", **statement}
    return json.dumps({**document, "Statement": [*document["Statement"], denied]})


@case("the bucket's policy forgets the distribution", **DARK)
def policy_no_longer_admits(site: Site) -> Edit:
    yield
    change(site, "read", policy=bucket_policy(OTHER))


@case("another reader is added to the bucket's policy")
def policy_admits_one_more(site: Site) -> Edit:
    yield
    change(site, "read", policy=bucket_policy("cdn", OTHER))


@case("the bucket's policy goes", **DARK)
def policy_deleted(site: Site) -> Edit:
    yield
    remove(site, "read")


@case("the policy says the same with a pattern for the ARN")
def policy_in_another_form(site: Site) -> Edit:
    yield
    like = {"ArnLike": {"aws:SourceArn": ["arn:aws:cloudfront::123456789012:distribution/*"]}}
    change(site, "read", policy=bucket_policy("cdn", Sid="CloudFront", Action=["s3:GetObject"], Condition=like))


@case("the policy admits the account's distributions")
def policy_by_account(site: Site) -> Edit:
    yield
    account = {"StringEquals": {"AWS:SourceAccount": "123456789012"}}
    change(site, "read", policy=bucket_policy("cdn", Condition=account))


@case("the policy covers another path than the distribution reads", **DARK)
def policy_of_another_path(site: Site) -> Edit:
    yield
    change(site, "read", policy=bucket_policy("cdn", Resource="${crates.arn}/index/*"))


@case("plain HTTP is denied, which CloudFront does not speak to the bucket")
def policy_denies_plain_http(site: Site) -> Edit:
    yield
    change(site, "read", policy=denying(Condition={"Bool": {"aws:SecureTransport": "false"}}))


@case("everybody is denied, whoever is admitted beside it", **DARK)
def policy_denies_everybody(site: Site) -> Edit:
    yield
    change(site, "read", policy=denying())


@case(
    "a policy that cannot be read",
    rules=("hostname-unknown", "aws-refusal"),
    aws=("MalformedPolicy",),
    hostnames={STATIC: "unknown"},
)
def policy_is_not_json(site: Site) -> Edit:
    yield
    change(site, "read", policy="{not json")


@case("the late delete removes the policy that the create has put", rules=("double-claim", "hostname-dark"),
      hostnames={STATIC: "dark"})  # fmt: skip
def bucket_policy_renamed(site: Site) -> Edit:
    yield
    rename(site, "read", "read-renamed")


@case("one URN for one policy: the engine keeps it", changes=0)
def bucket_policy_renamed_with_an_alias(site: Site) -> Edit:
    yield
    rename(site, "read", "read-renamed", alias=True)


def expiring(days: int) -> list[dict[str, object]]:
    return [{"id": "old", "status": "Enabled", "filter": {"prefix": "logs/"}, "expiration": {"days": days}}]


@case("settings of one bucket, each a resource of its own")
def bucket_settings_of_one_bucket(site: Site) -> Edit:
    add(site, "lifecycle", "lifecycle", bucket="${crates.id}", rules=expiring(30))
    yield
    change(site, "lifecycle", rules=expiring(90))
    admit(site, "read", "cdn", OTHER)


@case("versioning for the bucket")
def bucket_versioning_added(site: Site) -> Edit:
    yield
    add(site, "versioning", "versioning", bucket="${crates.id}", versioning_configuration={"status": "Enabled"})


@case("a bucket under another URN: the name is taken, and its objects would go with the old one",
      rules=("double-claim", "protected-delete"), aws=("BucketAlreadyExists", "BucketNotEmpty"))  # fmt: skip
def bucket_renamed(site: Site) -> Edit:
    add(site, "bucket", "logs", bucket="logs-example-org")
    yield
    rename(site, "logs", "logs-renamed")


@case("one URN for one bucket: the engine keeps it", changes=0)
def bucket_renamed_with_an_alias(site: Site) -> Edit:
    yield
    rename(site, "crates", "crates-renamed", alias=True)


@case("a bucket goes that holds an object", rules=("protected-delete",), aws=("BucketNotEmpty",))
def bucket_with_objects_deleted(site: Site) -> Edit:
    add(site, "bucket", "logs", bucket="logs-example-org")
    add(site, "object", "log", {"retain_on_delete": True}, bucket="${logs.id}", key="log", content="one line")
    yield
    remove(site, "logs", "log")


@case("retained by the engine's option: the provider is never asked to delete it")
def retained_bucket_let_go(site: Site) -> Edit:
    add(site, "bucket", "attic", {"retain_on_delete": True}, bucket="attic-example-org")
    yield
    remove(site, "attic")


@case("force_destroy ahead of a delete")
def force_destroy_set(site: Site) -> Edit:
    add(site, "bucket", "logs", bucket="logs-example-org")
    yield
    change(site, "logs", force_destroy=True)


@case("a protection is added, which the engine calls the same", changes=0)
def bucket_protected(site: Site) -> Edit:
    yield
    option(site, "crates", protect=True)
