"""What every request meets first: sign-in, User-Agent, routes, styles of answers."""

import gzip
import json
from pathlib import Path
from typing import Any

from core.sandbox.holding import Holding
from core.sandbox.world import World

import pytest


def text(samples: Path, name: str) -> str:
    return str(json.loads((samples / "errors" / f"text_{name}.json").read_text())["message"])


@pytest.mark.parametrize("path", ["/oauth/identity", "/users/{me}", "/users/{me}/collection/folders/0/releases"])
async def test_a_wrong_token_is_refused_with_the_documented_text(visit: Any, samples: Path, path: str) -> None:
    visitor = await visit()
    refused = await visitor.get(path, token="wrong")
    assert (refused.status, refused.message) == (401, text(samples, "401_invalid_token"))
    assert refused.headers["X-Discogs-Ratelimit"] == "60"


async def test_a_wrong_key_and_secret_are_refused_with_the_documented_text(visit: Any, samples: Path) -> None:
    refused = await (await visit()).get("/users/{me}", token=None, Authorization="Discogs key=K, secret=S")
    assert (refused.status, refused.message) == (401, text(samples, "401_invalid_key_secret"))


async def test_identity_without_sign_in_is_refused_with_the_documented_text(visit: Any, samples: Path) -> None:
    refused = await (await visit()).get("/oauth/identity", token=None)
    assert (refused.status, refused.message) == (401, text(samples, "401_identity_anonymous"))
    assert refused.headers["WWW-Authenticate"] == 'OAuth realm="https://api.discogs.com"'


async def test_the_token_is_accepted_as_header_and_as_query(visit: Any) -> None:
    visitor = await visit()
    for answer in (
        await visitor.get("/oauth/identity"),
        await visitor.get(f"/oauth/identity?token={visitor.server.token}", token=None),
    ):
        assert answer.json["username"] == visitor.server.username
        assert answer.json["id"] == visitor.server.user_id


@pytest.mark.parametrize(
    "header", ["Bearer {token}", "Token token={token}", "OAuth nonsense", "Discogs", "Discogs {token}"]
)
async def test_an_authorization_of_another_kind_counts_as_nothing_sent(visit: Any, header: str) -> None:
    visitor = await visit()
    sent = header.format(token=visitor.server.token)
    assert (await visitor.get("/oauth/identity", token=None, Authorization=sent)).status == 401
    public = await visitor.get("/users/{me}", token=None, Authorization=sent)
    assert public.status == 200
    assert public.headers["X-Discogs-Ratelimit"] == "25"


@pytest.mark.parametrize("agent", ["", " "])
async def test_a_request_without_user_agent_gets_a_page_of_html(visit: Any, agent: str) -> None:
    visitor = await visit()
    refused = await visitor.get("/users/{me}", User_Agent=agent)
    assert refused.status == 403
    assert refused.headers["Content-Type"].startswith("text/html")
    assert b"Cloudflare" in refused.body
    assert refused.headers["X-Discogs-Ratelimit-Used"] == "0"


async def test_an_unknown_route_is_404_with_the_documented_text(visit: Any, samples: Path) -> None:
    visitor = await visit()
    for path in ("/", "/users", "/nope", "/users/{me}/collection/folders/x/releases"):
        refused = await visitor.get(path)
        assert (refused.status, refused.message) == (404, text(samples, "404_route"))


async def test_an_unknown_user_is_404_with_the_documented_text(visit: Any, samples: Path) -> None:
    visitor = await visit()
    for path in ("/users/nobody", "/users/nobody/collection/folders", "/users/nobody/collection/folders/0/releases"):
        refused = await visitor.get(path)
        assert (refused.status, refused.message) == (404, text(samples, "404_user"))


async def test_a_wrong_method_is_405_with_the_documented_text(visit: Any, samples: Path) -> None:
    refused = await (await visit()).get("/users/{me}/collection/fields", method="PUT")
    assert (refused.status, refused.message) == (405, text(samples, "405_method"))


def accented() -> Holding:
    return Holding((), (), (), {"username": "café", "name": "∴"})


async def test_profile_and_identity_are_spaced_and_escaped(visit: Any) -> None:
    visitor = await visit(accented())
    assert b'"name": "\\u2234"' in (await visitor.get("/users/{me}")).body
    answer = await visitor.get("/oauth/identity")
    assert b'", "' in answer.body
    assert answer.headers["X-Discogs-Media-Type"] == "discogs.v2"


async def test_collection_answers_are_compact_and_raw_utf_8(visit: Any) -> None:
    answer = await (await visit(accented())).get("/users/{me}/collection/folders")
    assert answer.body.startswith(b'{"folders":[{"id":0,"name":"All","count":0')
    assert "users/café/".encode() in answer.body
    assert "X-Discogs-Media-Type" not in answer.headers


async def test_json_has_no_charset_and_is_gzipped_when_asked(visit: Any) -> None:
    visitor = await visit()
    plain = await visitor.get("/users/{me}/collection/folders")
    packed = await visitor.get("/users/{me}/collection/folders", Accept_Encoding="deflate, gzip;q=0.8, br")
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"] == "application/json"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_a_token_is_40_letters_and_new_for_each_world() -> None:
    first, second = (World(Holding((), (), ())).account.token for _ in range(2))
    assert len(first) == 40
    assert first.isascii()
    assert first.isalpha()
    assert first != second
