"""Download URLs: prefix and path with exactly one slash between them, against urllib.parse as the oracle."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.urls import crate_url, download_url

CHECKSUM = hashlib.sha256(b"crate").hexdigest()

HOSTS = st.sampled_from(
    [
        "static.example.org",
        "STATIC.example.org",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "xn--bcher-kva.example",
        "a-b.c_d.e",
    ]
)
PORTS = st.just("") | st.integers(1, 65_535).map(lambda port: f":{port}")
SEGMENTS = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1).filter(
    lambda segment: segment not in (".", "..")
)
PLAIN_PATHS = st.lists(SEGMENTS, max_size=4).map("/".join)
URL_SEGMENTS = st.text("aZ09-._~!$&'()*,;=:@+é🚢", min_size=1, max_size=6) | st.sampled_from(
    ["%20", "%2F", "a%2Bb", "%25"]
)
URL_PATHS = st.lists(URL_SEGMENTS.filter(lambda text: text.strip(".")), max_size=3).map(
    lambda segments: "".join(f"/{segment}" for segment in segments)
)
SCHEMES = st.sampled_from(["https", "http", "HTTPS"])
NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{0,12}\Z")
VERSIONS = st.from_regex(r"\A[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-[a-z0-9.]{1,5})?(\+[a-z0-9.]{1,5})?\Z")


@given(SCHEMES, HOSTS, PORTS, URL_PATHS, st.integers(0, 3), PLAIN_PATHS, st.integers(0, 3), st.booleans())
@example("https", "static.example.org", "", "", 0, "crates/c/c-1.0.0+a.crate", 0, False)
def test_url_is_prefix_and_path_with_one_slash_between(
    scheme: str, host: str, port: str, base: str, before: int, path: str, after: int, final: bool
) -> None:
    """urllib.parse reads the same scheme, host and port; the prefix's path, one slash, the path as plain text."""
    wanted = path + ("/" if final and path else "")
    url = download_url(f"{scheme}://{host}{port}{base}{'/' * before}", "/" * after + wanted)
    found = urlsplit(url)
    assert (found.scheme, found.netloc) == (scheme.lower(), (host + port).lower())
    assert (found.query, found.fragment, found.username) == ("", "", None)
    assert unquote(found.path) == f"{unquote(base)}/{wanted}"
    assert found.path.count("/") == base.count("/") + 1 + wanted.count("/")
    assert "//" not in found.path
    assert "+" not in url
    assert re.fullmatch(r"[!-~]+", url)


@pytest.mark.parametrize("prefix", ["https://static.example.org", "https://static.example.org/"])
@pytest.mark.parametrize("path", ["crates/serde/serde-1.0.0.crate", "/crates/serde/serde-1.0.0.crate"])
def test_outage_of_2023_07_20_prefix_without_slash_keeps_its_host(prefix: str, path: str) -> None:
    """Production's prefix had no slash at its end, the one that was tested had: https://static.example.orgcrates/..."""
    assert download_url(prefix, path) == "https://static.example.org/crates/serde/serde-1.0.0.crate"
    assert urlsplit(download_url(prefix, path)).hostname == "static.example.org"


