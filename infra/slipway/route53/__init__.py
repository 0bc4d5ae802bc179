"""Route 53 as its API has it.

names   record sets, batches, and the one spelling of a name (pure)
zone    a hosted zone: what stands at a name, and changes that are awaited
"""

from __future__ import annotations

__all__: list[str] = []
