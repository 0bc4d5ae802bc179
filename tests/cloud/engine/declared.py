"""A Pulumi program that registers whatever `resources.json` beside it declares, through the real `pulumi_aws` SDK.

{"NAME": {"type": "aws:s3/bucket:Bucket", "args": {...snake_case...}, "needs": ["OTHER"]}}; in the arguments
"${NAME.output}" stands for another resource's output.
"""

import importlib
import json
import re
from pathlib import Path

import pulumi

DECLARED = json.loads(Path("resources.json").read_text())
MADE = {}


def resolved(value):
    if isinstance(value, dict):
        return {key: resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\$\{([\w-]+)\.(\w+)\}", value)
    if whole:
        return output(whole[1], whole[2])
    parts = re.split(r"\$\{([\w-]+)\.(\w+)\}", value)
    if len(parts) == 1:
        return value
    pieces = [output(parts[i], parts[i + 1]) if i % 3 == 1 else parts[i] for i in range(len(parts)) if i % 3 != 2]
    return pulumi.Output.concat(*pieces)


def output(name, attribute):
    return getattr(made(name), attribute)


def made(name):
    if name not in MADE:
        declared = DECLARED[name]
        _, module, kind = re.fullmatch(r"(aws):(\w+)/\w+:(\w+)", declared["type"]).groups()
        resource = getattr(importlib.import_module(f"pulumi_aws.{module}"), kind)
        opts = pulumi.ResourceOptions(depends_on=[made(other) for other in declared.get("needs", [])])
        MADE[name] = resource(name, **resolved(declared["args"]), opts=opts)
    return MADE[name]


for name in DECLARED:
    made(name)