@pytest.mark.parametrize(
    ("prefix", "path", "url"),
    [
        ("https://static.example.org", "", "https://static.example.org/"),
        ("https://static.example.org", "archive/", "https://static.example.org/archive/"),
        ("http://127.0.0.1:4566/a/b", "c", "http://127.0.0.1:4566/a/b/c"),
        ("https://h/a%20b", "c d", "https://h/a%20b/c%20d"),
        ("https://h/été", "été", "https://h/%C3%A9t%C3%A9/%C3%A9t%C3%A9"),
        ("https://h/a+b", "1.0.0+c", "https://h/a%2Bb/1.0.0%2Bc"),
        ("https://h", "a%2Fb?c#d", "https://h/a%252Fb%3Fc%23d"),
        ("https://h", "%2e%2e/x", "https://h/%252e%252e/x"),
        ("https://h", "http://x", None),
        ("https://h", "a:b@c", "https://h/a%3Ab%40c"),
    ],
)
def test_path_is_plain_text_and_prefix_a_url(prefix: str, path: str, url: str | None) -> None:
    """Escapes of a prefix are kept, a path is encoded whole."""
    if url is None:
        with pytest.raises(BadInput, match="two slashes"):
            download_url(prefix, path)
    else:
        assert download_url(prefix, path) == url


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("", "not an http or https URL"),
        ("static.example.org", "not an http or https URL"),
        ("//static.example.org", "not an http or https URL"),
        ("ftp://static.example.org", "not an http or https URL"),
        ("file:///etc", "not an http or https URL"),
        ("https:/static.example.org", "not an http or https URL"),
        ("https://static.example.org\n", "not an http or https URL"),
        ("https://static.example.org\\crates", "not an http or https URL"),
        ("https://static.example.org/a b", "not an http or https URL"),
        ("https://static.example.org/{crate}", "not an http or https URL"),
        ("https://", "no sound host"),
        ("https:///crates", "no sound host"),
        ("https://static..example.org", "no sound host"),
        ("https://-static.example.org", "no sound host"),
        ("https://static.example.org:0", "no sound host"),
        ("https://static.example.org:65536", "no sound host"),
        ("https://static.example.org:", "no sound host"),
        ("https://static.example.org:x", "no sound host"),
        ("https://[::1", "no sound host"),
        ("https://[1.2.3]", "no sound host"),
        ("https://static%2eexample.org", "no sound host"),
        ("https://bücher.example", "not ASCII"),
        ("https://static.example.org?a=1", "query string"),
        ("https://static.example.org/?", "query string"),
        ("https://static.example.org/#a", "fragment"),
        ("https://static.example.org#", "fragment"),
        ("https://static.example.org/a%", "no escape"),
        ("https://static.example.org/%zz", "no escape"),
        ("https://static.example.org//a", "two slashes"),
        ("https://static.example.org/a//b/", "two slashes"),
        ("https://static.example.org/../b", "segment of dots"),
        ("https://static.example.org/a/.", "segment of dots"),
        ("https://static.example.org/%2E%2e/b", "segment of dots"),
    ],
)
def test_prefix_that_clients_would_read_differently_is_refused(prefix: str, said: str) -> None:
    """Nothing is repaired; a query string cannot be followed by a path."""
    with pytest.raises(BadInput, match=said):
        download_url(prefix, "crates")


@pytest.mark.parametrize("path", ["a//b", "a/../b", "./a", "a/..", "a//", "\ud800"])
def test_path_that_is_another_object_to_some_client_is_refused(path: str) -> None:
    """Empty and dot segments, and what UTF-8 cannot write."""
    with pytest.raises(BadInput):
        download_url("https://h", path)


@pytest.mark.parametrize("build", [download_url, lambda url, _: crate_url(url, "serde", "1.0.0", CHECKSUM)])
@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@static.example.org/a",
        "https://hunter2@static.example.org",
        "https://u:hunter2@static.example.org/{crate}",
        "https://{crate}:hunter2@static.example.org/",
        "https://u:hun/hunter2@static.example.org/",
        "https://u:hunter2@static.example.org\\",
        "https://static.example.org/a?token=hunter2",
        "https://static.example.org/{name}?token=hunter2",
        "https://static.example.org/{crate}/%?token=hunter2",
    ],
)
def test_credentials_are_refused_and_not_shown(build: object, url: str) -> None:
    """Downloads are public; neither a password nor a token reaches a message."""
    with pytest.raises(BadInput) as caught:
        build(url, "a")  # type: ignore[operator]
    assert "hunter2" not in caught.value.message + caught.value.advice


@given(st.text())
def test_any_text_as_prefix_is_a_url_with_its_host_or_refused(text: str) -> None:
    """No other error, and never another host than urllib.parse reads."""
    for prefix in (text, f"https://{text}", f"https://static.example.org{text}"):
        try:
            url = download_url(prefix, "crates")
        except BadInput:
            continue
        assert urlsplit(url).hostname == (urlsplit(prefix).hostname or "").lower()
        assert url.endswith("/crates")


