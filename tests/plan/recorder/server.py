"""`pulumi-resource-recorder`: a provider of nothing that writes down when each call began and ended.

In the directory named by RECORDER: `delays.json` says how many seconds which operation takes (`{"create a": 0.5}`), and
`calls.jsonl` gets one line a finished call, times by the system's monotonic clock. `{"fail": ["delete a"]}` in
`delays.json` makes calls fail. A resource's properties are compared one by one: those listed in its `replaceOn` force a
replacement, which is delete-first if `deleteFirst` is true.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import proto
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

HOME = Path(os.environ["RECORDER"])


class Recorder(provider_pb2_grpc.ResourceProviderServicer):
    """The protocol's methods, as the engine calls them."""

    async def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 names of the protocol
        return proto.PluginInfo(version="1.0.0")

    async def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.ConfigureResponse(supportsPreview=True)

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.CheckResponse(inputs=request.news)

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        old, new = MessageToDict(request.old_inputs), MessageToDict(request.news)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        replaces = [key for key in changed if key in new.get("replaceOn", [])]
        some = proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE
        first = bool(new.get("deleteFirst"))
        return proto.DiffResponse(changes=some, diffs=changed, replaces=replaces, deleteBeforeReplace=first)

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        name = request.urn.rpartition("::")[2]
        made = "" if request.preview else f"{name}-{uuid.uuid4().hex[:8]}"
        if not request.preview:
            await record("create", request.urn, made, context)
        return proto.CreateResponse(id=made, properties=request.properties)

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        if not request.preview:
            await record("update", request.urn, request.id, context)
        return proto.UpdateResponse(properties=request.news)

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        await record("delete", request.urn, request.id, context)
        return empty_pb2.Empty()

    async def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


async def record(act: str, urn: str, resource_id: str, context: Any) -> None:
    """Take as long as the test wants this call to take, and write down when that was."""
    begun = time.monotonic()
    orders = json.loads((HOME / "delays.json").read_text())
    key = f"{act} {urn.rpartition('::')[2]}"
    await asyncio.sleep(orders.get(key, 0))
    if key in orders.get("fail", []):
        await context.abort(grpc.StatusCode.UNKNOWN, f"told to fail at {key}")
    call = {"act": act, "urn": urn, "id": resource_id, "start": begun, "end": time.monotonic()}
    with (HOME / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(call) + "\n")


async def serve() -> None:
    """Serve until the engine closes the plugin. Prints the port first, as the plugin protocol demands."""
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Recorder(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve())
