"""A name server of a few CNAME records, for tests that need nothing more of DNS."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from slipway.cloud.internet.address import Internet

__all__ = ["answering", "published"]


def published(port: int) -> Internet:
    """An internet of which nothing else is there."""
    return Internet(os.getpid(), ("127.0.0.1",), port, 0, 0, 0, 0, Path("ca.pem"))


@contextmanager
def answering(records: Mapping[str, str], *, silent: bool = False) -> Iterator[int]:
    """The UDP port on 127.0.0.1 where these records, owner to target, are answered; they may change meanwhile."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, records, silent, ended))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def _serve(server: socket.socket, records: Mapping[str, str], silent: bool, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            asked, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        if not silent:
            server.sendto(_answer(dns.message.from_wire(asked), records).to_wire(), client)


def _answer(query: dns.message.Message, records: Mapping[str, str]) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.AA
    owner = query.question[0].name
    target = records.get(owner.to_text(omit_final_dot=True))
    if target:
        answer.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", f"{target}."))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
