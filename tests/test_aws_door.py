"""Failures on the way to AWS: one error, and nothing that was not meant to be shown."""

from __future__ import annotations

import pytest

from slipway import aws
from slipway.errors import CloudError


def test_an_endpoint_that_is_no_url_is_one_error_without_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere://ann:secret@")
    with pytest.raises(CloudError) as caught:
        aws.client("s3", "s3://releases/dist/")
    assert caught.value.message.startswith("s3://releases/dist/: Invalid endpoint")
    assert "secret" not in caught.value.message
