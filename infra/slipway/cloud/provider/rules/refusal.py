"""An error in AWS's own words and shape."""

from __future__ import annotations

from botocore.exceptions import ClientError

__all__ = ["refusal"]


def refusal(code: str, message: str, operation: str) -> Exception:
    """The exception boto3 raises when AWS answers `operation` with this error code."""
    error: Exception = ClientError({"Error": {"Code": code, "Message": message}}, operation)
    return error
