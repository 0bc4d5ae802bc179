"""The local cloud: everything `pulumi up` needs on one machine, with no account and nothing that costs money.

`process` keeps two child processes running on loopback ports: `ministack`, which holds what AWS's APIs would hold, and
`internet`, the name servers and edge locations that show it to clients. `clock` says how fast their time passes,
`environment` is what a shell needs to talk to them, and `provider` is the `pulumi-resource-aws` that stands where the
official plugin stands, in front of MiniStack.
"""

from __future__ import annotations

__all__: list[str] = []
