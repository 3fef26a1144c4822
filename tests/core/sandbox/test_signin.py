"""Signing in with OAuth, step by step, and the ways in which it fails."""

import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.core.sandbox.signing import by_hand

import pytest

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
MINUTES = 60


async def step(visitor: Any, path: str, method: str = "POST", **how: Any) -> Any:
    """One signed request."""
    header = by_hand(visitor.world, method, visitor.server.url + path, **how)
    return await visitor.get(path, token=None, method=method, Authorization=header)


async def begun(visitor: Any, callback: str = "http://127.0.0.1:9/back?state=7") -> dict[str, str]:
    answer = await step(visitor, "/oauth/request_token", callback=callback)
    assert answer.status == 200, answer.body
    return dict(parse_qsl(answer.body.decode()))


async def decided(visitor: Any, token: str, decision: str = "approve", **more: str) -> Any:
    body = urlencode({"oauth_token": token, "decision": decision, **more})
    return await visitor.get("/oauth/authorize", token=None, method="POST", body=body, **FORM)


async def verifier_of(visitor: Any, token: str, **more: str) -> str:
    back = await decided(visitor, token, **more)
    return str(parse_qs(urlsplit(back.headers["Location"]).query)["oauth_verifier"][0])


async def exchanged(visitor: Any, consent: dict[str, str], verifier: str, **how: Any) -> Any:
    how = {"token": consent["oauth_token"], "secret": consent["oauth_token_secret"], "verifier": verifier, **how}
    return await step(visitor, "/oauth/access_token", **how)


async def signed_in(visitor: Any, **more: str) -> dict[str, str]:
    consent = await begun(visitor)
    answer = await exchanged(visitor, consent, await verifier_of(visitor, consent["oauth_token"], **more))
    assert answer.status == 200, answer.body
    return {name.removeprefix("oauth_token_") or name: value for name, value in parse_qsl(answer.body.decode())}


async def who(visitor: Any, access: dict[str, str], path: str = "/oauth/identity", **how: Any) -> Any:
    return await step(visitor, path, "GET", **{"token": access["oauth_token"], "secret": access["secret"], **how})


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_three_steps_lead_to_a_token_that_acts_as_the_member(visit: Any, plain: bool, method: str) -> None:
    visitor = await visit()
    first = await step(visitor, "/oauth/request_token", method, plain=plain, callback="http://127.0.0.1:9/back")
    consent = dict(parse_qsl(first.body.decode()))
    assert consent["oauth_callback_confirmed"] == "true"
    assert first.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    verifier = await verifier_of(visitor, consent["oauth_token"])
    answer = await exchanged(visitor, consent, verifier, plain=plain)
    access = dict(parse_qsl(answer.body.decode()))
    how = {"token": access["oauth_token"], "secret": access["oauth_token_secret"], "plain": plain}
    identity = await step(visitor, "/oauth/identity", "GET", **how)
    assert identity.json["username"] == visitor.server.username
    assert identity.headers["X-Discogs-Ratelimit"] == "60"
    page = await step(visitor, "/users/collector/collection/folders/0/releases?sort=added&page=1", "GET", **how)
    assert all("folder_id" in item for item in page.json["releases"])


async def test_the_page_offers_every_member_and_both_answers(visit: Any) -> None:
    visitor = await visit()
    visitor.world.open_account("<b>ob")
    consent = await begun(visitor)
    page = await visitor.get(f"/oauth/authorize?oauth_token={consent['oauth_token']}&username=%3Cb%3Eob", token=None)
    text = page.body.decode()
    assert re.findall(r"<option>(.*?)</option>", text) == ["&lt;b&gt;ob", "collector"]
    assert re.findall(r'name="decision" value="(\w+)"', text) == ["approve", "deny"]
    assert text.count(f'value="{consent["oauth_token"]}"') == 2
    assert "X-Discogs-Ratelimit" not in page.headers


async def test_whoever_approves_is_who_the_token_acts_as(visit: Any) -> None:
    visitor = await visit()
    visitor.world.open_account("somebody")
    access = await signed_in(visitor, username="Somebody")
    assert (await who(visitor, access)).json["username"] == "somebody"


