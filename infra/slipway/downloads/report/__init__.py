"""The counting database -> a report on downloads.

database   opens the database, and runs a SELECT. The only part that touches a file.
queries    every question to the database, in SQL that DuckDB and PostgreSQL both run.
model      what a report holds  (pure)
flip       means before and after a change of `dl`  (pure)
names      spellings that are not a crate's name: the deprecation list  (pure, but for a file of names)
gather     answers -> report  (pure)
sections   report -> titles, sentences and tables, for people  (pure)
text       sections -> terminal
page       sections -> one HTML file, with charts out of `charts`, escaped by `markup`  (pure)
document   report -> CSV, JSON, for machines  (pure)
"""

from __future__ import annotations

from slipway.downloads.report.database import Select, selecting
from slipway.downloads.report.document import as_csv, as_json
from slipway.downloads.report.gather import Wanted, gather
from slipway.downloads.report.model import Report
from slipway.downloads.report.names import read_names
from slipway.downloads.report.page import as_html
from slipway.downloads.report.text import as_text, print_text

__all__ = [
    "Report", "Select", "Wanted", "as_csv", "as_html", "as_json", "as_text", "gather", "print_text", "read_names",
    "selecting",
]  # fmt: skip
