"""Where clients download from: changed only after a real crate came that way, never over somebody else's change."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud
from slipway.errors import BadInput, CloudError
from slipway.fetch import Fetched, NotFetched
from slipway.index import Change, Crate, Refused, checksum_of, index_key, parse_crate, read_config, set_dl, undo_dl

API = "https://example.org/api/v1/crates"
STATIC = "https://static.example.org/crates"
FILE = b"the crate file of serde 1.0.219"
SHA256 = hashlib.sha256(FILE).hexdigest()
SERDE = Crate("serde", "1.0.219")
GTK = Crate("gtk", "0.1.0+v3.14")
HOSTS = ("static.example.org", "index.example.org")
VERSIONS = itertools.count(1)


@dataclass
class Web:
    """What answers on the web, by URL; everything else is a 403, as from a private bucket."""

    files: dict[str, bytes] = field(default_factory=dict)
    hosts: tuple[str, ...] = HOSTS
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> Fetched:
        self.asked.append(url)
        if url.split("/")[2] not in self.hosts:
            raise NotFetched("[Errno -2] Name or service not known")
        if url not in self.files:
            raise NotFetched("status 403")
        return Fetched(len(self.files[url]), hashlib.sha256(self.files[url]).hexdigest())


@pytest.fixture
def web() -> Web:
    return Web({f"{STATIC}/serde/1.0.219/download": FILE, f"{STATIC}/gtk/0.1.0%2Bv3.14/download": FILE})


@pytest.fixture
def s3(aws: Cloud) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """An index as Pulumi and the publisher leave it: versioned, `dl` still the API's."""
    name = f"index-{next(VERSIONS)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    put_config(s3, name, {"dl": API, "api": "https://example.org"})
    lines = [{"name": "serde", "vers": vers, "cksum": SHA256, "deps": []} for vers in ("1.0.218", "1.0.219")]
    s3.put_object(Bucket=name, Key="se/rd/serde", Body="\n".join(map(json.dumps, lines)).encode() + b"\n")
    gtk = {"name": "gtk", "vers": GTK.version, "cksum": SHA256}
    s3.put_object(Bucket=name, Key="3/g/gtk", Body=json.dumps(gtk).encode())
    return name


def put_config(s3: Any, bucket: str, document: object) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    s3.put_object(Bucket=bucket, Key="config.json", Body=body, CacheControl="public, max-age=600")


def document(s3: Any, bucket: str) -> Any:
    return json.loads(s3.get_object(Bucket=bucket, Key="config.json")["Body"].read())


@pytest.fixture
def unchanged(s3: Any, bucket: str) -> Iterator[None]:
    """After the test the document is the one from before, not a copy of it."""
    before = read_config(s3, bucket)
    yield
    assert read_config(s3, bucket) == before


def test_dl_is_changed_after_the_crate_came_and_nothing_else_is(s3: Any, bucket: str, web: Web) -> None:
    """`api`, and how long the document may be cached, stay."""
    change = set_dl(s3, bucket, STATIC, SERDE, HOSTS, get=web.get)
    assert (change.was, change.now) == (API, STATIC)
    assert change.check
    assert change.check.fetched == Fetched(len(FILE), SHA256)
    assert web.asked == [f"{STATIC}/serde/1.0.219/download"]
    found = s3.get_object(Bucket=bucket, Key="config.json")
    assert json.loads(found["Body"].read()) == {"dl": STATIC, "api": "https://example.org"}
    assert (found["ContentType"], found["CacheControl"]) == ("application/json", "public, max-age=600")


@pytest.mark.parametrize(
    ("dl", "url"),
    [
        (f"{STATIC}/{{crate}}/{{crate}}-{{version}}.crate", f"{STATIC}/gtk/gtk-0.1.0%2Bv3.14.crate"),
        (f"{STATIC}/{{prefix}}/{{crate}}/{{version}}", f"{STATIC}/3/g/gtk/0.1.0%2Bv3.14"),
        (f"{STATIC}/by/{{sha256-checksum}}", f"{STATIC}/by/{SHA256}"),
    ],
)
def test_url_with_markers_is_fetched_as_cargo_fills_them(s3: Any, bucket: str, web: Web, dl: str, url: str) -> None:
    """A version with a + is the case that has broken before."""
    web.files = {url: FILE}
    assert set_dl(s3, bucket, dl, GTK, get=web.get).now == dl
    assert web.asked == [url]