async def test_approval_leads_back_with_token_and_verifier_and_keeps_the_query(visit: Any) -> None:
    visitor = await visit()
    consent = await begun(visitor)
    back = await decided(visitor, consent["oauth_token"])
    assert back.status == 302
    assert back.headers["Location"].startswith("http://127.0.0.1:9/back?state=7&")
    given = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (given["oauth_token"], given["state"]) == ([consent["oauth_token"]], ["7"])
    assert len(given["oauth_verifier"][0]) == 10


@pytest.mark.parametrize("callback", ["", "oob"])
async def test_without_a_callback_the_page_shows_the_verifier(visit: Any, callback: str) -> None:
    visitor = await visit()
    consent = await begun(visitor, callback)
    page = await decided(visitor, consent["oauth_token"])
    shown = re.search(r'<code id="verifier">(\w+)</code>', page.body.decode())
    assert shown
    assert (await exchanged(visitor, consent, shown[1])).status == 200


async def test_a_denial_leads_back_and_ends_the_token(visit: Any) -> None:
    visitor = await visit()
    consent = await begun(visitor)
    back = await decided(visitor, consent["oauth_token"], "deny")
    assert back.headers["Location"] == f"http://127.0.0.1:9/back?state=7&denied={consent['oauth_token']}"
    assert (await decided(visitor, consent["oauth_token"])).status == 404
    assert (await exchanged(visitor, consent, "")).status == 400
    alone = await begun(visitor, "oob")
    assert b"Denied" in (await decided(visitor, alone["oauth_token"], "deny")).body


async def test_a_verifier_counts_once_for_its_own_token_only(visit: Any) -> None:
    visitor = await visit()
    consent, other = await begun(visitor), await begun(visitor)
    verifier = await verifier_of(visitor, consent["oauth_token"])
    await verifier_of(visitor, other["oauth_token"])
    for wrong in (await exchanged(visitor, consent, "wrong"), await exchanged(visitor, other, verifier)):
        assert (wrong.status, dict(parse_qsl(wrong.body.decode()))["oauth_problem"]) == (400, "verifier_invalid")
    assert (await exchanged(visitor, consent, verifier)).status == 200
    again = await exchanged(visitor, consent, verifier)
    assert (again.status, b"verifier_invalid" in again.body) == (400, True)
    assert (await decided(visitor, consent["oauth_token"])).status == 404


async def test_nobody_gets_a_token_before_the_member_agrees(visit: Any) -> None:
    visitor = await visit()
    consent = await begun(visitor)
    assert (await exchanged(visitor, consent, "")).status == 400


async def test_a_request_token_lives_15_minutes(visit: Any, ticks: Any) -> None:
    visitor = await visit()
    early, late = await begun(visitor), await begun(visitor)
    ticks.now += 15 * MINUTES - 1
    assert (await decided(visitor, early["oauth_token"])).status == 302
    ticks.now += 1
    assert (await visitor.get(f"/oauth/authorize?oauth_token={late['oauth_token']}", token=None)).status == 404
    assert (await decided(visitor, late["oauth_token"])).status == 404


async def test_a_verifier_lives_15_minutes_from_approval_on(visit: Any, ticks: Any) -> None:
    visitor = await visit()
    early, late = await begun(visitor), await begun(visitor)
    ticks.now += 10 * MINUTES
    first, second = [await verifier_of(visitor, one["oauth_token"]) for one in (early, late)]
    ticks.now += 15 * MINUTES - 1
    assert (await exchanged(visitor, early, first)).status == 200
    ticks.now += 1
    assert (await exchanged(visitor, late, second)).status == 400


async def test_an_access_token_lives_until_it_is_revoked(visit: Any, ticks: Any) -> None:
    visitor = await visit()
    access = await signed_in(visitor)
    ticks.now += 10**8
    assert (await who(visitor, access)).status == 200
    visitor.world.revoke()
    for path in ("/oauth/identity", "/users/{me}"):
        refused = await step(visitor, path.format(me="collector"), "GET", token=access["oauth_token"], secret="s")
        assert refused.status == 401
    assert (await visitor.get("/oauth/identity", token=visitor.server.token or "x")).status == 401


