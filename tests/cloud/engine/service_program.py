"""The program of `test_service_program.py`: every kind of resource that a service has, in one small service."""

import pulumi
import pulumi_aws as aws

cfg = pulumi.Config()
DOMAIN = "service.example"
WITHOUT = (cfg.get("without") or "").split(",")
WEIGHTS = {"cloudfront": 100 - (cfg.get_int("weight") or 0), "fastly": cfg.get_int("weight") or 0}
account = aws.get_caller_identity().account_id


def document(*statements):
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service):
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def only_for(arn):
    return {"ArnEquals": {"aws:SourceArn": arn}}


# -- content, and its copy in another region -------------------------------------------------------------------------

main = aws.s3.Bucket("main", force_destroy=True)
fallback = aws.s3.Bucket("fallback", force_destroy=True, region="eu-west-1")
versions = [
    aws.s3.BucketVersioning("main", bucket=main.id, versioning_configuration={"status": "Enabled"}),
    aws.s3.BucketVersioning(
        "fallback", bucket=fallback.id, region="eu-west-1", versioning_configuration={"status": "Enabled"}
    ),
]
copier = aws.iam.Role("copier", assume_role_policy=trust("s3.amazonaws.com"))
may_copy = aws.iam.Policy(
    "copier",
    policy=document(
        {"Effect": "Allow", "Action": "s3:ReplicateObject", "Resource": pulumi.Output.concat(fallback.arn, "/*")}
    ),
)
aws.iam.RolePolicyAttachment("copier", role=copier.name, policy_arn=may_copy.arn)
aws.s3.BucketReplicationConfig(
    "main",
    bucket=main.id,
    role=copier.arn,
    rules=[
        {
            "id": "crates",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": "crates/"},
            "delete_marker_replication": {"status": "Enabled"},
            "destination": {"bucket": fallback.arn},
        }
    ],
    opts=pulumi.ResourceOptions(depends_on=versions),
)

# -- logs, and the queue that the counter reads ----------------------------------------------------------------------

logs = aws.s3.Bucket("logs", force_destroy=True)
dead = aws.sqs.Queue("dead")
queue = aws.sqs.Queue(
    "arrivals",
    redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}),
)
admission = aws.sqs.QueuePolicy(
    "arrivals",
    queue_url=queue.url,
    policy=document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {**only_for(logs.arn), "StringEquals": {"aws:SourceAccount": account}},
        }
    ),
)
aws.s3.BucketNotification(
    "logs",
    bucket=logs.id,
    queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "cloudfront/"}],
    opts=pulumi.ResourceOptions(depends_on=[admission]),
)
aws.cloudwatch.LogGroup("counter", retention_in_days=30)

# -- the distribution ------------------------------------------------------------------------------------------------

visible = {"cloudwatch_metrics_enabled": True, "metric_name": "web", "sampled_requests_enabled": True}
firewall = None
if "firewall" not in WITHOUT:
    firewall = aws.wafv2.WebAcl(
        "firewall",
        scope="CLOUDFRONT",
        default_action={"allow": {}},
        visibility_config=visible,
        rules=[
            {
                "name": "per-ip",
                "priority": 1,
                "action": {"block": {}},
                "statement": {
                    "rate_based_statement": {"limit": cfg.get_int("limit") or 2000, "aggregate_key_type": "IP"}
                },
                "visibility_config": visible,
            }
        ],
    )
access = aws.cloudfront.OriginAccessControl(
    "access", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
)
headers = aws.cloudfront.ResponseHeadersPolicy(
    "headers",
    security_headers_config={
        "strict_transport_security": {"access_control_max_age_sec": 31536000, "override": True, "preload": True}
    },
)
zone = aws.route53.Zone("zone", name=DOMAIN)
certificate = aws.acm.Certificate(
    "certificate",
    domain_name=DOMAIN,
    subject_alternative_names=[f"static.{DOMAIN}", f"cloudfront-static.{DOMAIN}"],
    validation_method="DNS",
)
proofs = [
    aws.route53.Record(
        f"proof-{index}",
        zone_id=zone.zone_id,
        name=certificate.domain_validation_options[index].resource_record_name,
        type=certificate.domain_validation_options[index].resource_record_type,
        ttl=60,
        records=[certificate.domain_validation_options[index].resource_record_value],
    )
    for index in range(3)
]
issued = aws.acm.CertificateValidation(
    "certificate",
    certificate_arn=certificate.arn,
    validation_record_fqdns=[proof.fqdn for proof in proofs],
)


def behavior(target, **more):
    return {
        "target_origin_id": target,
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "response_headers_policy_id": headers.id,
        **more,
    }


