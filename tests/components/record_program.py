"""Runs the stack's program without an engine and prints what it registers: record_program.py [--preview] < config.json

The SDK's own test monitor stands in for the engine: this shows which resources a program registers, with which options
and dependencies. What the engine and the cloud make of them is for the tests on the real engine. It is a process of its
own because the monitor leaves event loops open behind it.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks, rpc, set_all_config, stack, sync_await
from pulumi.runtime.proto import resource_pb2

PROGRAM = Path(__file__).parents[2] / "infra" / "__main__.py"
INVOKES = {
    "aws:s3/getCanonicalUserId:getCanonicalUserId": {"id": "owner-user", "displayName": "owner"},
    "aws:cloudfront/getLogDeliveryCanonicalUserId:getLogDeliveryCanonicalUserId": {"id": "log-user"},
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": "123456789012",
        "arn": "a",
        "userId": "u",
        "id": "i",
    },
}


class Cloud(mocks.Mocks):
    """Outputs for the few resources whose outputs others take."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return INVOKES[args.token], []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        outputs = {**args.inputs, "arn": f"arn:aws:test:::{args.name}"}
        match args.typ:
            case "aws:acm/certificate:Certificate":
                names = [args.inputs["domainName"], *args.inputs.get("subjectAlternativeNames", [])]
                outputs["domainValidationOptions"] = [validation(name) for name in names]
            case "aws:route53/record:Record":
                outputs["fqdn"] = args.inputs.get("name")
            case "aws:cloudfront/distribution:Distribution":
                outputs |= {"domainName": "d1.cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
            case "aws:s3/bucket:Bucket":
                outputs |= {"bucketDomainName": f"{args.name}.s3.amazonaws.com"}
                outputs |= {"bucketRegionalDomainName": f"{args.name}.s3.us-east-1.amazonaws.com"}
            case "aws:route53/zone:Zone":
                outputs |= {"zoneId": "Z1", "nameServers": ["ns1.example"]}
        return f"{args.name}-id", outputs


def validation(name: str) -> dict[str, str]:
    """What ACM answers: a name and its wildcard get the same record."""
    return {
        "domainName": name,
        "resourceRecordName": f"_v.{name.removeprefix('*.')}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": "_x.acm-validations.aws.",
    }


class Recorder(mocks.MockMonitor):
    """Keeps every registration; in a preview it knows the inputs of a resource and nothing else."""

    def __init__(self, *, preview: bool) -> None:
        super().__init__(Cloud())
        self.preview = preview
        self.registered: list[dict[str, Any]] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the name of the remote call)
        if self.preview and request.custom:
            urn = self.make_urn(request.parent, request.type, request.name)
            response = resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        else:
            response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.registered.append(describe(response.urn, request))
        return response


def describe(urn: str, request: Any) -> dict[str, Any]:
    return {
        "urn": urn,
        "type": request.type,
        "name": request.name,
        "custom": request.custom,
        "parent": request.parent,
        "inputs": rpc.deserialize_properties(request.object),
        "protect": request.protect,
        "retain": request.retainOnDelete,
        "delete_first": request.deleteBeforeReplace,
        "create_first": request.deleteBeforeReplaceDefined and not request.deleteBeforeReplace,
        "dependencies": sorted(request.dependencies),
        "property_dependencies": {key: sorted(value.urns) for key, value in request.propertyDependencies.items()},
    }


def main() -> None:
    preview = "--preview" in sys.argv
    recorder = Recorder(preview=preview)
    mocks.set_mocks(recorder.mocks, project="cdn", stack="production", preview=preview, monitor=recorder)
    set_all_config(json.load(sys.stdin))

    async def program() -> None:
        runpy.run_path(str(PROGRAM), run_name="__main__")

    sync_await._sync_await(stack.run_pulumi_func(program))
    print(json.dumps(recorder.registered, default=lambda unknown: "unknown"))


if __name__ == "__main__":
    main()