@pytest.mark.parametrize(
    ("how", "note"),
    [
        ({"timestamp": "1700000000000"}, "timestamp"),
        ({"nonce": "n" * 65}, "nonce is longer"),
        ({"secret": "wrong"}, "signature is wrong"),
        ({"signature": "eA=="}, "signature is wrong"),
        ({"signature_method": "RSA-SHA1"}, "is unknown"),
    ],
)
async def test_a_header_that_is_not_good_is_served_as_to_anybody(visit: Any, how: dict[str, str], note: str) -> None:
    visitor = await visit()
    access = await signed_in(visitor)
    public = await who(visitor, access, "/users/collector/collection/folders/0/releases", **how)
    assert (public.status, public.headers["X-Discogs-Ratelimit"]) == (200, "25")
    assert all("folder_id" not in item for item in public.json["releases"])
    assert note in visitor.world.counts.log(1)[0]["note"]
    assert (await who(visitor, access, **how)).status == 401
    assert (await who(visitor, access, "/users/collector/collection/value", **how)).status == 403


async def test_a_nonce_counts_once(visit: Any) -> None:
    visitor = await visit()
    access = await signed_in(visitor)
    assert (await who(visitor, access, nonce="again")).status == 200
    assert (await who(visitor, access, nonce="again")).status == 401
    assert (await who(visitor, access, nonce="again", timestamp="1700000001")).status == 200


async def test_an_unknown_consumer_key_is_refused_with_the_documented_text(visit: Any) -> None:
    visitor = await visit()
    for path, method in (("/oauth/request_token", "POST"), ("/oauth/identity", "GET"), ("/users/collector", "GET")):
        refused = await step(visitor, path, method, consumer_key="unknown")
        assert (refused.status, refused.message) == (
            401,
            "Invalid consumer key/secret. Please register an app before making requests.",
        )


@pytest.mark.parametrize("how", [{"signature": "eA=="}, {"timestamp": "1700000000000"}, {"nonce": "n" * 65}])
@pytest.mark.parametrize("path", ["/oauth/request_token", "/oauth/access_token"])
async def test_a_step_that_is_not_signed_well_is_400_as_a_form(visit: Any, path: str, how: dict[str, str]) -> None:
    refused = await step(await visit(), path, **how)
    assert (refused.status, dict(parse_qsl(refused.body.decode()))["oauth_problem"]) == (400, "signature_invalid")


async def test_the_step_from_another_members_hand_is_refused(visit: Any) -> None:
    visitor = await visit()
    consent = await begun(visitor)
    assert (await decided(visitor, consent["oauth_token"], username="nobody")).status == 400
    assert (await decided(visitor, consent["oauth_token"], "perhaps")).status == 400
    assert (await decided(visitor, "unknown")).status == 404


async def test_the_applications_own_key_and_secret_are_no_member(visit: Any) -> None:
    visitor = await visit()
    app = visitor.world.application
    header = f"Discogs key={app.key}, secret={app.secret}"
    assert (await visitor.get("/oauth/identity", token=None, Authorization=header)).status == 401
    public = await visitor.get("/users/{me}", token=None, Authorization=header)
    assert (public.status, public.headers["X-Discogs-Ratelimit"]) == (200, "60")
    assert "email" not in public.json
    query = f"?key={app.key}&secret={app.secret}"
    assert (await visitor.get(f"/users/{{me}}{query}", token=None)).headers["X-Discogs-Ratelimit"] == "60"
    assert (await visitor.get(f"/users/{{me}}{query}x", token=None)).status == 401


async def test_a_grant_needs_no_page(visit: Any) -> None:
    visitor = await visit()
    access = visitor.world.grant()
    assert (await step(visitor, "/oauth/identity", "GET", token=access.token, secret=access.secret)).status == 200


async def test_an_empty_token_is_nobodys_even_when_one_was_revoked(visit: Any) -> None:
    visitor = await visit()
    visitor.world.revoke()
    assert (await visitor.get("/oauth/identity?token=", token=None)).status == 401
    renewed = visitor.world.renew()
    assert (await visitor.get("/oauth/identity", token=renewed)).status == 200


async def test_the_page_on_the_site_has_its_name_and_costs_nobody_a_request(visit: Any) -> None:
    visitor = await visit()
    consent = await begun(visitor)
    await decided(visitor, consent["oauth_token"])
    counts = await visitor.control("GET counts")
    assert counts["requests"]["authorize"] == 1
    assert "unknown" not in counts["requests"]
