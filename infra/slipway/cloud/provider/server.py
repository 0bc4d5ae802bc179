"""The gRPC face of the provider: the SDK's servicer, with the old inputs the SDK leaves out and clean errors.

The SDK's experimental servicer drops `old_inputs` from Diff and Update, and turns an exception into a traceback; so the
protocol's methods are answered here, directly on its messages. Secrets are not accepted on purpose: the engine then
unwraps them before the call and marks the results secret again itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime import proto
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from slipway.cloud.provider import invokes
from slipway.cloud.provider.cloud import AT_ONCE, Cloud, connect
from slipway.cloud.provider.cue import Cue, connect_director
from slipway.cloud.provider.package import package_schema
from slipway.cloud.provider.provider import HalfMade, Provider
from slipway.cloud.provider.values import Properties, from_wire, to_wire
from slipway.errors import SlipwayError

__all__ = ["VERSION", "configured", "serve"]

VERSION = "7.51.1"  # the SDK release whose schema and facts this provider answers for
_LOOK = 0.5  # seconds
log = logging.getLogger(__name__)
T = TypeVar("T")


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One instance a plugin process; the engine configures it once and then calls it from many steps at a time."""

    def __init__(self, cloud: Cloud, cue: Cue) -> None:
        self._provider = Provider(cloud)
        self._cue = cue

    async def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 names of the protocol
        return proto.PluginInfo(version=VERSION)

    async def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.GetSchemaResponse(schema=await asyncio.to_thread(package_schema, VERSION))

    async def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return proto.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        old, new = from_wire(request.old_inputs), from_wire(request.news)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and key != "version")
        # Another region is another place: the official provider replaces, and with it everything it made.
        replaces = [key for key in changed if key == "region" and old.get(key) and new.get(key)]
        return proto.DiffResponse(changes=_changes(bool(changed)), diffs=changed, replaces=replaces)

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._provider = Provider(configured(self._provider.cloud, from_wire(request.args)))
        return proto.ConfigureResponse(acceptSecrets=False, supportsPreview=True, acceptResources=False)

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        work = asyncio.to_thread(
            self._provider.check, token, name, from_wire(request.olds), from_wire(request.news), request.randomSeed
        )
        inputs, failures = await _guarded(work, f"checking {token} {name!r}", context)
        return proto.CheckResponse(
            inputs=to_wire(inputs),
            failures=[proto.CheckFailure(property=item.path, reason=item.reason) for item in failures],
        )

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        work = asyncio.to_thread(self._provider.diff, token, from_wire(request.old_inputs), from_wire(request.news))
        found, delete_first = await _guarded(work, f"comparing {token} {name!r}", context)
        return proto.DiffResponse(
            changes=_changes(bool(found)),
            diffs=sorted({item.property for item in found}),
            replaces=sorted({item.property for item in found if item.replaces}),
            deleteBeforeReplace=delete_first and any(item.replaces for item in found),
            detailedDiff={item.path: proto.PropertyDiff(kind=_kind(item), inputDiff=True) for item in found},
            hasDetailedDiff=True,
        )

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        work = self._provider.create(token, from_wire(request.properties), request.preview)
        if not request.preview:
            work = self._cue.given("create", request.urn, "", work)
        resource_id, state = await _guarded(work, f"creating {token} {name!r}", context)
        return proto.CreateResponse(id=resource_id, properties=to_wire(state))

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        work = self._provider.read(token, request.id, from_wire(request.properties), from_wire(request.inputs))
        found = await _guarded(work, f"reading {token} {name!r}", context)
        if found is None:
            return proto.ReadResponse(id="")
        return proto.ReadResponse(id=request.id, properties=to_wire(found[0]), inputs=to_wire(found[1]))

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        old_inputs, old, new = from_wire(request.old_inputs), from_wire(request.olds), from_wire(request.news)
        work = self._provider.update(token, request.id, old_inputs, old, new, request.preview)
        if not request.preview:
            work = self._cue.given("update", request.urn, request.id, work)
        state = await _guarded(work, f"updating {token} {name!r}", context)
        return proto.UpdateResponse(properties=to_wire(state))

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        token, name = _names(request.urn)
        work = self._provider.delete(token, request.id, from_wire(request.properties))
        await _guarded(self._cue.given("delete", request.urn, request.id, work), f"deleting {token} {name!r}", context)
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        work = asyncio.to_thread(invokes.invoke, self._provider.cloud, request.tok, from_wire(request.args))
        result = await _guarded(work, f"calling {request.tok}", context)
        return proto.InvokeResponse(**{"return": to_wire(result)})

    async def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def configured(cloud: Cloud, arguments: Properties) -> Cloud:
    """The cloud as a provider resource with these inputs sees it: its region, its default tags."""
    tags = _nested(arguments.get("defaultTags")).get("tags") or {}
    return replace(cloud.within(_text(arguments.get("region"))), default_tags=tags)


