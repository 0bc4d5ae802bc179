"""What an edge location puts on answers, and how it compresses them."""

from __future__ import annotations

import gzip

import pytest

from slipway.cloud.internet.answers import Answer, header, page, plain, signed
from slipway.cloud.internet.compression import accepts_gzip, compressed
from slipway.cloud.internet.memo import Memo

TEXT = ((b"content-type", b"text/plain; charset=utf-8"), (b"etag", b'"1"'))
ACCEPTS = ((b"accept-encoding", b"gzip, br"),)


@pytest.mark.parametrize(
    ("status", "said", "cache"),
    [
        (200, b"", b"Miss from cloudfront"),
        (403, b"Miss from cloudfront", b"Error from cloudfront"),
        (404, b"", b"Error from cloudfront"),
        (302, b"FunctionGeneratedResponse from cloudfront", b"FunctionGeneratedResponse from cloudfront"),
        (404, b"FunctionGeneratedResponse from cloudfront", b"FunctionGeneratedResponse from cloudfront"),
    ],
)
def test_x_cache_says_where_the_answer_comes_from(status: int, said: bytes, cache: bytes) -> None:
    answer = signed(Answer(status, ((b"x-cache", said),) if said else ()), "SLW1-P1", bodiless=False)
    assert [value for name, value in answer.headers if name == b"x-cache"] == [cache]


def test_every_answer_has_an_id_of_its_own() -> None:
    first, second = (signed(Answer(200), "SLW1-P1", bodiless=False) for _ in range(2))
    assert header(first.headers, b"x-amz-cf-id") != header(second.headers, b"x-amz-cf-id")
    assert header(first.headers, b"x-amz-cf-pop") == b"SLW1-P1"
    assert header(first.headers, b"via").endswith(b".cloudfront.net (CloudFront)")


def test_head_has_the_length_and_no_body() -> None:
    answer = signed(Answer(200, ((b"content-length", b"3000"),)), "SLW1-P1", bodiless=True)
    assert (header(answer.headers, b"content-length"), answer.body) == (b"3000", b"")
    answer = signed(page(403, "Bad request."), "SLW1-P1", bodiless=True)
    assert int(header(answer.headers, b"content-length")) > 100
    assert answer.body == b""


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_a_body_have_no_length(status: int) -> None:
    answer = signed(Answer(status, ((b"content-length", b"0"),)), "SLW1-P1", bodiless=False)
    assert header(answer.headers, b"content-length") == b""


def test_length_is_that_of_the_body_that_is_sent() -> None:
    answer = signed(Answer(200, ((b"content-length", b"9"),), b"hello"), "SLW1-P1", bodiless=False)
    assert header(answer.headers, b"content-length") == b"5"


def test_pages_say_their_status() -> None:
    assert b"<H1>403 ERROR</H1>" in page(403, "Bad request.").body
    assert b"421 Misdirected Request" in plain(421).body


def test_text_is_compressed() -> None:
    answer = compressed(Answer(200, TEXT, b"hello\n" * 500), ACCEPTS)
    assert gzip.decompress(answer.body) == b"hello\n" * 500
    assert header(answer.headers, b"content-encoding") == b"gzip"
    assert header(answer.headers, b"etag") == b'W/"1"'
    assert header(answer.headers, b"vary") == b"Accept-Encoding"


def test_client_that_takes_no_gzip_gets_the_file_and_is_told_that_it_varies() -> None:
    answer = compressed(Answer(200, TEXT, b"x" * 2000), ())
    assert (answer.body, header(answer.headers, b"vary")) == (b"x" * 2000, b"Accept-Encoding")
    assert header(answer.headers, b"etag") == b'"1"'


def test_origin_s_vary_is_kept() -> None:
    answer = compressed(Answer(200, (*TEXT, (b"vary", b"Origin")), b"x" * 2000), ACCEPTS)
    assert header(answer.headers, b"vary") == b"Origin, Accept-Encoding"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, TEXT, b"x" * 999),
        Answer(200, TEXT, b"x" * 10_000_001),
        Answer(206, TEXT, b"x" * 2000),
        Answer(304, TEXT),
        Answer(200, ((b"content-type", b"application/gzip"),), b"x" * 2000),
        Answer(200, (), b"x" * 2000),
        Answer(200, (*TEXT, (b"content-encoding", b"br")), b"x" * 2000),
    ],
    ids=["small", "large", "part", "not modified", "type", "no type", "compressed already"],
)
def test_what_cloudfront_does_not_compress_stays_as_it_is(answer: Answer) -> None:
    assert compressed(answer, ACCEPTS) == answer


@pytest.mark.parametrize(
    ("accepts", "takes"),
    [
        (b"gzip", True),
        (b"br, GZIP;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0", False),
        (b"br", False),
        (b"", False),
    ],
)
def test_accept_encoding_is_read(accepts: bytes, takes: bool) -> None:
    assert accepts_gzip(((b"accept-encoding", accepts),)) is takes


def test_memo_forgets_with_the_first_change() -> None:
    heard = [1]
    memo = Memo(lambda: heard[0])
    memo.keep("a", Answer(200), 1)
    assert memo.recall("a") == Answer(200)
    heard[0] = 2
    assert memo.recall("a") is None


def test_memo_does_not_keep_what_was_asked_before_a_change() -> None:
    heard = [1]
    memo = Memo(lambda: heard[0])
    asked, heard[0] = heard[0], 2
    memo.keep("a", Answer(200), asked)
    assert memo.recall("a") is None


def test_memo_does_not_keep_large_bodies() -> None:
    memo = Memo(lambda: 1)
    memo.recall("a")
    memo.keep("a", Answer(200, body=b"x" * 20_000), 1)
    assert memo.recall("a") is None
