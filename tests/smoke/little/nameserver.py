"""A name server over UDP and TCP that answers from a table, and follows CNAMEs as a resolver does."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Key = tuple[str, str]


@dataclass
class Records:
    """What a server answers. `drawn` are names with several CNAMEs, of which each answer gives the next."""

    sets: dict[Key, tuple[int, list[str]]] = field(default_factory=dict)
    drawn: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    soas: dict[str, tuple[int, int]] = field(default_factory=dict)
    """TTL of the SOA, and its minimum, by zone."""
    rcodes: dict[str, str] = field(default_factory=dict)
    authoritative: bool = True
    turns: Any = field(default_factory=count)

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        if self.authoritative:
            reply.flags |= dns.flags.AA
        question = query.question[0]
        name, type_ = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        if name in self.rcodes:
            reply.set_rcode(dns.rcode.from_text(self.rcodes[name]))
            return reply
        self._follow(reply, name, type_)
        return reply

    def _follow(self, reply: dns.message.Message, name: str, type_: str) -> None:
        if name in self.drawn:
            ttl, targets = self.drawn[name]
            self._add(reply, name, "CNAME", ttl, [targets[next(self.turns) % len(targets)]])
        elif (name, type_) in self.sets:
            self._add(reply, name, type_, *self.sets[name, type_])
            return
        elif (name, "CNAME") in self.sets:
            self._add(reply, name, "CNAME", *self.sets[name, "CNAME"])
        else:
            self._deny(reply, name)
            return
        if type_ != "CNAME":
            self._follow(reply, reply.answer[-1][0].to_text().rstrip("."), type_)

    def _add(self, reply: dns.message.Message, name: str, type_: str, ttl: int, values: list[str]) -> None:
        reply.answer.append(dns.rrset.from_text(f"{name}.", ttl, "IN", type_, *values))

    def _deny(self, reply: dns.message.Message, name: str) -> None:
        if not reply.answer and all(name != known for known, _ in self.sets):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        for zone, (ttl, minimum) in self.soas.items():
            if name == zone or name.endswith(f".{zone}"):
                soa = f"ns1.{zone}. hostmaster.{zone}. 1 7200 900 1209600 {minimum}"
                reply.authority.append(dns.rrset.from_text(f"{zone}.", ttl, "IN", "SOA", soa))


@contextmanager
def serving(records: Records) -> Iterator[int]:
    """The port on 127.0.0.1, over UDP and TCP."""

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, channel = self.request
            reply = records.answer(query := dns.message.from_wire(data))
            size = query.payload if query.edns >= 0 else 512
            channel.sendto(reply.to_wire(max_size=size, prefer_truncation=True), self.client_address)

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while len(length := self.rfile.read(2)) == 2:
                wire = records.answer(dns.message.from_wire(self.rfile.read(int.from_bytes(length)))).to_wire(
                    max_size=65535
                )
                self.wfile.write(len(wire).to_bytes(2) + wire)

    with ExitStack() as stack:
        tcp, udp = _on_one_port(Stream, Datagram)
        for server in (stack.enter_context(tcp), stack.enter_context(udp)):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
            stack.callback(server.shutdown)
        yield tcp.server_address[1]


def _on_one_port(
    stream: type[socketserver.BaseRequestHandler], datagram: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.BaseServer, socketserver.BaseServer]:
    """A port that is free for TCP may be taken for UDP: then another one."""
    for _ in range(20):
        tcp = _Tcp(("127.0.0.1", 0), stream)
        try:
            return tcp, _Udp(tcp.server_address, datagram)
        except OSError:
            tcp.server_close()
    raise OSError("no port is free for both TCP and UDP")


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
