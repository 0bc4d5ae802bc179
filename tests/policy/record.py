"""Runs Pulumi programs without an engine and prints what a policy pack would be asked about each.

    record.py programs              every good and every bad program in programs/
    record.py stack < config.json   the project's own program with this configuration

The SDK's own test monitor stands in for the engine. What a program registers is put into the engine's own analyzer
messages, as an update sends them and as a preview does, which knows of a new resource what the program wrote.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks, set_all_config, stack, sync_await
from pulumi.runtime.proto import analyzer_pb2, resource_pb2

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
sys.path[:0] = [str(PROGRAMS), str(HERE.parent / "components")]

import record_program  # noqa: E402 beside the tests of the components

Program = Callable[[], object]


class Cloud(record_program.Cloud):
    """Ids and ARNs of the right form."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        name, outputs = super().new_resource(args)
        match args.typ:
            case "aws:cloudfront/distribution:Distribution":
                name = f"E{args.name.upper()}"
                outputs["arn"] = f"arn:aws:cloudfront::123456789012:distribution/{name}"
            case "aws:acm/certificate:Certificate":
                region = args.inputs.get("region", "us-east-1")
                name = outputs["arn"] = f"arn:aws:acm:{region}:123456789012:certificate/{args.name}"
            case "aws:cloudfront/originAccessIdentity:OriginAccessIdentity":
                outputs["cloudfrontAccessIdentityPath"] = f"origin-access-identity/cloudfront/{name}"
        return name, {**outputs, "id": name}


class Recorder(mocks.MockMonitor):
    """Keeps every registration; in a preview it knows the inputs of a resource and nothing else."""

    def __init__(self, *, preview: bool) -> None:
        super().__init__(Cloud())
        self.preview = preview
        self.registered: list[tuple[Any, Any]] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the name of the remote call)
        if self.preview and request.custom:
            urn = self.make_urn(request.parent, request.type, request.name)
            response = resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        else:
            response = super().RegisterResource(request)
        self.registered.append((request, response))
        return response


def record(program: Program, config: dict[str, str], *, preview: bool) -> dict[str, Any]:
    """The messages about single resources, and those about the stack."""
    recorder = Recorder(preview=preview)
    mocks.set_mocks(recorder.mocks, project="cdn", stack="dev", preview=preview, monitor=recorder)
    set_all_config(config)

    async def run() -> None:
        program()

    sync_await._sync_await(stack.run_pulumi_func(run))
    made = [(request, response) for request, response in recorder.registered if request.custom]
    return {
        "resources": [MessageToDict(alone(*one)) for one in made],
        "stack": [MessageToDict(within_stack(*one)) for one in made],
    }


def alone(request: Any, response: Any) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        urn=response.urn,
        type=request.type,
        name=request.name,
        properties=request.object,
        options=options(request),
    )


def within_stack(request: Any, response: Any) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        urn=response.urn,
        type=request.type,
        name=request.name,
        properties=response.object,
        options=options(request),
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=value.urns)
            for key, value in request.propertyDependencies.items()
            if value.urns
        },
    )


def options(request: Any) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        deleteBeforeReplace=request.deleteBeforeReplace,
        deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
    )


def both(program: Program, config: dict[str, str]) -> dict[str, Any]:
    return {phase: record(program, config, preview=phase == "preview") for phase in ("update", "preview")}


def main() -> None:
    if sys.argv[1] == "stack":
        config = json.load(sys.stdin)
        print(json.dumps(both(lambda: runpy.run_path(str(record_program.PROGRAM), run_name="__main__"), config)))
        return
    found = {}
    for path in sorted(PROGRAMS.glob("*.py")):
        module = runpy.run_path(str(path))
        if "good" in module:
            found[path.stem] = {verdict: both(module[verdict], {}) for verdict in ("good", "bad")}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
