"""A statement for everybody, with a condition and without."""

from __future__ import annotations

from cdn import Site

EVERYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


def good() -> None:
    Site(policy=lambda args: args.update(statement={**EVERYBODY, "Condition": ORGANISATION}))


def bad() -> None:
    Site(policy=lambda args: args.update(statement=EVERYBODY))
