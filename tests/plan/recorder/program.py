"""A Pulumi program that makes what `resources.json` lists: things of the recording provider, and components."""

import json
from pathlib import Path

import pulumi

made: dict[str, pulumi.Resource] = {}
for entry in json.loads((Path(__file__).parent / "resources.json").read_text()):
    options = pulumi.ResourceOptions(
        parent=made.get(entry.get("parent")),
        depends_on=[made[name] for name in entry.get("after", [])],
        aliases=[pulumi.Alias(name=name) for name in entry.get("was", [])],
        deleted_with=made.get(entry.get("deletedWith")),
        retain_on_delete=entry.get("retain"),
    )
    if entry.get("component"):
        made[entry["name"]] = pulumi.ComponentResource("recorder:index:Group", entry["name"], None, options)
    else:
        inputs = {
            "plain": entry.get("plain", ""),
            "key": entry.get("key", ""),
            "sources": [made[name].id for name in entry.get("sources", [])],
            "replaceOn": entry.get("replaceOn", []),
            "deleteFirst": entry.get("deleteFirst", False),
        }
        made[entry["name"]] = pulumi.CustomResource("recorder:index:Thing", entry["name"], inputs, options)
