"""Signing in with OAuth: on the stand-in over real sockets, and on a line that fails."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.clock import Clock
from core.discogs.client import Discogs
from core.discogs.http import Http
from core.discogs.protocol import Request
from core.discogs.signin import SignIn
from core.discogs.throttle import TokenBucket
from core.domain.account import AccessToken, Consent, Consumer, RequestToken
from core.domain.ledger import SIGNED_IN, Terms
from core.errors import BrokenAnswer, ConfigInvalid, DiscogsError, NotAuthorised, Rejected, Unavailable, Unreachable
from core.sandbox.generate import generated
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.core.discogs.door import ME, Door, MakeDoor, good, refused
from tests.core.discogs.samples import page_of
from tests.fakes import FakeClock, MemorySlots

import httpx
import pytest

BACK = "http://127.0.0.1:9/back?state=7"
HOSTILE = 'AC|DC [x] & é "ü" +~%2B=#?/;:@*\\^`{}<>\'$,!() Łódź 坂本 🎶'
APP = Consumer("aPpLiCaTiOn", "cOnSuMeRsEcReT")
MINE, YOURS = AccessToken("mYkEy", "mYsEcReTsEcReT"), AccessToken("yOuRkEy", "yOuRsEcReT")


@dataclass(frozen=True)
class Evening:
    """The stand-in, and a program that asks it."""

    sandbox: Running
    discogs: Discogs
    sign_in: SignIn
    bucket: TokenBucket

    @property
    def log(self) -> list[dict[str, Any]]:
        return self.sandbox.world.counts.log()

    async def decides(self, consent: Consent, decision: str = "approve", **more: str) -> httpx.Response:
        """The member decides, in a browser of their own."""
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = await browser.get(consent.address)
            assert page.status_code == 200
            form = {"oauth_token": consent.token.key, "decision": decision, **more}
            return await browser.post(consent.address.partition("?")[0], data=form)

    async def agrees(self, consent: Consent, **more: str) -> str:
        """The verifier with which the browser is led back."""
        back = await self.decides(consent, **more)
        return parse_qs(urlsplit(back.headers["Location"]).query)["oauth_verifier"][0]

    async def signed_in(self, **more: str) -> AccessToken:
        consent = await self.sign_in.request_token(BACK)
        return await self.sign_in.access_token(consent.token, await self.agrees(consent, **more))


@asynccontextmanager
async def at(world: World, clock: Clock, consumer: Consumer | None = None) -> AsyncIterator[Evening]:
    """A program with the application of that world, or with another one."""
    app = world.application
    async with serve(world) as sandbox:
        http = Http(sandbox.url)

        async def open_carrier() -> Http:
            return http

        bucket = TokenBucket(MemorySlots(), clock, random.Random(1), window=SIGNED_IN, terms=Terms())
        consumer = consumer or Consumer(app.key, app.secret)
        discogs = Discogs(open_carrier, bucket, clock, random.Random(1), user_agent="Runout/1", consumer=consumer)
        try:
            yield Evening(sandbox, discogs, SignIn(discogs, site_url=sandbox.url), bucket)
        finally:
            await bucket.close()
            await http.close()


@pytest.fixture
async def tonight(clock: FakeClock) -> AsyncIterator[Evening]:
    async with at(World(generated(5, 1)), clock) as evening:
        yield evening


async def test_three_steps_lead_to_a_token_that_reads_as_the_owner(tonight: Evening) -> None:
    consent = await tonight.sign_in.request_token(BACK)
    verifier = await tonight.agrees(consent)
    token = await tonight.sign_in.access_token(consent.token, verifier)
    session = tonight.discogs.session(token)
    me = await session.identity()
    page = await session.shelf_page(me.username, 1)

    assert me.username == tonight.sandbox.username
    assert len(page.rows) == 5
    assert all(copy.folder_id for copy in page.rows)
    assert not page.anonymous_limit
    assert [(one["route"], one["caller"], one["note"]) for one in tonight.log if one["caller"] != "anonymous"] == [
        ("request_token", "key and secret", ""),
        ("access_token", "key and secret", ""),
        ("identity", me.username, ""),
        ("collection", me.username, ""),
    ]


async def test_who_has_no_address_to_come_back_to_types_the_verifier(tonight: Evening) -> None:
    consent = await tonight.sign_in.request_token()
    page = await tonight.decides(consent)
    shown = re.search(r'<code id="verifier">(\w+)</code>', page.text)

    assert shown
    assert isinstance(await tonight.sign_in.access_token(consent.token, shown[1]), AccessToken)


async def test_who_agrees_is_who_the_token_acts_as(tonight: Evening) -> None:
    tonight.sandbox.world.open_account("somebody")
    first, second = await tonight.signed_in(), await tonight.signed_in(username="somebody")

    names = [(await tonight.discogs.session(token).identity()).username for token in (first, second)]
    assert names == [tonight.sandbox.username, "somebody"]


@pytest.mark.parametrize("text", ["AC|DC [x]", HOSTILE, "\x00\n\t", ""])
async def test_a_hostile_search_is_asked_as_the_owner(tonight: Evening, text: str) -> None:
    access = tonight.sandbox.world.grant()
    session = tonight.discogs.session(AccessToken(access.token, access.secret))
    path = f"/users/{tonight.sandbox.username}/collection/folders/0/releases"

    answer = await tonight.discogs.ask(Request(path, {"q": text, text: "1"}), session, lambda answer: answer)

    assert answer.headers["x-discogs-ratelimit"] == "60"
    assert b'"folder_id"' in answer.body
    assert (tonight.log[-1]["caller"], tonight.log[-1]["note"]) == (tonight.sandbox.username, "")


async def test_a_wrong_secret_of_the_application_makes_a_stranger(clock: FakeClock) -> None:
    """It is no error, as on the real service: a walk finds out by what the rows do not say."""
    world = World(generated(5, 1))
    access = world.grant()
    async with at(world, clock, Consumer(world.application.key, "wrong")) as evening:
        session = evening.discogs.session(AccessToken(access.token, access.secret))
        page = await session.shelf_page(evening.sandbox.username, 1)
        noted = evening.log[-1]
        with pytest.raises(Rejected) as raised:
            await evening.sign_in.request_token(BACK)

    assert page.anonymous_limit
    assert all(copy.folder_id is None for copy in page.rows)
    assert (noted["caller"], noted["note"]) == ("anonymous", "OAuth header ignored: the signature is wrong")
    assert raised.value.status == 400


async def test_an_application_that_discogs_does_not_know_is_refused(clock: FakeClock) -> None:
    async with at(World(generated(1, 1)), clock, APP) as evening:
        with pytest.raises(NotAuthorised):
            await evening.sign_in.request_token(BACK)


async def test_a_token_that_was_revoked_is_no_longer_good(tonight: Evening) -> None:
    session = tonight.discogs.session(await tonight.signed_in())
    tonight.sandbox.world.revoke()

    with pytest.raises(NotAuthorised):
        await session.identity()


async def test_a_verifier_counts_once_and_for_its_own_token(tonight: Evening) -> None:
    consent, other = [await tonight.sign_in.request_token(BACK) for _ in range(2)]
    verifier = await tonight.agrees(consent)
    await tonight.agrees(other)
    await tonight.sign_in.access_token(consent.token, verifier)

    for token, given in ((consent.token, verifier), (other.token, verifier), (other.token, "wrong")):
        with pytest.raises(Rejected) as raised:
            await tonight.sign_in.access_token(token, given)
        assert raised.value.status == 400


async def test_who_denies_gives_no_token(tonight: Evening) -> None:
    consent = await tonight.sign_in.request_token(BACK)
    await tonight.decides(consent, "deny")

    with pytest.raises(Rejected):
        await tonight.sign_in.access_token(consent.token, "x")


async def test_two_who_begin_at_once_are_asked_apart(tonight: Evening) -> None:
    begun = await asyncio.gather(*(tonight.sign_in.request_token() for _ in range(3)))

    assert len({consent.token.key for consent in begun}) == 3


async def test_the_application_alone_is_told_apart_from_nobody(tonight: Evening) -> None:
    profile = await tonight.discogs.session(None).profile(tonight.sandbox.username)

    assert profile.username == tonight.sandbox.username
    assert tonight.log[-1]["caller"] == "key and secret"


FORM = b"oauth_token=nEwKeY&oauth_token_secret=nEwSeCrEt&oauth_callback_confirmed=true"
REQUEST, ACCESS = "/oauth/request_token", "/oauth/access_token"
ASKED = RequestToken("aSkEdKeY", "aSkEdSeCrEt")


@pytest.fixture
def signing(make_door: MakeDoor) -> Door:
    return make_door(consumer=APP)


def steps(door: Door) -> SignIn:
    return SignIn(door.discogs, site_url="https://www.discogs.test")


FAULTS: dict[str, tuple[Any, type[DiscogsError]]] = {
    "502": (httpx.Response(502), Unavailable),
    "time-out": (httpx.ReadTimeout("slow"), Unreachable),
    "reset": (httpx.ReadError("reset"), Unreachable),
    "no token": (httpx.Response(200, content=b"oauth_token=x"), BrokenAnswer),
    "a page": (httpx.Response(200, html="<html>hello</html>"), BrokenAnswer),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_verifier_is_never_handed_in_twice_by_itself(signing: Door, fault: str) -> None:
    """It may have been taken: whoever signs in has to begin anew."""
    answer, error = FAULTS[fault]
    route = signing.router.post(ACCESS).mock(side_effect=[answer, httpx.Response(200, content=FORM)])

    with pytest.raises(error):
        await steps(signing).access_token(ASKED, "v")
    assert len(route.calls) == await signing.taken() == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_request_token_that_nobody_heard_of_is_asked_for_again(signing: Door, fault: str) -> None:
    answer, _ = FAULTS[fault]
    route = signing.router.get(REQUEST).mock(side_effect=[answer, httpx.Response(200, content=FORM)])

    consent = await steps(signing).request_token()

    assert consent.token == RequestToken("nEwKeY", "nEwSeCrEt")
    assert consent.address == "https://www.discogs.test/oauth/authorize?oauth_token=nEwKeY"
    assert len(route.calls) == await signing.taken() == 2


async def test_who_was_too_fast_hands_the_verifier_in_again_with_another_nonce(signing: Door) -> None:
    route = signing.router.post(ACCESS).mock(side_effect=[refused(), httpx.Response(200, content=FORM)])

    assert await steps(signing).access_token(ASKED, "v") == AccessToken("nEwKeY", "nEwSeCrEt")
    nonces = [re.findall(r'oauth_nonce="(\d+)"', call.request.headers["Authorization"]) for call in route.calls]
    assert nonces[0] != nonces[1]


async def test_a_form_is_read_whatever_it_is_called(signing: Door) -> None:
    signing.router.get(REQUEST).respond(content=FORM, headers={"Content-Type": "text/html; charset=utf-8"})

    assert (await steps(signing).request_token()).token == RequestToken("nEwKeY", "nEwSeCrEt")


async def test_a_step_is_sent_as_documented(signing: Door) -> None:
    route = signing.router.route().respond(content=FORM)
    await steps(signing).request_token()
    await steps(signing).access_token(ASKED, "v")

    first, last = (call.request for call in route.calls)
    assert (first.method, last.method) == ("GET", "POST")
    for request in (first, last):
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert request.headers["Authorization"].startswith("OAuth ")
        assert request.content == b""
        assert not request.url.query


async def test_the_timestamp_is_that_of_the_sending(signing: Door) -> None:
    route = signing.answers(httpx.Response(502), refused(retry_after="90"), good())
    began = int(signing.clock.now().timestamp())

    await signing.discogs.session(MINE).identity()

    stamps = [
        int(re.findall(r'oauth_timestamp="(\d+)"', call.request.headers["Authorization"])[0]) for call in route.calls
    ]
    assert stamps[0] == began
    assert began < stamps[1] < stamps[2] - 80


async def test_without_an_application_nothing_is_sent(door: Door) -> None:
    for call in (door.discogs.session(MINE).identity, steps(door).request_token):
        with pytest.raises(ConfigInvalid):
            await call()

    assert await door.taken() == 0
    assert door.opened == []


@pytest.mark.parametrize("other", [YOURS, AccessToken("mYkEy", "other"), None], ids=["you", "a new secret", "nobody"])
async def test_the_same_for_another_credential_is_another_request(signing: Door, other: AccessToken | None) -> None:
    route = signing.router.route().respond(content=page_of([]))
    tokens = [MINE, AccessToken(MINE.key, MINE.reveal()), other]

    await asyncio.gather(*(signing.discogs.session(token).shelf_page("me", 1) for token in tokens))

    assert len(route.calls) == 2


OUTCOMES: dict[str, Any] = {
    "good": httpx.Response(200, content=FORM),
    "identity": httpx.Response(200, content=ME),
    "400": httpx.Response(400, content=b"oauth_problem=verifier_invalid"),
    "401": httpx.Response(401, json={"message": "no"}),
    "429": refused(),
    "no token": httpx.Response(200, content=b"oauth_token=nEwKeY&oauth_token_secret="),
    "time-out": httpx.ReadTimeout("slow"),
    "unsendable": httpx.LocalProtocolError("Illegal header value b'OAuth oauth_token=\"mYkEy\"'"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_secrets_are_nowhere_but_in_the_signature(
    signing: Door, outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    given = OUTCOMES[outcome]
    how = "return_value" if isinstance(given, httpx.Response) else "side_effect"
    route = signing.router.route().mock(**{how: given})
    session, sign_in = signing.discogs.session(MINE), steps(signing)
    shown = [repr(session), repr(vars(session)), repr(signing.discogs), repr(vars(signing.discogs)), repr(sign_in)]

    for call in (session.identity, sign_in.request_token, lambda: sign_in.access_token(ASKED, "vErIfIeR")):
        try:
            shown.append(repr(await call()))
        except DiscogsError as error:
            shown += [str(error), repr(error), *traceback.format_exception(error)]

    shown += [str(asked.request.url) + str(asked.request.headers.raw) for asked in route.calls]
    shown += [record.getMessage() + repr(record.args) for record in caplog.records]
    for secret in (APP.reveal(), MINE.reveal(), ASKED.reveal(), "nEwSeCrEt"):
        assert secret not in "\n".join(shown)