async def _guarded(work: Awaitable[T], doing: str, context: Any) -> T:
    """Turn what AWS, the rules or a missing type say into one line; anything else is a bug and logs its traceback."""
    try:
        return await work
    except HalfMade as half:
        status, said = _said(half.cause, doing)
        details = (("grpc-status-details-bin", _half_made(half, status, said)),)
        await context.abort(status, said, trailing_metadata=details)
    except Exception as error:
        await context.abort(*_said(error, doing))
    raise AssertionError("abort raises")


def _said(error: Exception, doing: str) -> tuple[grpc.StatusCode, str]:
    if isinstance(error, ClientError):
        code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        return grpc.StatusCode.UNKNOWN, f"{doing}: {code}: {message}"
    if isinstance(error, SlipwayError | BotoCoreError | LookupError):
        return grpc.StatusCode.UNKNOWN, f"{doing}: {error}"
    log.error("bug in the local provider while %s", doing, exc_info=error)
    return grpc.StatusCode.INTERNAL, f"{doing}: bug in the local provider: {error!r}"


def _half_made(half: HalfMade, status: grpc.StatusCode, said: str) -> bytes:
    """What the engine keeps of a resource that it is to know of, though its create has failed: as the official plugin
    tells it (pulumi/pulumi, proto/pulumi/provider.proto, ErrorResourceInitFailed)."""
    details = status_pb2.Status(code=status.value[0], message=said)
    details.details.add().Pack(
        provider_pb2.ErrorResourceInitFailed(id=half.id, properties=to_wire(half.state), reasons=[said])
    )
    return bytes(details.SerializeToString())


def _names(urn: str) -> tuple[str, str]:
    """Type token and name of a URN, urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME; the name may hold `::` itself."""
    _, _, types, name = urn.split("::", 3)
    return types.rsplit("$", 1)[-1], name


def _nested(value: Any) -> dict[str, Any]:
    """A provider's structured setting: an object, or its JSON text in the older form of the protocol."""
    if isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _changes(some: bool) -> Any:
    return proto.DiffResponse.DIFF_SOME if some else proto.DiffResponse.DIFF_NONE


def _kind(item: Any) -> Any:
    return getattr(proto.PropertyDiff, item.kind.upper() + ("_REPLACE" if item.replaces else ""))


async def _until_orphaned(engine: int) -> None:
    """Return when the process that started this one is gone: an engine that is killed tells its plugins nothing."""
    while os.getppid() == engine:
        await asyncio.sleep(_LOOK)


def serve() -> None:
    """Serve until the engine closes the plugin, or is gone. Prints the port first, as the plugin protocol demands."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        servicer = Servicer(connect(), connect_director())
    except SlipwayError as error:
        sys.exit(f"pulumi-resource-aws (local cloud): {error.message}\n  {error.advice}")

    async def run() -> None:
        # Operations mostly wait: as many threads as the machine has cores would be a queue.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
        server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        print(port, flush=True)
        await _until_orphaned(os.getppid())
        await server.stop(grace=None)

    asyncio.run(run())
