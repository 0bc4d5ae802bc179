"""The main job, shown on the local cloud: two stacks, a diff that is refused, and the way out of it.

`python -m demo` runs it; `tests/test_demo.py` runs the same story and checks it.
"""

from __future__ import annotations

__all__: list[str] = []
