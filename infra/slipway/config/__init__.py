"""The configuration of a stack: typed, checked as a whole, never half believed.

Pulumi.<stack>.yaml --- read_file ---+
                                     +--- parse ---> StackConfig, or one ConfigError that names every mistake
the running engine --- from_engine --+
"""

from __future__ import annotations

from slipway.config.downloads import DownloadsConfig
from slipway.config.expiry import Expired, expired_weights
from slipway.config.explain import parse
from slipway.config.files import from_engine, read_file
from slipway.config.model import AlarmsConfig, DurationsConfig, OnCallConfig, SecondCdn, StackConfig
from slipway.config.review import ReviewConfig, ReviewRule
from slipway.config.rollout import AnnounceConfig, QuietConfig, RolloutConfig, WindowConfig
from slipway.config.services import (
    CratesConfig,
    DocumentationConfig,
    IndexConfig,
    PriceClass,
    RedirectConfig,
    ReleasesConfig,
    ServiceConfig,
    Share,
    Stage,
    WebConfig,
)
from slipway.config.smoke import SampleCrate, SampleFile, SmokeConfig

__all__ = [
    "AlarmsConfig", "AnnounceConfig", "CratesConfig", "DocumentationConfig", "DownloadsConfig", "DurationsConfig",
    "Expired", "IndexConfig", "OnCallConfig", "PriceClass", "QuietConfig", "RedirectConfig", "ReleasesConfig",
    "ReviewConfig", "ReviewRule", "RolloutConfig", "SampleCrate", "SampleFile", "SecondCdn", "ServiceConfig", "Share",
    "SmokeConfig", "StackConfig", "Stage", "WebConfig", "WindowConfig", "expired_weights", "from_engine", "parse",
    "read_file",
]  # fmt: skip
