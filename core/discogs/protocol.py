"""Requests and answers without I/O: what is sent, and what an answer means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.discogs.oauth import Signer
from core.domain.account import Consumer, Credential, PersonalToken
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

import msgspec
from msgspec import Struct


class Request(Struct, frozen=True):
    """One call, with the path below the API's address."""

    path: str
    params: Mapping[str, str] = {}
    method: str = "GET"
    sign_in: Signer | None = None
    """For a step of signing in: signed by this and not by the session, answered with a form, shared with nobody."""


class Answer(Struct, frozen=True):
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_html(self) -> bool:
        """A web page where data was expected."""
        return "html" in self.headers.get("content-type", "").lower() or self.body.lstrip()[:1] == b"<"

    @property
    def told_at(self) -> datetime | None:
        """The moment by Discogs' own clock, UTC; None when it is not told."""
        try:
            moment = parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, OverflowError):
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class RateHeaders(Struct, frozen=True):
    """What an answer says of the limit; None for what it does not say."""

    limit: int | None = None
    remaining: int | None = None


class _Refusal(Struct, frozen=True):
    message: str = ""


ANONYMOUS_LIMIT = 25
"""Requests a minute for somebody who is not signed in. Source: developer documentation."""


def headers_for(credential: Credential | Consumer | None, user_agent: str, *, form: bool = False) -> dict[str, str]:
    """The headers of every request; an access token is not among them, it signs the finished request.

    `form`: as the documentation has it for the steps of signing in.
    """
    headers = {"User-Agent": user_agent, "Accept": "application/json"}
    if form:
        headers |= {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
    match credential:
        case PersonalToken():
            headers["Authorization"] = f"Discogs token={credential.reveal()}"
        case Consumer():
            headers["Authorization"] = f"Discogs key={credential.key}, secret={credential.reveal()}"
    return headers


def rate_headers(answer: Answer) -> RateHeaders:
    """The limit's headers, which every answer has, refusals too."""
    return RateHeaders(
        limit=_whole(answer.headers.get("x-discogs-ratelimit")),
        remaining=_whole(answer.headers.get("x-discogs-ratelimit-remaining")),
    )


def retry_after(answer: Answer) -> float | None:
    """Seconds until the next try, when the answer names them; Discogs' API does not."""
    seconds = _whole(answer.headers.get("retry-after"))
    return None if seconds is None else float(seconds)


def refusal(request: Request, answer: Answer) -> DiscogsError | None:
    """The error an answer stands for, or None when it is good."""
    status = answer.status
    if 200 <= status < 300:
        # What a form is called nobody promises; whoever reads it looks for the token.
        if answer.is_html and request.sign_in is None:
            return BrokenAnswer(route=request.path, reason="a web page where data was expected")
        return None
    if status >= 500:
        return Unavailable(status=status)
    if status == 429:
        return RateLimited(retry_after=retry_after(answer))
    said = message_of(answer)
    match status:
        case 401:
            return NotAuthorised(said=said)
        case 403 if answer.is_html or not said:
            return Blocked(status=status)
        case 403:
            return NotYours(said=said)
        case 404:
            return NotFound(route=request.path, said=said)
        case _:
            return Rejected(status=status, said=said)


def message_of(answer: Answer) -> str:
    """Discogs' own words in a refusal; empty when the body is no such thing."""
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).message[:200]
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""


def may_pass(error: DiscogsError) -> bool:
    """Whether asking again can help: failures of Discogs and of the line pass, refusals stay."""
    return isinstance(error, Unavailable | BrokenAnswer | Unreachable)


def _whole(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return max(0, int(text.strip()))
    except ValueError:
        return None
