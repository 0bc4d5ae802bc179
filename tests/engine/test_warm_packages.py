"""Which packages are imported ahead, going by a stack's state."""

from __future__ import annotations

import importlib
import json

import pytest

from slipway.engine.warm import packages

NONE = packages("")


def state(*types: object) -> str:
    return json.dumps({"deployment": {"resources": [{"type": each} for each in types]}})


@pytest.mark.parametrize(
    ("token", "package"),
    [
        ("aws:s3/bucket:Bucket", "pulumi_aws.s3"),
        ("aws:lambda/function:Function", "pulumi_aws.lambda_"),
        ("google-native:storage/v1:Bucket", "pulumi_google_native.storage"),
        ("slipway:site:Site", "pulumi_slipway.site"),  # a component: nobody has such a package, and nobody minds
    ],
)
def test_type_names_its_package(token: str, package: str) -> None:
    assert set(packages(state(token, token))) == {*NONE, package}


@pytest.mark.parametrize("token", ["", "pulumi", "a:b:c:d", "../x:y:z", 7, None])
def test_odd_type_names_none(token: object) -> None:
    assert packages(state(token)) == NONE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"deployment": null}', '{"deployment": {"resources": [3]}}'])
def test_unreadable_state_names_none(text: str) -> None:
    assert packages(text) == NONE


def test_packages_of_components_are_there() -> None:
    for name in NONE:
        importlib.import_module(name)