distribution = aws.cloudfront.Distribution(
    "distribution",
    enabled=True,
    aliases=[DOMAIN, f"static.{DOMAIN}", f"cloudfront-static.{DOMAIN}"],
    origins=[
        {
            "origin_id": "main",
            "domain_name": main.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        },
        {
            "origin_id": "fallback",
            "domain_name": fallback.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        },
        {
            "origin_id": "server",
            "domain_name": "app.example.net",
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_keepalive_timeout": 60,
                "origin_read_timeout": 60,
            },
        },
    ],
    origin_groups=[
        {
            "origin_id": "both",
            "failover_criteria": {"status_codes": [500, 502, 503]},
            "members": [{"origin_id": "main"}, {"origin_id": "fallback"}],
        }
    ],
    default_cache_behavior=behavior("both"),
    ordered_cache_behaviors=[
        behavior(
            "server",
            path_pattern="/api/*",
            allowed_methods=["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
            cache_policy_id="4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            origin_request_policy_id="216adef6-5c7f-47e4-b989-5492eafa07d3",
        )
    ],
    custom_error_responses=[{"error_code": 404, "response_code": 404, "response_page_path": "/404.html"}],
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={
        "acm_certificate_arn": issued.certificate_arn,
        "ssl_support_method": "sni-only",
        "minimum_protocol_version": "TLSv1.2_2021",
    },
    # Named by hand where the test takes the web ACL out of the program while the distribution still has it.
    web_acl_id=firewall.arn if firewall else None,
    opts=pulumi.ResourceOptions(ignore_changes=["webAclId"] if not firewall else []),
)
for name, bucket, region in (("main", main, None), ("fallback", fallback, "eu-west-1")):
    aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        region=region,
        policy=document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": pulumi.Output.concat(bucket.arn, "/*"),
                "Condition": {"StringEquals": {"AWS:SourceArn": distribution.arn}},
            }
        ),
    )

# -- names -----------------------------------------------------------------------------------------------------------

target = {"name": distribution.domain_name, "zone_id": distribution.hosted_zone_id, "evaluate_target_health": False}
for kind in ("A", "AAAA"):
    aws.route53.Record(f"apex-{kind}", zone_id=zone.zone_id, name=DOMAIN, type=kind, aliases=[target])
    aws.route53.Record(
        f"cloudfront-static-{kind}",
        zone_id=zone.zone_id,
        name=f"cloudfront-static.{DOMAIN}",
        type=kind,
        aliases=[target],
    )
for cdn, weight in WEIGHTS.items():
    answer = {"aliases": [target]} if cdn == "cloudfront" else {"ttl": 60, "records": ["192.0.2.10"]}
    aws.route53.Record(
        f"static-{cdn}-A",
        zone_id=zone.zone_id,
        name=f"static.{DOMAIN}",
        type="A",
        set_identifier=cdn,
        weighted_routing_policies=[{"weight": weight}],
        **answer,
    )
    aws.route53.Record(
        f"download-{cdn}",
        zone_id=zone.zone_id,
        name=f"download.{DOMAIN}",
        type="CNAME",
        ttl=300,
        records=[f"{cdn}-static.{DOMAIN}"],
        set_identifier=cdn,
        weighted_routing_policies=[{"weight": 1}],
    )

# -- the nightly invalidation ----------------------------------------------------------------------------------------

nightly = aws.iam.Role("nightly", assume_role_policy=trust("scheduler.amazonaws.com"))
aws.iam.RolePolicy(
    "nightly",
    role=nightly.name,
    policy=document({"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": distribution.arn}),
)
aws.scheduler.Schedule(
    "nightly",
    schedule_expression="cron(0 3 * * ? *)",
    flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
    target={
        "arn": "arn:aws:scheduler:::aws-sdk:cloudfront:createInvalidation",
        "role_arn": nightly.arn,
        "input": pulumi.Output.json_dumps(
            {
                "DistributionId": distribution.id,
                "InvalidationBatch": {
                    "CallerReference": "<aws.scheduler.execution-id>",
                    "Paths": {"Quantity": 1, "Items": ["/*"]},
                },
            }
        ),
    },
)

# -- on call ---------------------------------------------------------------------------------------------------------

topic = aws.sns.Topic("on-call")
aws.sns.TopicPolicy(
    "on-call",
    arn=topic.arn,
    policy=document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic.arn,
        }
    ),
)
aws.sns.TopicSubscription("mail", topic=topic.arn, protocol="email", endpoint="cdn@example.org")
aws.sns.TopicSubscription(
    "pager", topic=topic.arn, protocol="https", endpoint="https://pager.example.org/cdn", endpoint_auto_confirms=True
)
measured = {"DistributionId": distribution.id, "Region": "Global"}
needed = []
if "5xx" not in WITHOUT:
    errors = aws.cloudwatch.MetricAlarm(
        "5xx",
        name="service-5xx",
        metric_name="5xxErrorRate",
        namespace="AWS/CloudFront",
        dimensions=measured,
        statistic="Average",
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        threshold=cfg.get_float("threshold") or 1,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[topic.arn],
    )
    needed.append(errors)
surge = aws.cloudwatch.MetricAlarm(
    "surge",
    comparison_operator="GreaterThanUpperThreshold",
    evaluation_periods=3,
    threshold_metric_id="band",
    metric_queries=[
        {
            "id": "now",
            "return_data": True,
            "metric": {
                "metric_name": "Requests",
                "namespace": "AWS/CloudFront",
                "period": 300,
                "stat": "Sum",
                "dimensions": measured,
            },
        },
        {"id": "band", "expression": "ANOMALY_DETECTION_BAND(now, 3)", "label": "expected", "return_data": True},
    ],
)
aws.cloudwatch.CompositeAlarm(
    "service",
    alarm_name="service",
    alarm_rule=pulumi.Output.concat('ALARM("service-5xx") OR ALARM("', surge.name, '")'),
    alarm_actions=[topic.arn],
    opts=pulumi.ResourceOptions(depends_on=needed),
)
aws.cloudwatch.Dashboard(
    "service",
    dashboard_name="service",
    dashboard_body=pulumi.Output.json_dumps(
        {
            "widgets": [
                {
                    "type": "metric",
                    "width": 12,
                    "height": 6,
                    "properties": {
                        "region": "us-east-1",
                        "metrics": [["AWS/CloudFront", "Requests", "DistributionId", distribution.id]],
                    },
                }
            ]
        }
    ),
)
pulumi.export("logs", logs.id)
pulumi.export("main", main.id)
pulumi.export("fallback", fallback.id)
pulumi.export("queue", queue.url)
