"""Reviews: how many a plan needs, who has given one, and the checklist that goes with it. Pure.

demand      rules and a plan's changes -> how many, and why
approvals   a pull request's reviews, as GitHub prints them
trailers    what signed commits say about their reviewers
standing    the two beside each other: how many there are of how many
checklist   what a reviewer would ask, with the answers that the evidence gives
"""

from __future__ import annotations

from slipway.review.approvals import Approvals, read_approvals
from slipway.review.checklist import Circumstances, checklist
from slipway.review.demand import Demand, demand
from slipway.review.standing import Standing, standing
from slipway.review.trailers import reviewers_of

__all__ = [
    "Approvals", "Circumstances", "Demand", "Standing", "checklist", "demand", "read_approvals", "reviewers_of",
    "standing",
]  # fmt: skip
