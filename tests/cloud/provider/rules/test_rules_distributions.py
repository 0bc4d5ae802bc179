"""CloudFront's rules for a distribution among the others."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.rules.distributions import refuse_claimed_aliases, refuse_ttl_order

OTHERS = [{"Id": "E1", "Aliases": {"Items": ["Static.example.org"]}}, {"Id": "E2", "Aliases": {"Quantity": 0}}]


def test_alias_of_another_distribution_is_refused() -> None:
    """The error names the owner."""
    with pytest.raises(ClientError, match="CNAMEAlreadyExists") as caught:
        refuse_claimed_aliases("E2", ["static.example.org"], OTHERS, "UpdateDistribution")
    assert "E1" in str(caught.value)


def test_own_alias_and_overlapping_wildcard_are_taken() -> None:
    """A distribution may keep its alias, and a wildcard may overlap an exact name elsewhere."""
    refuse_claimed_aliases("E1", ["static.example.org"], OTHERS, "UpdateDistribution")
    refuse_claimed_aliases("E2", ["*.example.org"], OTHERS, "UpdateDistribution")


@pytest.mark.parametrize("ttls", [(0, 10, 5), (20, 10, None), (20, None, 10)])
def test_ttls_out_of_order_are_refused(ttls: tuple[int | None, ...]) -> None:
    """Minimum, default, maximum."""
    with pytest.raises(ClientError, match="InvalidTTLOrder"):
        refuse_ttl_order("/x/*", *ttls, "CreateDistribution")


@pytest.mark.parametrize("ttls", [(0, 10, 10), (None, None, None), (5, 5, 5)])
def test_ttls_in_order_are_taken(ttls: tuple[int | None, ...]) -> None:
    """Equal is in order."""
    refuse_ttl_order("/x/*", *ttls, "CreateDistribution")
