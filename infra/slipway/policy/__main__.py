"""`python -m slipway.policy`: the policy pack as the plugin that the engine starts."""

from __future__ import annotations

from slipway.policy.server import serve

if __name__ == "__main__":
    serve()
