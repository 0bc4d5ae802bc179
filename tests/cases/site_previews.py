"""A vocabulary for previews of one small site, in the engine's own form: what stands there, and what is edited.

    site = Site()                              # zone, bucket, certificate, distribution, records: all unchanged
    site.replace("cert", subjectAlternativeNames=["index.example.org"])
    site.document()                            # what `pulumi preview --json ...` would print

Unlike the captured previews beside it, what this prints is put together; `make.py` writes it to disk.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STACK, PROJECT = "production", "cdn"
ROOT = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}"
TYPES = {
    "alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
    "bucket": "aws:s3/bucket:Bucket",
    "certificate": "aws:acm/certificate:Certificate",
    "distribution": "aws:cloudfront/distribution:Distribution",
    "function": "aws:cloudfront/function:Function",
    "lifecycle": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "oac": "aws:cloudfront/originAccessControl:OriginAccessControl",
    "policy": "aws:s3/bucketPolicy:BucketPolicy",
    "provider": "pulumi:providers:aws",
    "record": "aws:route53/record:Record",
    "validation": "aws:acm/certificateValidation:CertificateValidation",
    "zone": "aws:route53/zone:Zone",
}
DEFAULT = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:providers:aws::default_7_51_1::5d1c"
_COUNTED = {"same", "create", "update", "delete", "replace", "import", "discard"}


class Site:
    """Resources by name, and the steps that change them. Inputs given as `key=(value, "name", ...)` were computed
    from those resources; any other value was written in the program."""

    def __init__(self, base: bool = True) -> None:
        self.states: dict[str, dict] = {}
        self.steps: dict[str, list[dict]] = {}
        self.late: list[dict] = []
        self.diagnostics: list[dict] = []
        if base:
            self._stand()

    def _stand(self) -> None:
        self.has("zone", "zone", name="example.org", comment="Managed by Pulumi")
        self.has("bucket", "crates", bucket="crates-example-org")
        self.has("oac", "oac", name="oac", signingBehavior="always")
        self.has("function", "router", name="router", runtime="cloudfront-js-2.0", code="function handler(e) {}")
        self.has("certificate", "cert", domainName="static.example.org", validationMethod="DNS")
        self.proof("proof-static", "cert", "_v.static.example.org")
        self.has(
            "validation",
            "issued",
            certificateArn=("arn:cert", "cert"),
            validationRecordFqdns=(["_v.static.example.org"], "proof-static"),
        )
        self.serve("cdn", ["static.example.org"], "arn:cert", "issued")
        self.has("policy", "read", bucket=("crates-example-org", "crates"), policy=('{"Statement": 1}', "cdn"))
        self.has(
            "record",
            "static",
            name="static.example.org",
            type="CNAME",
            ttl=300,
            records=(["dcdn.cloudfront.net"], "cdn"),
            zoneId=("Zzone", "zone"),
        )

    def serve(self, name: str, aliases: list[str], arn: str, issued: str, **more: object) -> None:
        self.has(
            "distribution",
            name,
            aliases=aliases,
            comment="",
            enabled=True,
            defaultCacheBehavior=(
                {
                    "defaultTtl": 86400,
                    "targetOriginId": "s3",
                    "functionAssociations": [{"eventType": "viewer-request", "functionArn": "arn:router"}],
                },
                "router",
            ),
            origins=(
                [{"domainName": "crates.s3.amazonaws.com", "originAccessControlId": "id-oac", "originId": "s3"}],
                "crates",
                "oac",
            ),
            viewerCertificate=({"acmCertificateArn": arn, "sslSupportMethod": "sni-only"}, issued),
            **more,
        )

    def proof(self, name: str, certificate: str, fqdn: str, **options: object) -> None:
        self.has(
            "record",
            name,
            options,
            name=(fqdn, certificate),
            type=("CNAME", certificate),
            ttl=60,
            records=([f"_{fqdn}.acm"], certificate),
            zoneId=("Zzone", "zone"),
        )

    def has(self, kind: str, name: str, options: dict | None = None, /, **inputs: object) -> None:
        """A resource that stands there before, and stays as it is unless something is said of it."""
        state = self._state(kind, name, inputs, options or {})
        state["id"] = f"id-{name}"
        state["outputs"] = {**deepcopy(state.get("inputs", {})), "arn": f"arn:{name}", **_outputs(kind, name)}
        self.states[name] = state
        self.steps[name] = [{"op": "same", "urn": state["urn"], "oldState": state, "newState": _new(state)}]

    def component(self, name: str, parent: str = "", op: str = "same", type_: str = "slipway:index:Part") -> None:
        state = {"urn": _urn(type_, name), "custom": False, "type": type_, "parent": self._parent(parent)}
        self.states[name] = state
        sides = {"same": ("oldState", "newState"), "create": ("newState",), "delete": ("oldState",)}[op]
        self.steps[name] = [{"op": op, "urn": state["urn"], **dict.fromkeys(sides, state)}]

    def create(self, kind: str, name: str, options: dict | None = None, /, **inputs: object) -> None:
        state = self._state(kind, name, inputs, options or {})
        self.states[name] = state
        self.steps[name] = [{"op": "create", "urn": state["urn"], "newState": state}]

    def update(
        self, name: str, options: dict | None = None, /, reasons: tuple[str, ...] = (), **inputs: object
    ) -> None:
        old = self.states[name]
        new = self._edited(name, inputs, options or {})
        self.steps[name] = [
            {
                "op": "update",
                "urn": old["urn"],
                "oldState": old,
                "newState": new,
                "diffReasons": sorted(reasons or inputs),
                "detailedDiff": {},
            }
        ]

    def replace(self, name: str, options: dict | None = None, /, delete_first: bool = False, **inputs: object) -> None:
        old = self.states[name]
        new = self._edited(name, inputs, options or {})
        reasons = {"diffReasons": sorted(inputs), "replaceReasons": sorted(inputs), "detailedDiff": {}}
        create, swap = (
            {"op": op, "urn": old["urn"], "oldState": old, "newState": new, **reasons}
            for op in ("create-replacement", "replace")
        )
        delete = {"op": "delete-replaced", "urn": old["urn"], "oldState": {**old, "delete": True}}
        self.steps[name] = [delete, swap, create] if delete_first else [create, swap]
        if not delete_first:
            self.late.insert(0, delete)

    def delete(self, name: str, left_over: bool = False) -> None:
        old = self.states[name]
        if left_over:
            old = {**old, "id": f"{old['id']}-before", "delete": True}
        self.late.insert(0, {"op": "delete-replaced" if left_over else "delete", "urn": old["urn"], "oldState": old})
        if not left_over:
            del self.steps[name]

    def op(self, name: str, op: str, **sides: object) -> None:
        """Any other step, beside those there are."""
        old = self.states[name]
        self.steps[name].insert(0, {"op": op, "urn": old["urn"], "oldState": old, "newState": _new(old), **sides})

    def document(self) -> dict:
        stack = {"urn": ROOT, "custom": False, "type": "pulumi:pulumi:Stack"}
        steps = [{"op": "same", "urn": ROOT, "oldState": stack, "newState": stack}]
        steps += [step for group in self.steps.values() for step in group] + self.late
        summary = Counter(step["op"] for step in steps if step["op"] in _COUNTED)
        return {"steps": steps, "diagnostics": self.diagnostics, "changeSummary": dict(summary)}

    def _state(self, kind: str, name: str, inputs: dict, options: dict) -> dict:
        type_ = TYPES.get(kind, kind)
        parent = options.pop("parent", "") if (options := dict(options)) else ""
        values = {k: v[0] if isinstance(v, tuple) else v for k, v in inputs.items()}
        edges = {k: [self._ref(n) for n in v[1:]] if isinstance(v, tuple) else [] for k, v in inputs.items()}
        return {
            "urn": _urn(type_, name),
            "custom": True,
            "type": type_,
            "inputs": values,
            "parent": self._parent(parent),
            "provider": DEFAULT,
            "dependencies": sorted({u for urns in edges.values() for u in urns}),
            "propertyDependencies": edges,
            **options,
        }

    def _edited(self, name: str, inputs: dict, options: dict) -> dict:
        old = self.states[name]
        changed = self._state(old["type"], name, inputs, {})
        gone = {key for key, value in inputs.items() if value is None}
        values = {k: v for k, v in {**old["inputs"], **changed["inputs"]}.items() if k not in gone}
        edges = {**old["propertyDependencies"], **changed["propertyDependencies"]}
        every = sorted({u for urns in edges.values() for u in urns})
        return {**_new(old), "inputs": values, "propertyDependencies": edges, "dependencies": every, **options}

    def _ref(self, name: str) -> str:
        return self.states[name]["urn"]

    def _parent(self, name: str) -> str:
        return self.states[name]["urn"] if name else ROOT


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::{type_}::{name}"


def _new(state: dict) -> dict:
    return {key: value for key, value in state.items() if key not in ("id", "outputs", "delete")}


def _outputs(kind: str, name: str) -> dict:
    return {"distribution": {"domainName": f"d{name}.cloudfront.net"}, "zone": {"zoneId": f"Z{name}"}}.get(kind, {})
