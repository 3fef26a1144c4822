"""What an answer means, without any network."""

from __future__ import annotations

from core.discogs.protocol import (
    Answer,
    RateHeaders,
    Request,
    headers_for,
    may_pass,
    message_of,
    rate_headers,
    refusal,
    retry_after,
)
from core.domain.account import AccessToken, Consumer, PersonalToken
from core.errors import (
    Blocked,
    BrokenAnswer,
    DiscogsError,
    NotAuthorised,
    NotFound,
    NotYours,
    RateLimited,
    Rejected,
    Unavailable,
    Unreachable,
)
from tests.core.discogs.samples import recorded

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

REQUEST = Request("/users/me")
OWNER_ONLY = "You are not allowed to view this resource. Please authenticate as the owner to view this content."
PAGE = b"\n <!DOCTYPE html><title>Just a moment...</title>"


def dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, dashed(headers), body)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        pytest.param(answer(200, b"{}"), None, id="200"),
        pytest.param(answer(201, b"{}"), None, id="201"),
        pytest.param(answer(204, content_type="application/json"), None, id="204 without a body"),
        pytest.param(
            answer(200, b"hello", content_type="text/html; charset=utf-8"),
            BrokenAnswer("/users/me", "a web page where data was expected"),
            id="200 of type HTML",
        ),
        pytest.param(
            answer(200, PAGE), BrokenAnswer("/users/me", "a web page where data was expected"), id="200 that is HTML"
        ),
        pytest.param(answer(302, b"", location="/elsewhere"), Rejected(302), id="redirect"),
        pytest.param(answer(400, b"Invalid verifier"), Rejected(400), id="400 as a form"),
        pytest.param(
            answer(401, recorded("errors/text_401_invalid_token.json")),
            NotAuthorised("Invalid consumer token. Please register an app before making requests."),
            id="401",
        ),
        pytest.param(answer(401), NotAuthorised(), id="401 without a body"),
        pytest.param(answer(403, recorded("errors/text_403_owner_only.json")), NotYours(OWNER_ONLY), id="403"),
        pytest.param(answer(403, PAGE), Blocked(403), id="403 HTML"),
        pytest.param(
            answer(403, b'{"message": "no"}', content_type="text/html"), Blocked(403), id="403 that says it is HTML"
        ),
        pytest.param(answer(403), Blocked(403), id="403 without a body"),
        pytest.param(
            answer(404, recorded("errors/text_404_user.json")),
            NotFound("/users/me", "User does not exist or may have been deleted."),
            id="404",
        ),
        pytest.param(answer(404, PAGE), NotFound("/users/me"), id="404 HTML"),
        pytest.param(
            answer(405, recorded("errors/text_405_method.json")),
            Rejected(405, "Method PUT is not allowed for this resource."),
            id="405",
        ),
        pytest.param(
            answer(422, recorded("errors/text_422_pydantic.json")),
            Rejected(422, 'See "detail" for validation errors.'),
            id="422 of the newer backend",
        ),
        pytest.param(
            answer(422, b'{"message": "Invalid status"}'),
            Rejected(422, "Invalid status"),
            id="422 of the older backend",
        ),
        pytest.param(answer(429, recorded("errors/text_429.json")), RateLimited(), id="429"),
        pytest.param(answer(429), RateLimited(), id="429 without a body"),
        pytest.param(answer(429, b"\n", retry_after="3600"), RateLimited(3600.0), id="429 with Retry-After"),
        pytest.param(answer(500, recorded("errors/search_500.json")), Unavailable(500), id="500"),
        pytest.param(answer(502, PAGE), Unavailable(502), id="502 HTML"),
        pytest.param(answer(522), Unavailable(522), id="522"),
    ],
)
def test_an_answer_means(given: Answer, meant: DiscogsError | None) -> None:
    assert refusal(REQUEST, given) == meant


RECORDED = msgspec.json.decode(recorded("errors/index.json"), type=list[dict[str, str | int]])


@pytest.mark.parametrize("said", RECORDED, ids=lambda said: said["file"])
def test_every_recorded_refusal_is_one(said: dict[str, str | int]) -> None:
    body = recorded(f"errors/{said['file']}")

    assert isinstance(refusal(REQUEST, answer(int(said["status"]), body)), DiscogsError)
    assert message_of(answer(int(said["status"]), body))


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (Unavailable(502), True),
        (Unreachable("host", "reset"), True),
        (BrokenAnswer("/", "why"), True),
        (NotAuthorised(), False),
        (NotYours(), False),
        (Blocked(403), False),
        (NotFound("/"), False),
        (Rejected(422), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_asking_again_can_help(error: DiscogsError, passes: bool) -> None:
    assert may_pass(error) is passes


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"[]",
        b'{"message": null}',
        b'{"message": 5}',
        b'{"message": "\xff"}',
        b'{"message": "\\ud800"}',
        b'{"a": ' + b"[" * 100_000,
    ],
    ids=["empty", "blank", "list", "null", "number", "no UTF-8", "half a character", "deep"],
)
def test_a_body_without_words_says_nothing(body: bytes) -> None:
    assert message_of(answer(404, body)) == ""


def test_words_without_end_are_cut() -> None:
    assert len(message_of(answer(404, b'{"message": "%s"}' % (b"so " * 1000)))) == 200


@pytest.mark.parametrize(
    ("headers", "read"),
    [
        ({"x_discogs_ratelimit": "60", "x_discogs_ratelimit_remaining": "59"}, RateHeaders(60, 59)),
        ({"x_discogs_ratelimit": " 25 ", "x_discogs_ratelimit_remaining": "0"}, RateHeaders(25, 0)),
        ({"x_discogs_ratelimit_remaining": "-3"}, RateHeaders(None, 0)),
        ({"x_discogs_ratelimit": "sixty", "x_discogs_ratelimit_remaining": ""}, RateHeaders()),
        ({}, RateHeaders()),
    ],
    ids=["usual", "anonymous", "below nothing", "no numbers", "none"],
)
def test_headers_of_the_limit(headers: dict[str, str], read: RateHeaders) -> None:
    assert rate_headers(Answer(200, dashed(headers), b"")) == read


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("17", 17.0), ("-4", 0.0), ("Fri, 14 Mar 2026 12:00:00 GMT", None), ("", None)],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after(answer(429, retry_after=header)) == seconds


def test_headers_of_a_request() -> None:
    assert headers_for(PersonalToken("secret"), "Runout/1") == {
        "User-Agent": "Runout/1",
        "Accept": "application/json",
        "Authorization": "Discogs token=secret",
    }
    assert headers_for(Consumer("k", "s"), "Runout/1")["Authorization"] == "Discogs key=k, secret=s"
    assert "Authorization" not in headers_for(None, "Runout/1")
    # It signs the finished request.
    assert "Authorization" not in headers_for(AccessToken("k", "s"), "Runout/1")


@given(status=st.integers(100, 599), body=st.binary(max_size=40), kind=st.sampled_from(["", "text/html", "json"]))
def test_no_answer_is_beyond_meaning(status: int, body: bytes, kind: str) -> None:
    meant = refusal(REQUEST, answer(status, body, content_type=kind))

    assert meant is None or isinstance(meant, DiscogsError)
    assert meant is not None or 200 <= status < 300
