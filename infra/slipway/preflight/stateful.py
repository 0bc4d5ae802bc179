"""What holds something that no apply can bring back, by type."""

from __future__ import annotations

__all__ = ["STATEFUL"]

STATEFUL = {
    "aws:s3/bucket:Bucket": "a bucket and what it serves",
    "aws:s3/bucketV2:BucketV2": "a bucket and what it serves",
    "aws:route53/zone:Zone": "a zone and the name servers its parent delegates to",
    "aws:kms/key:Key": "a key and all that is encrypted with it",
    "aws:dynamodb/table:Table": "a table and its items",
    "aws:rds/instance:Instance": "a database",
    "aws:rds/cluster:Cluster": "a database",
    "aws:efs/fileSystem:FileSystem": "a file system",
    "aws:cloudfront/keyValueStore:KeyValueStore": "a key-value store and its pairs",
}
