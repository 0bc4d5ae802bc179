"""TLS towards viewers, and towards an origin that is a server."""

from __future__ import annotations

from typing import Any

from cdn import Site


def good() -> None:
    Site(distribution=lambda args: _speak(args, viewers="TLSv1.2_2019", server=["TLSv1.2"]))


def bad() -> None:
    Site(distribution=lambda args: _speak(args, viewers="TLSv1.1_2016", server=["TLSv1.1", "TLSv1.2"]))


def _speak(args: dict[str, Any], viewers: str, server: list[str]) -> None:
    args["viewer_certificate"]["minimum_protocol_version"] = viewers
    custom = {
        "http_port": 80,
        "https_port": 443,
        "origin_protocol_policy": "https-only",
        "origin_ssl_protocols": server,
    }
    args["origins"].append({"origin_id": "server", "domain_name": "app.example.org", "custom_origin_config": custom})
