"""The guard: what `pulumi up` may do to a guarded stack is what was approved, and nothing else.

inputs      a resource's inputs, digested so that a preview, a hook and a state agree  (pure)
steps       the steps of a plan, as they are written down and known again              (pure)
permission  which approval stands, by the ledger                                       (pure)
live        what the live world says at the moment of a step
base        whether what a plan leaves alone is still as it was
hooks       binds all of this to every resource of the program
words       what the guard and whoever runs the engine have agreed upon

`protect` is what a program calls.
"""

from __future__ import annotations

from slipway.config import StackConfig

__all__ = ["protect"]


def protect(stack: StackConfig) -> None:
    """Let nothing be done to a guarded stack that is not approved; called before the first resource is made.

    Without a ledger nothing can be approved, and nothing is bound: `slipway preflight` says so.
    """
    if stack.guarded and stack.ledger:
        from slipway.guard.hooks import bind  # What AWS and git are asked with, other stacks do without.

        bind(stack, stack.ledger)
