"""Least-privilege access to one stack's account, made from what the program's resource types need of AWS.

    needs.py (type -> actions)  x  scope.py (kind -> ARNs, conditions)  ->  policies.py (role -> documents)

docs/access.md says which accounts there are and who has which role.
"""

from __future__ import annotations

from slipway.access.policies import Policy, Role, policies
from slipway.access.scope import Scope, read_scope

__all__ = ["Policy", "Role", "Scope", "policies", "read_scope"]