@given(NAMES, VERSIONS)
def test_without_markers_cargo_appends_name_version_and_download(name: str, version: str) -> None:
    """And the router's rule makes a crate file of it."""
    for dl in ("https://static.example.org/crates", "https://static.example.org:8443/a/b", "http://[::1]"):
        url = crate_url(dl, name, version, CHECKSUM)
        assert unquote(url) == f"{dl}/{name}/{version}/download"
        assert "+" not in url


@given(NAMES, VERSIONS, st.permutations(["{crate}", "{version}", "{prefix}", "{lowerprefix}", "{sha256-checksum}"]))
def test_markers_are_replaced_each_by_its_value(name: str, version: str, markers: list[str]) -> None:
    """The folder of a name is 1, 2, 3/c or ca/rg, in the name's case or in lower case."""
    assume(name not in markers)
    folder = ["", "1", "2", f"3/{name[:1]}"][len(name)] if len(name) < 4 else f"{name[0:2]}/{name[2:4]}"
    values = {
        "{crate}": name,
        "{version}": version,
        "{prefix}": folder,
        "{lowerprefix}": folder.lower(),
        "{sha256-checksum}": CHECKSUM,
    }
    for chosen in (markers, markers[:1]):
        url = crate_url("https://h/x-" + "-/".join(chosen) + ".crate?v=" + chosen[0], name, version, CHECKSUM)
        filled = [values[marker] for marker in chosen]
        assert unquote(url) == "https://h/x-" + "-/".join(filled) + ".crate?v=" + filled[0]
        assert "+" not in url


def test_dl_of_the_crate_files_themselves() -> None:
    """A template that points straight at the static host, as after the flip away from the API."""
    dl = "https://static.example.org/crates/{crate}/{crate}-{version}.crate"
    url = crate_url(dl, "libgit2-sys", "0.12.25+1.3.0", CHECKSUM)
    assert url == "https://static.example.org/crates/libgit2-sys/libgit2-sys-0.12.25%2B1.3.0.crate"


@pytest.mark.parametrize(
    ("dl", "said"),
    [
        ("https://static.example.org/crates/", "ends with a slash"),
        ("https://static.example.org/", "ends with a slash"),
        ("https://static.example.org/crates?a=1", "ends with a query string"),
        ("https://{crate}.example.org/", "marker in its host"),
        ("https://static.example.org/{crates}", "not an http or https URL"),
        ("https://static.example.org/{crate}/{file}", "braces that cargo does not replace"),
        ("https://static.example.org/{crate}/}", "braces that cargo does not replace"),
        ("https://static.example.org//{crate}", "two slashes"),
        ("https://static.example.org/{crate}//", "two slashes"),
        ("https://static.example.org/{crate}/../x", "segment of dots"),
        ("https://static.example.org/{crate}#x", "fragment"),
        ("{crate}", "not an http or https URL"),
        ("ftp://static.example.org/{crate}", "not an http or https URL"),
    ],
)
def test_dl_that_cargo_would_make_no_sound_url_of_is_refused(dl: str, said: str) -> None:
    """Cargo appends and replaces as it is told; what comes of it must be one URL of one host."""
    with pytest.raises(BadInput, match=said):
        crate_url(dl, "serde", "1.0.0", CHECKSUM)


@pytest.mark.parametrize(
    ("name", "version", "checksum"),
    [
        ("", "1.0.0", CHECKSUM),
        ("a/b", "1.0.0", CHECKSUM),
        ("..", "1.0.0", CHECKSUM),
        ("serde\n", "1.0.0", CHECKSUM),
        ("été", "1.0.0", CHECKSUM),
        ("serde", "1.0", CHECKSUM),
        ("serde", "../1.0.0", CHECKSUM),
        ("serde", "1.0.0/..", CHECKSUM),
        ("serde", "1.0.0", CHECKSUM.upper()),
        ("serde", "1.0.0", CHECKSUM[1:]),
    ],
)
def test_what_no_index_lists_is_refused(name: str, version: str, checksum: str) -> None:
    """Names, versions and checksums have the forms that an index has."""
    with pytest.raises(BadInput, match="is no "):
        crate_url("https://h/crates", name, version, checksum)
