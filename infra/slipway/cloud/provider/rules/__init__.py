"""What AWS refuses and MiniStack lets pass, one subject a file: pure functions over what the cloud holds.

Each raises the error AWS itself would send, so that a rehearsed failure reads like the real one.
"""

from __future__ import annotations

__all__: list[str] = []
