"""Realistic access logs of both CDNs, drawn from a seed, with the counts that are in them.

One request is drawn once, and written as any CDN would log it:

    draw       random numbers that are the same in every release of NumPy
    catalogue  which crates and versions there are, and how popular each is
    traffic    who asks for what, and what comes of it: blocks of requests
    formats    blocks as lines: CloudFront W3C, CloudFront JSON, the second CDN's
    hostile    lines that were made to break or mislead a counter
    tally      what a counter must find
    logs       options, file names, compression, writing
    broken     whole files that are damaged or meant to harm, for tests

The same options make the same lines, byte for byte; packed files also depend on the version of zlib or zstd. A file's
lines depend on the seed and its number alone, and memory on neither the number of lines nor that of files.
"""

from __future__ import annotations

from slipway.downloads.generate.broken import Broken, bomb, broken_files
from slipway.downloads.generate.logs import (
    BENCHMARK,
    CDNS,
    Compression,
    LogFile,
    Options,
    empty_tally,
    log_files,
    write_logs,
)
from slipway.downloads.generate.tally import Tally

__all__ = [
    "BENCHMARK",
    "CDNS",
    "Broken",
    "Compression",
    "LogFile",
    "Options",
    "Tally",
    "bomb",
    "broken_files",
    "empty_tally",
    "log_files",
    "write_logs",
]
