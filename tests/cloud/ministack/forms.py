"""What these tests send to AWS's APIs."""

from __future__ import annotations

import uuid
from typing import Any

from slipway.cloud.provider.cloud import Cloud

_POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # Managed-CachingOptimized


def zone(cloud: Cloud, name: str = "example.org") -> str:
    answer = cloud.client("route53").create_hosted_zone(Name=name, CallerReference=uuid.uuid4().hex)
    return str(answer["HostedZone"]["Id"]).rpartition("/")[2]


def put_cname(cloud: Cloud, zone_id: str, name: str, value: str) -> dict[str, Any]:
    record = {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": value}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    answer = cloud.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    info: dict[str, Any] = answer["ChangeInfo"]
    return info


def distribution_config(root: str = "index.html", bucket: str = "files", *, enabled: bool = True) -> dict[str, Any]:
    origin = {"Id": "files", "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com"}
    return {
        "CallerReference": uuid.uuid4().hex,
        "Comment": "",
        "Enabled": enabled,
        "DefaultRootObject": root,
        "Origins": {"Quantity": 1, "Items": [{**origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "files",
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": _POLICY,
        },
    }


def create_distribution(cloud: Cloud, config: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = cloud.client("cloudfront").create_distribution(DistributionConfig=config)
    return answer


def certificate(cloud: Cloud, *names: str) -> dict[str, Any]:
    client = cloud.client("acm")
    more = {"SubjectAlternativeNames": list(names[1:])} if names[1:] else {}
    arn = client.request_certificate(DomainName=names[0], ValidationMethod="DNS", **more)["CertificateArn"]
    return described(cloud, arn)


def described(cloud: Cloud, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return found
