"""IAM: roles, their inline and attached policies, managed policies. Global, so every region sees the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import (
    absent,
    limits,
    physical_name,
    read_document,
    sync_tags,
    tag_list,
    tag_map,
)
from slipway.cloud.provider.rules.policies import trust_fault
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS"]

_GONE = "NoSuchEntity"
_MOST_VERSIONS = 5  # of a managed policy: IAM User Guide, quotas
# Older blocks of a role that manage other resources' content, and the resource type that is the way to say it.
_INSTEAD = {"inlinePolicies": "aws.iam.RolePolicy", "managedPolicyArns": "aws.iam.RolePolicyAttachment"}


@cache
def _role() -> Translation:
    renames = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    local = ("namePrefix", "forceDetachPolicies", "tags", *_INSTEAD)
    return Translation(member_shape("iam", "CreateRole"), {**renames, **dict.fromkeys(local, "")})


@cache
def _inline() -> Translation:
    renames = {"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName", "namePrefix": ""}
    return Translation(member_shape("iam", "PutRolePolicy"), renames)


@cache
def _attachment() -> Translation:
    return Translation(member_shape("iam", "AttachRolePolicy"), {"role": "RoleName"})


@cache
def _policy() -> Translation:
    renames = {"name": "PolicyName", "policy": "PolicyDocument"}
    local = ("namePrefix", "tags", "delayAfterPolicyCreationInMs")
    return Translation(member_shape("iam", "CreatePolicy"), {**renames, **dict.fromkeys(local, "")})


# -- roles -----------------------------------------------------------------------------------------------------------


def _validate_role(properties: Properties, failures: list[Failure]) -> None:
    limits(_role, "assumeRolePolicy")(properties, failures)
    for name, instead in _INSTEAD.items():
        if properties.get(name) is not None:
            failures.append(Failure(name, f"is deprecated and not served by the local cloud; use {instead}"))


def _create_role(op: Operation) -> str:
    _refuse_trust(op, "CreateRole")
    arguments = {**_role().to_aws(op.new), "RoleName": physical_name(op), "Tags": tag_list(op.tags)}
    return str(op.cloud.client("iam").create_role(**arguments)["Role"]["RoleName"])


def _refuse_trust(op: Operation, operation: str) -> None:
    fault = trust_fault(op.new["assumeRolePolicy"])
    if fault:
        raise refusal("MalformedPolicyDocument", fault, operation)


def _read_role(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client = cloud.client("iam")
    with absent(_GONE):
        role = client.get_role(RoleName=resource_id)["Role"]
        return {
            "arn": role["Arn"],
            "assumeRolePolicy": read_document(role["AssumeRolePolicyDocument"]),
            "createDate": role["CreateDate"].isoformat(),
            "description": role.get("Description", ""),
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "name": role["RoleName"],
            "path": role["Path"],
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": tag_map(client.list_role_tags(RoleName=resource_id)["Tags"]),
            "uniqueId": role["RoleId"],
        }
    return None


def _update_role(op: Operation) -> None:
    client = op.cloud.client("iam")
    if op.changed("assumeRolePolicy"):
        _refuse_trust(op, "UpdateAssumeRolePolicy")
        client.update_assume_role_policy(RoleName=op.id, PolicyDocument=op.new["assumeRolePolicy"])
    if op.changed("description", "maxSessionDuration"):
        lasts = int(op.new.get("maxSessionDuration") or 3600)
        client.update_role(RoleName=op.id, Description=op.new.get("description", ""), MaxSessionDuration=lasts)
    if op.changed("permissionsBoundary") and op.new.get("permissionsBoundary"):
        client.put_role_permissions_boundary(RoleName=op.id, PermissionsBoundary=op.new["permissionsBoundary"])
    elif op.changed("permissionsBoundary"):
        client.delete_role_permissions_boundary(RoleName=op.id)
    sync_tags(
        tag_map(client.list_role_tags(RoleName=op.id)["Tags"]),
        op.tags,
        lambda keys: client.untag_role(RoleName=op.id, TagKeys=keys),
        lambda tags: client.tag_role(RoleName=op.id, Tags=tag_list(tags)),
    )


def _delete_role(op: Operation) -> None:
    """DeleteConflict while policies are attached or inline ones exist, unless the program said forceDetachPolicies."""
    client = op.cloud.client("iam")
    with absent(_GONE):
        if op.old.get("forceDetachPolicies"):
            for arn in _attached(op.cloud, op.id):
                client.detach_role_policy(RoleName=op.id, PolicyArn=arn)
            for name in client.list_role_policies(RoleName=op.id)["PolicyNames"]:
                client.delete_role_policy(RoleName=op.id, PolicyName=name)
        client.delete_role(RoleName=op.id)


def _attached(cloud: Cloud, role: str) -> list[str]:
    pages = cloud.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [item["PolicyArn"] for page in pages for item in page["AttachedPolicies"]]


# -- inline policies and attachments ---------------------------------------------------------------------------------


def _put_inline(op: Operation) -> str:
    """PutRolePolicy overwrites, so two resources of one name are one policy (facts: on_existing)."""
    name = op.id.partition(":")[2] or physical_name(op)
    op.cloud.client("iam").put_role_policy(RoleName=op.new["role"], PolicyName=name, PolicyDocument=op.new["policy"])
    return f"{op.new['role']}:{name}"


def _update_inline(op: Operation) -> None:
    _put_inline(op)


def _read_inline(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    role, _, name = resource_id.partition(":")
    with absent(_GONE):
        found = cloud.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {"role": role, "name": name, "policy": read_document(found["PolicyDocument"])}
    return None


def _delete_inline(op: Operation) -> None:
    role, _, name = op.id.partition(":")
    with absent(_GONE):
        op.cloud.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _attach(op: Operation) -> str:
    client, arn = op.cloud.client("iam"), op.new["policyArn"]
    client.get_policy(PolicyArn=arn)  # NoSuchEntity, where MiniStack would attach what does not exist
    client.attach_role_policy(RoleName=op.new["role"], PolicyArn=arn)
    return f"{op.new['role']}/{arn}"


def _read_attachment(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    role, _, arn = resource_id.partition("/")
    with absent(_GONE):
        return {"role": role, "policyArn": arn} if arn in _attached(cloud, role) else None
    return None


def _no_update(op: Operation) -> None:
    """Both inputs force replacement."""


def _detach(op: Operation) -> None:
    role, _, arn = op.id.partition("/")
    with absent(_GONE):
        op.cloud.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


# -- managed policies ------------------------------------------------------------------------------------------------


def _create_policy(op: Operation) -> str:
    """A name is taken once an account, whatever the path; MiniStack goes by the ARN."""
    client, name = op.cloud.client("iam"), physical_name(op)
    with op.cloud.lock("iam policies"):
        pages = client.get_paginator("list_policies").paginate(Scope="Local")
        if any(item["PolicyName"] == name for page in pages for item in page["Policies"]):
            raise refusal("EntityAlreadyExists", f"A policy called {name} already exists.", "CreatePolicy")
        arguments = {**_policy().to_aws(op.new), "PolicyName": name, "Tags": tag_list(op.tags)}
        return str(client.create_policy(**arguments)["Policy"]["Arn"])


def _read_policy(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client = cloud.client("iam")
    with absent(_GONE):
        policy = client.get_policy(PolicyArn=resource_id)["Policy"]
        version = client.get_policy_version(PolicyArn=resource_id, VersionId=policy["DefaultVersionId"])
        return {
            "arn": policy["Arn"],
            "attachmentCount": policy["AttachmentCount"],
            "description": policy.get("Description", ""),
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy": read_document(version["PolicyVersion"]["Document"]),
            "policyId": policy["PolicyId"],
            "tags": tag_map(client.list_policy_tags(PolicyArn=resource_id)["Tags"]),
        }
    return None


def _update_policy(op: Operation) -> None:
    """A new text is a new default version; the oldest other one makes room for it, as the official provider does."""
    client = op.cloud.client("iam")
    if op.changed("policy"):
        versions = client.list_policy_versions(PolicyArn=op.id)["Versions"]
        if len(versions) >= _MOST_VERSIONS:
            client.delete_policy_version(PolicyArn=op.id, VersionId=_others(versions)[0])
        client.create_policy_version(PolicyArn=op.id, PolicyDocument=op.new["policy"], SetAsDefault=True)
    sync_tags(
        tag_map(client.list_policy_tags(PolicyArn=op.id)["Tags"]),
        op.tags,
        lambda keys: client.untag_policy(PolicyArn=op.id, TagKeys=keys),
        lambda tags: client.tag_policy(PolicyArn=op.id, Tags=tag_list(tags)),
    )


def _others(versions: list[dict[str, Any]]) -> list[str]:
    """The ids of all versions but the default one, oldest first."""
    ids = [version["VersionId"] for version in versions if not version["IsDefaultVersion"]]
    return sorted(ids, key=lambda name: int(name[1:]))


def _delete_policy(op: Operation) -> None:
    """DeleteConflict while the policy is attached: the official provider does not wait for that either."""
    client = op.cloud.client("iam")
    with absent(_GONE):
        if client.get_policy(PolicyArn=op.id)["Policy"]["AttachmentCount"]:
            raise refusal("DeleteConflict", "Cannot delete a policy attached to entities.", "DeletePolicy")
        for version in _others(client.list_policy_versions(PolicyArn=op.id)["Versions"]):
            client.delete_policy_version(PolicyArn=op.id, VersionId=version)
        client.delete_policy(PolicyArn=op.id)


ROWS = (
    ResourceType(
        "aws:iam/role:Role",
        create=_create_role,
        read=_read_role,
        update=_update_role,
        delete=_delete_role,
        validate=_validate_role,
        local=frozenset({"namePrefix", "forceDetachPolicies", *_INSTEAD}),
        same={"assumeRolePolicy": same_document},
    ),
    ResourceType(
        "aws:iam/rolePolicy:RolePolicy",
        create=_put_inline,
        read=_read_inline,
        update=_update_inline,
        delete=_delete_inline,
        validate=limits(_inline, "policy"),
        local=frozenset({"namePrefix"}),
        same={"policy": same_document},
    ),
    ResourceType(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        create=_attach,
        read=_read_attachment,
        update=_no_update,
        delete=_detach,
        validate=limits(_attachment),
    ),
    ResourceType(
        "aws:iam/policy:Policy",
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        validate=limits(_policy, "policy"),
        local=frozenset({"namePrefix", "delayAfterPolicyCreationInMs"}),
        volatile=frozenset({"attachmentCount"}),
        same={"policy": same_document},
    ),
)
