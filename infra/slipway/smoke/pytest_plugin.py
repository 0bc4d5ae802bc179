"""A pytest plugin: `pytest --slipway-env staging` makes every smoke check of an environment a test of its own.

The items come beside those that pytest finds itself, under `slipway-smoke[ENV]`, with the marker `slipway_smoke`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import SlipwayError

__all__ = ["SmokeCheck", "SmokeChecks", "pytest_addoption", "pytest_collection_modifyitems", "pytest_configure"]

_SECONDS = 60.0  # for one check; a runner of tests has a time limit of its own for all


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slipway-env` and where its project is."""
    group = parser.getgroup("slipway", "smoke tests of an environment")
    group.addoption("--slipway-env", metavar="ENV", default="", help="check this environment: staging, production ...")
    group.addoption(
        "--slipway-project", metavar="DIR", default=".", help="where Pulumi.ENV.yaml is; this directory by default"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known in every run, so that `-m 'not slipway_smoke'` always works."""
    config.addinivalue_line("markers", "slipway_smoke: a smoke check of an environment (see --slipway-env)")


@pytest.hookimpl(tryfirst=True)  # before -k and -m choose
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the environment's checks, if one is named."""
    if environment := config.getoption("--slipway-env"):
        checks = SmokeChecks.from_parent(session, name=f"slipway-smoke[{environment}]", environment=environment)
        items.extend(checks.collect())


class SmokeChecks(pytest.Collector):
    """The checks of one environment, and the network that they are made in."""

    def __init__(self, environment: str, **others: Any) -> None:
        super().__init__(**others)
        self.environment = environment

    def collect(self) -> Iterator[SmokeCheck]:
        """One item a check. What is wrong with the settings ends the run with one line, as for the command."""
        from slipway.config import read_file
        from slipway.smoke import checks, network, target

        project = Path(self.config.getoption("--slipway-project"))
        try:
            where = network.from_environment(os.environ)
            config = read_file(project / f"Pulumi.{self.environment}.yaml")
            wanted = tuple(checks.every(target.of(config, project)))
        except SlipwayError as error:
            raise pytest.UsageError(f"{error.message}. {error.advice}") from None
        for check in wanted:
            yield SmokeCheck.from_parent(self, name=check.id, check=check, network=where)


class SmokeCheck(pytest.Item):
    """One check. Its outcome is the test's, its message the failure's or the skip's; its values are properties."""

    def __init__(self, check: Any, network: Any, **others: Any) -> None:
        super().__init__(**others)
        self.check, self.network = check, network
        self.add_marker("slipway_smoke")

    def runtest(self) -> None:
        """Look, and judge."""
        from slipway.report.escape import for_terminal
        from slipway.smoke.runner import run_one

        result = run_one(self.check, replace(self.network, until=time.monotonic() + _SECONDS))
        self.user_properties.extend((for_terminal(key), for_terminal(value)) for key, value in result.seen.items())
        message = for_terminal(result.message)
        if result.status == "skipped":
            pytest.skip(message)
        if result.status == "failed":
            pytest.fail(message, pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it comes from: the environment's settings."""
        return self.path, None, self.name
