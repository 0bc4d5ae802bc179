"""`python -m slipway.cloud.provider`: what the `pulumi-resource-aws` executable of the local cloud runs."""

from __future__ import annotations

from slipway.cloud.provider.server import serve

serve()
