"""Signatures, against sums written out by hand and against the stand-in's verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from core.discogs.http import Http
from core.discogs.oauth import Method, Signer, consent_address, signer_for, token_of
from core.discogs.protocol import Request
from core.domain.account import AccessToken, Consumer, PersonalToken, RequestToken
from core.errors import BrokenAnswer, ConfigInvalid
from core.sandbox import oauth as verifier
from core.sandbox.oauth import Asked, UnusableError

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

# Those of the example in RFC 5849, 1.2.
PRINTER = Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
JANE = AccessToken("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
PHOTOS = "http://photos.example.net/photos?file=vacation.jpg&size=original"

API = "http://127.0.0.1:8080"
HOSTILE = 'AC|DC [x] & é "ü" +~%2B=#?/;:@*\\^`{}<>\'$,!()\n\x00 Łódź 坂本 🎶'


def at(seconds: float) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(seconds, UTC)


def parameters(header: str) -> dict[str, str]:
    assert header.startswith("OAuth ")
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}


def hmac_sha1(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def test_a_signature_is_the_one_that_is_reckoned_by_hand() -> None:
    """The RFC's example has no oauth_version, which oauthlib always sends: first it is reckoned without, then with."""
    key = "kd94hf93k423kf44&pfkkdhi9sl3r4s00"
    before = (
        "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03"
        "%26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202"
        "%26oauth_token%3Dnnch734d00sl2jdk"
    )
    after = "%26size%3Doriginal"
    assert hmac_sha1(key, before + after) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="

    header = Signer(PRINTER, JANE).header("GET", PHOTOS, now=at(137131202), nonce="chapoH")

    assert parameters(header) == {
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_nonce": "chapoH",
        "oauth_signature": hmac_sha1(key, before + "%26oauth_version%3D1.0" + after),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_version": "1.0",
    }


def test_what_a_search_holds_is_signed_as_it_is_meant() -> None:
    """Escaped once as a parameter, once more as a part of the base string; the secrets are escaped in the key."""
    signer = Signer(Consumer("key", "se&cret"), AccessToken("token", "s/ü"))

    header = signer.header("GET", f"{API}/database/search?q=AC%7CDC+%5Bx%5D+%C3%A9~&page=2", now=at(1), nonce="n")

    assert parameters(header)["oauth_signature"] == hmac_sha1(
        "se%26cret&s%2F%C3%BC",
        "GET&http%3A%2F%2F127.0.0.1%3A8080%2Fdatabase%2Fsearch&oauth_consumer_key%3Dkey%26oauth_nonce%3Dn"
        "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1%26oauth_token%3Dtoken%26oauth_version%3D1.0"
        "%26page%3D2%26q%3DAC%257CDC%2520%255Bx%255D%2520%25C3%25A9~",
    )


@pytest.mark.parametrize(("token", "signature"), [(JANE, "se%26cret&pfkkdhi9sl3r4s00"), (None, "se%26cret&")])
def test_plaintext_is_both_secrets(token: AccessToken | None, signature: str) -> None:
    header = Signer(Consumer("key", "se&cret"), token, method="PLAINTEXT").header("GET", PHOTOS, now=at(1))

    assert parameters(header)["oauth_signature"] == signature
    assert parameters(header)["oauth_signature_method"] == "PLAINTEXT"


def test_the_steps_of_signing_in_carry_callback_and_verifier() -> None:
    back = "http://127.0.0.1:9/back?state=ü&x=1"
    first = parameters(Signer(PRINTER, callback=back).header("GET", API, now=at(1)))
    last = parameters(Signer(PRINTER, RequestToken("k", "s"), verifier="v").header("POST", API, now=at(1)))

    assert (first["oauth_callback"], last["oauth_verifier"], last["oauth_token"]) == (back, "v", "k")
    assert "oauth_token" not in first
    assert "oauth_verifier" not in first


def test_the_timestamp_is_in_whole_seconds_of_the_clock_that_is_handed_in() -> None:
    def now() -> datetime:
        return datetime(2031, 1, 1, tzinfo=UTC) + timedelta(milliseconds=999)

    assert parameters(Signer(PRINTER).header("GET", API, now=now))["oauth_timestamp"] == "1924992000"


def test_no_nonce_comes_twice_or_is_too_long() -> None:
    signer = Signer(PRINTER)
    nonces = {parameters(signer.header("GET", API, now=at(1)))["oauth_nonce"] for _ in range(50)}

    assert len(nonces) == 50
    assert max(map(len, nonces)) <= verifier.LONGEST_NONCE


def test_only_an_access_token_is_signed_for() -> None:
    assert signer_for(PRINTER, JANE)
    assert signer_for(PRINTER, PersonalToken("x")) is None
    assert signer_for(None, PersonalToken("x")) is None
    assert signer_for(None, None) is None


