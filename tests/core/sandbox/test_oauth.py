"""Signatures: what the verifier takes, and what it does not."""

import importlib
import string
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from core.sandbox import oauth
from core.sandbox.oauth import Asked, UnusableError
from tests.core.sandbox.signing import by_hand

import pytest
from hypothesis import given
from hypothesis import strategies as st

# By name, so that types are nobody's concern here.
oauth1: Any = importlib.import_module("oauthlib.oauth1")

PHOTOS = {"oauth_consumer_key": "dpf43f3p2l4k3l03", "oauth_signature_method": "HMAC-SHA1"}
WORLD = SimpleNamespace(application=SimpleNamespace(key="key", secret="se&cret"))
HERE = "http://127.0.0.1:8080/users/me"


def test_the_example_of_the_rfc_has_its_base_string() -> None:
    given = {
        "realm": "Example",
        "oauth_consumer_key": "9djdj82h48djs9d2",
        "oauth_token": "kkk9d7dh3k39sjv7",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131201",
        "oauth_nonce": "7d8f3e4a",
        "oauth_signature": "bYT5CMsGcbgUdFHObYMEfcx6bsw=",
    }
    asked = Asked("post", "http://example.com/request", "b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q")
    assert oauth.base_string(asked, given) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
        "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"
        "%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


@pytest.mark.parametrize(
    ("asked", "given", "secret"),
    [
        (
            Asked("POST", "https://photos.example.net/token"),
            {
                "oauth_token": "hh5s93j4hdidpola",
                "oauth_timestamp": "137131201",
                "oauth_nonce": "walatlh",
                "oauth_verifier": "hfdp7dh39dks9884",
                "oauth_signature": "gKgrFCywp7rO0OXSjdot/IHF7IU=",
            },
            "hdhd0244k9j7ao03",
        ),
        (
            Asked("GET", "http://photos.example.net/photos", "file=vacation.jpg&size=original"),
            {
                "oauth_token": "nnch734d00sl2jdk",
                "oauth_timestamp": "137131202",
                "oauth_nonce": "chapoH",
                "oauth_signature": "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
            },
            "pfkkdhi9sl3r4s00",
        ),
    ],
)
def test_the_signatures_of_the_rfc_are_good_and_those_of_another_request_are_not(
    asked: Asked, given: dict[str, str], secret: str
) -> None:
    oauth.verify(asked, PHOTOS | given, "kd94hf93k423kf44", secret)
    for other in (
        Asked("PUT", asked.address, asked.query),
        Asked(asked.method, asked.address + "x", asked.query),
        Asked(asked.method, asked.address, asked.query + "&more="),
        Asked(asked.method, asked.address, asked.query, "body=1"),
    ):
        with pytest.raises(UnusableError, match="the signature is wrong"):
            oauth.verify(other, PHOTOS | given, "kd94hf93k423kf44", secret)
    for consumer, token in (("kd94hf93k423kf4", secret), ("kd94hf93k423kf44", secret + "x"), ("", "")):
        with pytest.raises(UnusableError, match="the signature is wrong"):
            oauth.verify(asked, PHOTOS | given, consumer, token)


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=12))
def test_whatever_oauthlib_signs_is_good(method: str, text: str) -> None:
    query = f"q={quote(text)}&b=&a=%7E%2B"
    client = oauth1.Client("key", "se&cret", "token", f"s/{quote(text)}", signature_method=method)
    _, headers, _ = client.sign(f"http://127.0.0.1:8080/database/{quote(text)}?{query}")
    asked = Asked(
        "GET",
        oauth.address("http", "127.0.0.1:8080", f"/database/{quote(text)}"),
        query,
        authorization=headers["Authorization"],
    )
    oauth.verify(asked, oauth.parameters(asked.authorization), "se&cret", f"s/{quote(text)}")


def test_a_body_of_form_fields_is_signed() -> None:
    client = oauth1.Client("key", "se&cret", "token", "s")
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    _, headers, body = client.sign(HERE, "POST", urlencode({"a": "1 2", "b": "ü"}), sent)
    asked = Asked("POST", HERE, "", body, headers["Authorization"])
    oauth.verify(asked, oauth.parameters(asked.authorization), "se&cret", "s")
    with pytest.raises(UnusableError, match="the signature is wrong"):
        oauth.verify(Asked("POST", HERE, "", body + "&c=3"), oauth.parameters(asked.authorization), "se&cret", "s")


@pytest.mark.parametrize(
    ("scheme", "host", "path", "signed"),
    [
        ("http", "Example.COM:80", "/r%20v/X", "http://example.com/r%20v/X"),
        ("https", "example.com:443", "", "https://example.com/"),
        ("http", "example.com:443", "/", "http://example.com:443/"),
        ("http", "[::1]:8080", "/a", "http://[::1]:8080/a"),
    ],
)
def test_an_address_is_signed_without_the_usual_port(scheme: str, host: str, path: str, signed: str) -> None:
    assert oauth.address(scheme, host, path) == signed


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"timestamp": "1700000000000"}, "the timestamp is not in seconds"),
        ({"timestamp": "soon"}, "the timestamp is not in seconds"),
        ({"timestamp": "-1700000000"}, "the timestamp is not in seconds"),
        ({"nonce": "n" * 65}, "the nonce is longer than 64 characters"),
        ({"nonce": ""}, "oauth_nonce is missing"),
        ({"timestamp": ""}, "oauth_timestamp is missing"),
        ({"consumer_key": ""}, "oauth_consumer_key is missing"),
        ({"signature_method": ""}, "oauth_signature_method is missing"),
        ({"version": "2.0"}, "the version is not 1.0"),
    ],
)
def test_a_header_beyond_a_limit_says_which(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(UnusableError, match=why):
        oauth.parameters(by_hand(WORLD, "GET", HERE, **changes))


@pytest.mark.parametrize("changes", [{"nonce": "n" * 64}, {"timestamp": "1"}, {"version": "1.0"}])
def test_a_header_at_a_limit_is_taken(changes: dict[str, Any]) -> None:
    given = oauth.parameters(by_hand(WORLD, "GET", HERE, **changes))
    oauth.verify(Asked("GET", HERE), given, "se&cret", "")


@pytest.mark.parametrize(
    "header",
    ["OAuth", "OAuth ", "OAuth nonsense", "OAuth a=b", 'OAuth a="1" b="2"', 'OAuth a="1", a="1"', 'OAuth a="1'],
)
def test_a_header_that_cannot_be_read_is_told_apart(header: str) -> None:
    with pytest.raises(UnusableError, match=r"cannot be parsed|comes twice"):
        oauth.parameters(header)


@pytest.mark.parametrize("signature", ["", "x", "!!!", string.ascii_letters])
@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT", "RSA-SHA1", "HMAC-SHA256", "hmac-sha1"])
def test_no_other_signature_is_good(method: str, signature: str) -> None:
    given = {"oauth_signature_method": method, "oauth_signature": signature}
    with pytest.raises(UnusableError):
        oauth.verify(Asked("GET", HERE), given, "se&cret", "")
