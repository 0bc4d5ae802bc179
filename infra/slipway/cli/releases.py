"""`slipway releases index`: the pages that list the files of each release date, kept in the bucket beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from botocore.exceptions import ParamValidationError

from slipway import aws
from slipway.cli.engine import Format, FormatOption
from slipway.engine.progress import on_stderr
from slipway.errors import BadInput
from slipway.releases import CACHE_CONTROL, CONTENT_TYPE, FOLDER, ReleaseFile, files_of, index_key, page, release_date

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway releases index example-releases 2024-03-01      write dist/2024-03-01/index.html, if it changed

slipway releases index example-releases --all           the same for every date in the bucket

eval "$(slipway env)"                                   makes it the local cloud's bucket

Account, region and endpoint are those of the environment (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL ...).
"""


@dataclass(frozen=True, slots=True)
class _Page:
    """What became of the page of a date: its key, the number of files it lists, whether it was written."""

    date: str
    key: str
    files: int
    written: bool


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(help="The releases service's bucket.", no_args_is_help=True, rich_markup_mode="rich")
    group.callback()(lambda: None)  # keeps a single command a command of a group
    group.command("index", epilog=_EPILOG)(_index)
    app.add_typer(group, name="releases")


def _index(
    bucket: Annotated[str, typer.Argument(help="The releases bucket.")],
    date: Annotated[str | None, typer.Argument(help="The release's date, YYYY-MM-DD.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every date in the bucket.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Write the page that lists a date's files, which the router serves for /dist/DATE; only where it changed."""
    if every == (date is not None):
        raise BadInput("give either a date or --all", "slipway releases index BUCKET 2024-03-01")
    wanted = release_date(date) if date is not None else None
    s3 = aws.client("s3", f"s3://{bucket}/{FOLDER}")
    with _calls(bucket, FOLDER):
        dates = [wanted] if wanted else _dates(s3, bucket)
    pages = []
    with on_stderr() as progress:
        for number, day in enumerate(dates, 1):
            progress.tick(f"{bucket}: {day} ({number} of {len(dates)})")
            pages.append(_bring_up_to_date(s3, bucket, day))
    if form is Format.JSON:
        document = {"schema": "slipway.releases-index/1", "bucket": bucket, "pages": [asdict(one) for one in pages]}
        typer.echo(json.dumps(document, indent=2))
        return
    for one in pages:
        typer.echo(f"{'written  ' if one.written else 'unchanged'}  s3://{bucket}/{one.key}  {one.files} files")


def _dates(s3: Any, bucket: str) -> list[str]:
    """Every date of the calendar that has a folder, in order."""
    listed = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=FOLDER, Delimiter="/")
    folders = [one["Prefix"] for answer in listed for one in answer.get("CommonPrefixes", [])]
    dates = sorted(filter(_is_date, (folder.removeprefix(FOLDER).removesuffix("/") for folder in folders)))
    if not dates:
        raise BadInput(f"s3://{bucket}/{FOLDER} has no folder of a date", "Is it the releases bucket?")
    return dates


def _is_date(text: str) -> bool:
    try:
        return bool(release_date(text))
    except BadInput:
        return False


def _bring_up_to_date(s3: Any, bucket: str, day: str) -> _Page:
    key = index_key(day)
    folder = f"{FOLDER}{day}/"
    with _calls(bucket, folder):
        listed = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
        objects = [ReleaseFile(one["Key"], one["Size"]) for answer in listed for one in answer.get("Contents", [])]
    if not objects:
        raise BadInput(f"s3://{bucket}/{folder} is empty", "Upload the release first, or correct the date.")
    new = {"Body": page(day, objects).encode(), "ContentType": CONTENT_TYPE, "CacheControl": CACHE_CONTROL}
    with _calls(bucket, key):
        stale = _standing(s3, bucket, key) != new if key in {one.key for one in objects} else True
        if stale:
            s3.put_object(Bucket=bucket, Key=key, **new)
    return _Page(day, key, len(files_of(day, objects)), stale)


def _standing(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    """The page as it is in the bucket, with the headers that matter."""
    found = s3.get_object(Bucket=bucket, Key=key)
    headers = {name: found.get(name) for name in ("ContentType", "CacheControl")}
    return {"Body": found["Body"].read(), **headers}


@contextmanager
def _calls(bucket: str, key: str) -> Iterator[None]:
    """Name bucket and key in whatever AWS refuses: BadInput for what the user wrote, CloudError for the rest."""
    with aws.reported(f"s3://{bucket}/{key}"):
        try:
            yield
        except ParamValidationError:
            raise BadInput(f"{bucket!r} is no bucket name", "Give the name alone, without s3://.") from None
        except aws.ClientError as error:
            if aws.code_of(error) == "NoSuchBucket":
                raise BadInput(f"there is no bucket {bucket}", "Is this the right account and endpoint?") from None
            raise
