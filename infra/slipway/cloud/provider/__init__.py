"""`pulumi-resource-aws` for the local cloud: the resource provider that unmodified `pulumi_aws` programs talk to.

One call of the engine passes these stages; each is a module, and only the last three touch the world:

check      inputs against the SDK's own types, the facts table and AWS's limits; auto-naming      (no network)
diff       old inputs against new: what changes, what forces replacement, in which direction      (no network)
rows       one row a resource type: how it maps to boto3 calls, what stays in Pulumi's state
rules      what AWS refuses and MiniStack does not, asked right before the call
drift      what the world holds now, in the terms of the program's inputs (refresh, import)

Nothing here can reach a real AWS account: the endpoint must be on the loopback interface (`cloud.py`).
"""

from __future__ import annotations

__all__: list[str] = []
