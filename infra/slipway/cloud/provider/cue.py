"""The cue: a provider that does nothing to the cloud, and tells the engine nothing, before a director says so.

With SLIPWAY_LOCAL_DIRECTOR=HOST:PORT in its environment, the provider opens one connection for every create, update and
delete, and both sides speak in lines of JSON:

    provider  {"operation": "create", "urn": ..., "id": ...}      it waits before it does the work
    director  {"say": "begin"}   or  {"say": "fail", "message": ...}
    provider  {"done": true}     or  {"failed": ...}              it holds its answer to the engine back
    director  {"say": "report"}

So whoever directs decides in which order the operations of an apply take effect, and in which the engine hears of it.
Previews never ask. Without the variable nothing of this happens.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from slipway.errors import CloudError

__all__ = ["DIRECTOR", "Cue", "Direction", "connect_director"]

DIRECTOR = "SLIPWAY_LOCAL_DIRECTOR"
Direction: TypeAlias = Literal["create", "update", "delete"]
T = TypeVar("T")
_LONGEST = 4000  # characters of an error that are told; a line of the protocol has its limit


@dataclass(frozen=True, slots=True)
class Cue:
    """Where the director listens; no address means that there is none."""

    host: str = ""
    port: int = 0

    async def given(self, operation: Direction, urn: str, resource_id: str, work: Coroutine[Any, Any, T]) -> T:
        """Do the work when the director says so, and return when it says so; its errors come out then as well.
        Raises CloudError if the director fails the operation, or is gone."""
        if not self.port:
            return await work
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port)
        except OSError as error:
            work.close()
            raise self._gone(operation) from error
        line = _Line(reader, writer)
        try:
            return await self._directed(line, operation, urn, resource_id, work)
        except (OSError, ValueError) as error:
            raise self._gone(operation) from error
        finally:
            work.close()
            writer.close()

    async def _directed(
        self, line: _Line, operation: Direction, urn: str, resource_id: str, work: Coroutine[Any, Any, T]
    ) -> T:
        await line.send({"operation": operation, "urn": urn, "id": resource_id})
        said = await line.receive()
        if said.get("say") == "fail":
            raise CloudError(str(said.get("message")))
        try:
            result = await work
        except Exception as error:
            await line.send({"failed": str(error)[:_LONGEST]})
            await line.receive()
            raise
        await line.send({"done": True})
        await line.receive()
        return result

    def _gone(self, operation: Direction) -> CloudError:
        return CloudError(f"the director at {self.host}:{self.port} is gone, in the middle of this {operation}")


@dataclass(frozen=True, slots=True)
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, message: dict[str, Any]) -> None:
        self.writer.write(json.dumps(message).encode() + b"\n")
        await self.writer.drain()

    async def receive(self) -> dict[str, Any]:
        """The next message; ConnectionError at the end of the connection."""
        read = await self.reader.readline()
        if not read:
            raise ConnectionResetError
        message: dict[str, Any] = json.loads(read)
        return message


def connect_director(environment: Mapping[str, str] = os.environ) -> Cue:
    """The cue that the environment names, or none. CloudError for an address that is not on this machine."""
    address = environment.get(DIRECTOR, "")
    if not address:
        return Cue()
    host, _, port = address.rpartition(":")
    try:
        local = ipaddress.ip_address(host).is_loopback
        number = int(port)
    except ValueError:
        local, number = False, 0
    if not local or not 0 < number < 65536:
        raise CloudError(f"{DIRECTOR} is {address!r}, and not an address and port of this machine's loopback interface")
    return Cue(host, number)