def test_without_an_application_the_setting_is_named() -> None:
    with pytest.raises(ConfigInvalid) as raised:
        signer_for(None, JANE)

    assert [problem.key for problem in raised.value.problems] == ["discogs.consumer_key"]


def test_a_signer_shows_no_secret() -> None:
    signer = Signer(PRINTER, JANE, verifier="hfdp7dh39dks9884")
    shown = repr(signer) + str(signer) + repr(Request("/x", sign_in=signer)) + signer.header("GET", API, now=at(1))

    assert "kd94hf93k423kf44" not in shown
    assert "pfkkdhi9sl3r4s00" not in shown
    assert "hfdp7dh39dks9884" not in repr(Request("/x", sign_in=signer))


async def sent(signer: Signer, request: Request, api: str = API) -> tuple[Asked, httpx.Request]:
    """What goes over the wire, as the stand-in reads it."""
    seen: list[httpx.Request] = []

    def answer(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        return httpx.Response(204)

    http = Http(api, transport=httpx.MockTransport(answer))
    headers = {"User-Agent": "Runout/1"}
    try:
        await http.send(request, headers, lambda method, address: signer.header(method, address, now=at(1.5)))
    finally:
        await http.close()
    target = seen[0].url.raw_path.decode("ascii")
    path, _, query = target.partition("?")
    scheme, host = seen[0].url.scheme, seen[0].headers["Host"]
    asked = Asked(seen[0].method, verifier.address(scheme, host, path), query, "", seen[0].headers["Authorization"])
    return asked, seen[0]


def verify(asked: Asked) -> None:
    verifier.verify(asked, verifier.parameters(asked.authorization), PRINTER.reveal(), JANE.reveal())


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(name=ANY, value=ANY, user=ANY)
async def test_whatever_is_asked_is_signed_as_it_goes_over_the_wire(name: str, value: str, user: str) -> None:
    asked, _ = await sent(Signer(PRINTER, JANE), Request(f"/users/{quote(user, safe='')}", {name: value, "q": value}))

    verify(asked)


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
@pytest.mark.parametrize("api", [API, "http://localhost:80", "https://LOCALHOST/", "http://[::1]:8080"])
async def test_hostile_characters_are_signed_wherever_the_api_is(method: Method, api: str) -> None:
    path = f"/users/{quote(HOSTILE, safe='')}"
    asked, request = await sent(Signer(PRINTER, JANE, method=method), Request(path, {"q": HOSTILE, "": ""}), api)

    verify(asked)
    assert request.url.params["q"] == HOSTILE
    assert len(request.headers.get_list("Authorization")) == 1


@pytest.mark.parametrize("other", [Signer(PRINTER, AccessToken("nnch734d00sl2jdk", "x")), Signer(PRINTER)])
async def test_another_secret_makes_another_signature(other: Signer) -> None:
    asked, _ = await sent(other, Request("/users/me"))

    with pytest.raises(UnusableError, match="the signature is wrong"):
        verify(asked)


async def test_who_does_not_sign_has_no_signature() -> None:
    router = respx.Router()
    route = router.route().respond(204)
    http = Http(API, transport=httpx.MockTransport(router.async_handler))
    await http.send(Request("/users/me"), {"Authorization": "Discogs token=x"})
    await http.close()

    assert route.calls.last.request.headers["Authorization"] == "Discogs token=x"


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_token_is_read_from_a_form(end: str) -> None:
    body = f"oauth_callback_confirmed=true&oauth_token=a%2Bb&oauth_token_secret=s+c{end}"

    assert token_of("/oauth/request_token", body.encode()) == ("a+b", "s c")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"oauth_token=qWeRtY",
        b"oauth_token=&oauth_token_secret=qWeRtY",
        b"oauth_token=qWeRtY&oauth_token_secret=",
        b'{"oauth_token": "qWeRtY"}',
        b"<html>qWeRtY</html>",
        b"oauth_token=qWeRtY&oauth_token_secret=\xff",
        b"oauth_token=qWeRtY&oauth_token_secret=s" + b"&a=1" * 100,
    ],
)
def test_what_holds_no_token_is_a_broken_answer_that_repeats_nothing(body: bytes) -> None:
    with pytest.raises(BrokenAnswer) as raised:
        token_of("/oauth/access_token", body)

    assert raised.value.route == "/oauth/access_token"
    assert "qWeRtY" not in repr(raised.value)


@pytest.mark.parametrize("site", ["https://www.discogs.com", "https://www.discogs.com/"])
def test_the_page_to_agree_on_is_named_by_the_key_alone(site: str) -> None:
    token = RequestToken("k&y", "secret")

    assert consent_address(site, token) == "https://www.discogs.com/oauth/authorize?oauth_token=k%26y"