@pytest.mark.usefixtures("unchanged")
def test_prefix_without_its_slash_is_refused_with_the_url_that_clients_would_ask(
    s3: Any, bucket: str, web: Web
) -> None:
    """The outage of 2023-07-20: host and path stuck together."""
    with pytest.raises(Refused) as caught:
        set_dl(s3, bucket, "https://static.example.orgcrates", SERDE, HOSTS, get=web.get)
    assert "https://static.example.orgcrates/serde/1.0.219/download" in caught.value.message
    assert "A slash is missing after static.example.org:" in caught.value.advice
    assert "https://static.example.org/crates" in caught.value.advice
    assert caught.value.exit_status == 1


@pytest.mark.usefixtures("unchanged")
def test_missing_slash_is_seen_against_the_dl_in_use_too(s3: Any, bucket: str, web: Web) -> None:
    """No output of the stack needs to know the host."""
    with pytest.raises(Refused) as caught:
        set_dl(s3, bucket, "https://example.orgapi/v1/crates", SERDE, get=web.get)
    assert "A slash is missing after example.org:" in caught.value.advice


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("dl", ["https://static.example.org", "https://static.example.org/crate", f"{STATIC}{{crate}}"])
def test_path_that_does_not_serve_is_refused_without_guessing(s3: Any, bucket: str, web: Web, dl: str) -> None:
    """A 403 is what a private bucket says to a key that is not there."""
    with pytest.raises(Refused, match="it does not come: status 403") as caught:
        set_dl(s3, bucket, dl, SERDE, HOSTS, get=web.get)
    assert "slash" not in caught.value.advice


@pytest.mark.usefixtures("unchanged")
def test_host_that_only_looks_glued_is_judged_by_what_it_serves(s3: Any, bucket: str, web: Web) -> None:
    """A subdomain of another domain is no missing slash."""
    with pytest.raises(Refused) as caught:
        set_dl(s3, bucket, "https://static.example.org.mirror.example/crates", SERDE, HOSTS, get=web.get)
    assert "slash" not in caught.value.advice


@pytest.mark.usefixtures("unchanged")
def test_other_bytes_are_refused_with_both_checksums(s3: Any, bucket: str, web: Web) -> None:
    """An error page with status 200, or another registry's file."""
    page = b"<html>hello</html>"
    web.files[f"{STATIC}/serde/1.0.219/download"] = page
    with pytest.raises(Refused) as caught:
        set_dl(s3, bucket, STATIC, SERDE, get=web.get)
    assert hashlib.sha256(page).hexdigest() in caught.value.message
    assert SHA256 in caught.value.message


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("dl", "said"),
    [
        ("static.example.org/crates", "is not an http or https URL"),
        (f"{STATIC}/", "ends with a slash"),
        ("https://static.example.org{crate}/{version}", "has a marker in its host"),
        (f"{STATIC}?key=1", "ends with a query string"),
        ("https://user:secret@static.example.org/crates", "has credentials"),
    ],
)
def test_what_is_no_dl_is_refused_before_anything_is_fetched(
    s3: Any, bucket: str, web: Web, dl: str, said: str
) -> None:
    """And without the password in the message."""
    with pytest.raises(BadInput) as caught:
        set_dl(s3, bucket, dl, SERDE, get=web.get)
    assert said in caught.value.message
    assert "secret" not in caught.value.message + caught.value.advice
    assert web.asked == []


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("crate", "advice"),
    [
        (Crate("serde", "1.0.220"), "It has 1.0.218, 1.0.219."),
        (Crate("Serde", "1.0.219"), "It has no crate of exactly this name."),
        (Crate("tokio", "1.0.0"), "Is it the index's, and the name right?"),
    ],
)
def test_crate_that_the_index_has_not_is_bad_input(s3: Any, bucket: str, web: Web, crate: Crate, advice: str) -> None:
    """The checksum comes from the index and from nowhere else."""
    with pytest.raises(BadInput) as caught:
        set_dl(s3, bucket, STATIC, crate, get=web.get)
    assert caught.value.advice == advice
    assert web.asked == []


def test_same_dl_again_is_proved_and_not_written(s3: Any, bucket: str, web: Web) -> None:
    """So that a command whose invalidation failed can be run again, and undo still means the first."""
    set_dl(s3, bucket, STATIC, SERDE, get=web.get)
    before = read_config(s3, bucket)
    assert set_dl(s3, bucket, STATIC, SERDE, get=web.get).was == STATIC
    assert read_config(s3, bucket) == before
    assert len(web.asked) == 2


