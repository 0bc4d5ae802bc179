"""The local cloud: everything `pulumi up` needs on one machine, with no account and nothing that costs money.

`process` keeps MiniStack running as a child process on a loopback port, `environment` is what a shell needs to talk to
it, and `provider` is the `pulumi-resource-aws` that stands where the official plugin stands, in front of it.
"""

from __future__ import annotations

__all__: list[str] = []
