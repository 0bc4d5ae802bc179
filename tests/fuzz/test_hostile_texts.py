"""Texts that are no preview, whatever they look like: one clear error, never a traceback."""

from __future__ import annotations

import json

import pytest
from hostile.documents import SHARED
from hostile.outcome import APPROVED, BAD_INPUT, judge

WHOLE = json.dumps(SHARED)
LONG = "x" * 10_000_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "empty", id="an empty file"),
        pytest.param(" \n\t\n", "empty", id="white space"),
        pytest.param("\ufeff", "preview", id="a byte order mark alone"),
        pytest.param("\x00" * 1000, "not JSON", id="zeros"),
        pytest.param(LONG, "not JSON", id="10 MB of one letter"),
        pytest.param(f'"{LONG}"', "JSON string", id="a string of 10 MB"),
        pytest.param("{" * 100_000, "preview", id="100,000 braces"),
        pytest.param("[" * 100_000 + "]" * 100_000, "nested too deeply", id="100,000 lists"),
        pytest.param('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply", id="100,000 objects"),
        pytest.param('{"steps": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply", id="steps so deep"),
        pytest.param("[1, 2]", "JSON array", id="a list"),
        pytest.param("NaN", "preview", id="NaN"),
        pytest.param("-Infinity", "preview", id="minus infinity"),
        pytest.param("1" + "0" * 5000, "preview", id="10 to the 5000"),
        pytest.param('{"steps": 1' + "0" * 5000 + "}", "not valid JSON", id="steps as 10 to the 5000"),
        pytest.param('{"steps": "\x01"}', "not valid JSON", id="a control character in a string"),
        pytest.param("{'steps': []}", "not valid JSON", id="a Python dict"),
        pytest.param('{"steps": [],}', "JSON", id="a comma too many"),
        pytest.param("steps: []\n", "not JSON", id="YAML"),
        pytest.param("<html><body>502 Bad Gateway</body></html>", "not JSON", id="HTML"),
        pytest.param("error: no Pulumi.yaml project file found\n", "not JSON", id="an error of the engine"),
        pytest.param("{}{}", "preview", id="two documents"),
        pytest.param(WHOLE + WHOLE, "preview", id="a preview twice"),
        pytest.param(WHOLE + "\nwarning: a new version is available", "preview", id="a preview and a warning"),
        pytest.param(WHOLE.encode().decode("utf-16-le", "replace"), "not JSON", id="UTF-8 taken for UTF-16"),
    ],
)
def test_a_text_that_is_no_preview_ends_with_one_clear_error(text, says):
    outcome = judge(text)
    assert outcome.status == BAD_INPUT
    assert says in outcome.says


def test_a_preview_with_a_byte_order_mark_is_a_preview():
    """PowerShell writes one. It says nothing about the plan."""
    assert judge("\ufeff" + WHOLE).status == APPROVED


@pytest.mark.parametrize("hundredth", range(0, 100, 3))
def test_a_preview_cut_off_anywhere_is_bad_input(hundredth):
    assert judge(WHOLE[: len(WHOLE) * hundredth // 100]).status == BAD_INPUT


@pytest.mark.parametrize("missing", range(1, 20))
def test_a_preview_that_lacks_only_its_last_characters_is_bad_input(missing):
    assert judge(WHOLE[:-missing]).status == BAD_INPUT


def test_a_key_given_twice_counts_as_it_does_for_every_common_reader_the_last_time():
    """Whoever can write a key twice can write it once: nothing is gained while the document agrees with itself."""
    summary = json.dumps(SHARED["changeSummary"])
    assert judge(f'{WHOLE[:-1]}, "changeSummary": {summary}}}').status == APPROVED
    assert judge(f'{WHOLE[:-1]}, "steps": {json.dumps(SHARED["steps"][:1])}}}').status == BAD_INPUT
    assert judge(f'{WHOLE[:-1]}, "diagnostics": [{{"severity": "error", "message": "no"}}]}}').status == BAD_INPUT
