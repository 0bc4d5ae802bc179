"""An alias below a wildcard of the certificate, and one that is two labels below it."""

from __future__ import annotations

from typing import Any

from cdn import HOST, Site


def good() -> None:
    _site("files.example.org")


def bad() -> None:
    _site("a.files.example.org")


def _site(alias: str) -> None:
    def certificate(args: dict[str, Any]) -> None:
        args["subject_alternative_names"] = ["*.example.org"]

    Site(certificate=certificate, distribution=lambda args: args.update(aliases=[HOST, alias]))
