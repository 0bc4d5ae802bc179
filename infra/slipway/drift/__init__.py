"""Drift: where the live world, the deployed state and the deployed commit do not agree, and whose doing that is.

live      a refresh that was only previewed -> what was changed by hand       (pure)
deployed  the ledger, and a preview of the deployed commit -> what git does not explain  (pure)
merges    commits of the main branch that are not applied, and their age      (pure)
program   the project in its repository, and as another commit has it
look      asks the engine, the ledger and git, and writes nothing
settle    takes what is there into the state, or puts back what the program says
report    the report as text and JSON                                         (pure)
"""

from __future__ import annotations

from slipway.drift.look import by_hand, look
from slipway.drift.model import BY_HAND, Finding, Report
from slipway.drift.program import program_of
from slipway.drift.report import as_json, as_text, print_text, title_of

__all__ = [
    "BY_HAND",
    "Finding",
    "Report",
    "as_json",
    "as_text",
    "by_hand",
    "look",
    "print_text",
    "program_of",
    "title_of",
]