def test_somebody_elses_change_meanwhile_stands(s3: Any, bucket: str, web: Web) -> None:
    """The write is conditional on the document that was read."""
    theirs = {"dl": "https://other.example.org/crates", "api": "https://example.org"}

    def get(url: str) -> Fetched:
        put_config(s3, bucket, theirs)
        return web.get(url)

    with pytest.raises(Refused, match="somebody else wrote"):
        set_dl(s3, bucket, STATIC, SERDE, get=get)
    assert document(s3, bucket) == theirs


def test_undo_brings_the_very_document_back_and_undoing_that_the_newer(s3: Any, bucket: str, web: Web) -> None:
    """To the byte, and nothing is fetched for it."""
    before = read_config(s3, bucket).text
    set_dl(s3, bucket, STATIC, SERDE, get=web.get)
    after = read_config(s3, bucket).text
    assert undo_dl(s3, bucket) == Change(STATIC, API)
    assert read_config(s3, bucket).text == before
    assert undo_dl(s3, bucket) == Change(API, STATIC)
    assert read_config(s3, bucket).text == after
    assert len(web.asked) == 1


def test_undo_leaves_a_document_that_somebody_wrote_by_hand(s3: Any, bucket: str, web: Web) -> None:
    """Whoever wrote it knows why."""
    set_dl(s3, bucket, STATIC, SERDE, get=web.get)
    by_hand = {"dl": STATIC, "api": "https://api.example.org"}
    put_config(s3, bucket, by_hand)
    with pytest.raises(Refused, match="not last written by set-dl"):
        undo_dl(s3, bucket)
    assert document(s3, bucket) == by_hand


def test_bucket_without_versions_is_refused(s3: Any, web: Web) -> None:
    """What could not be undone is not done."""
    name = f"index-{next(VERSIONS)}"
    s3.create_bucket(Bucket=name)
    put_config(s3, name, {"dl": API, "api": ""})
    s3.put_object(
        Bucket=name, Key="se/rd/serde", Body=json.dumps({"name": "serde", "vers": "1.0.219", "cksum": SHA256})
    )
    with pytest.raises(Refused, match="keeps no versions"):
        set_dl(s3, name, STATIC, SERDE, get=web.get)
    assert document(s3, name)["dl"] == API


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"dl": 1}', b"\xff", b'{"dl":"' + b"a" * 70_000 + b'"}'])
def test_document_that_is_not_config_json_is_bad_input(s3: Any, bucket: str, body: bytes) -> None:
    """Nothing is guessed, and nothing endless is read."""
    put_config(s3, bucket, body)
    with pytest.raises(BadInput, match=r"config\.json in index-"):
        read_config(s3, bucket)


@pytest.mark.parametrize("body", [b"{}", b"nonsense", b"[1]", b"\xff\xfe"])
def test_index_file_that_is_none_is_bad_input(s3: Any, bucket: str, body: bytes) -> None:
    """Named by its key."""
    s3.put_object(Bucket=bucket, Key="se/rd/serde", Body=body)
    with pytest.raises(BadInput, match="se/rd/serde"):
        checksum_of(s3, bucket, SERDE)


def test_index_without_a_document_says_so(s3: Any) -> None:
    """Before the first deployment, or another bucket."""
    name = f"index-{next(VERSIONS)}"
    s3.create_bucket(Bucket=name)
    with pytest.raises(BadInput, match=rf"the bucket {name} has no config\.json"):
        undo_dl(s3, name)


class Locked:
    """An S3 that admits nobody."""

    def get_object(self, **_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "GetObject")


def test_denied_access_says_who_may() -> None:
    """As the reviewer would see it."""
    with pytest.raises(CloudError, match=r"config\.json in index cannot be read: AccessDenied") as caught:
        read_config(Locked(), "index")
    assert "slipway access" in caught.value.advice


@pytest.mark.parametrize(
    ("name", "key"),
    [("a", "1/a"), ("cc", "2/cc"), ("gtk", "3/g/gtk"), ("rand", "ra/nd/rand"), ("Inflector", "in/fl/inflector")],
)
def test_index_key_is_cargos(name: str, key: str) -> None:
    """Lower case, by length."""
    assert index_key(name) == key


@pytest.mark.parametrize("text", ["serde", "serde@", "@1.0.0", ""])
def test_crate_without_a_version_is_bad_input(text: str) -> None:
    """No version is assumed."""
    with pytest.raises(BadInput, match="no crate and version"):
        parse_crate(text)


def test_crate_is_read_with_its_build_metadata() -> None:
    """A + belongs to the version."""
    assert parse_crate("gtk@0.1.0+v3.14") == GTK
