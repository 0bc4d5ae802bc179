"""The documents that mean harm are a package of their own beside these tests, and fuzzing comes in two amounts."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
# The oracle's profile, in so many words: either folder may be run alone.
settings.register_profile("nightly", max_examples=20_000, deadline=None, suppress_health_check=SLOW)
