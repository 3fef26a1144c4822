"""Signing in with OAuth: the two steps of a program and, between them, the page on the site for a person."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.sandbox.accounts import Accounts
from core.sandbox.asking import WORLD, caller_of
from core.sandbox.consents import Consent
from core.sandbox.paths import PATHS
from core.sandbox.wire import page

from aiohttp import web

_FORM = "application/x-www-form-urlencoded"
_DECIDE = """<!DOCTYPE html>
<html>
<head><title>Authorize {application}</title></head>
<body>
<h1>{application} wants to act as you</h1>
<form method="post" action="{action}">
<input type="hidden" name="oauth_token" value="{token}">
<label>You are <select name="username">{members}</select></label>
<button name="decision" value="approve">Authorize</button>
</form>
<form method="post" action="{action}">
<input type="hidden" name="oauth_token" value="{token}">
<button name="decision" value="deny">Deny</button>
</form>
</body>
</html>
"""
_VERIFIER = """<!DOCTYPE html>
<html>
<head><title>Authorized</title></head>
<body><h1>Authorized</h1><p>Type this code into the application: <code id="verifier">{verifier}</code></p></body>
</html>
"""


async def request_token(request: web.Request) -> web.Response:
    """Step 1: hand out a request token; 400 for a request that is not signed well."""
    given = caller_of(request).signed
    if not given:
        return _refused(request, "signature_invalid")
    consent = request.app[WORLD].consents.begin(given.get("oauth_callback"))
    return _form(
        {"oauth_token": consent.token, "oauth_token_secret": consent.secret, "oauth_callback_confirmed": "true"}
    )


async def access_token(request: web.Request) -> web.Response:
    """Step 3: turn a verifier into an access token, once; 400 if it is wrong, late or used."""
    given = caller_of(request).signed
    if not given:
        return _refused(request, "signature_invalid")
    access = request.app[WORLD].consents.exchange(given.get("oauth_token", ""), given.get("oauth_verifier", ""))
    if access is None:
        return _refused(request, "verifier_invalid")
    return _form({"oauth_token": access.token, "oauth_token_secret": access.secret})


async def ask(request: web.Request) -> web.Response:
    """Step 2, the page: who are you, and do you agree? `username` in the query chooses who is offered first."""
    world = request.app[WORLD]
    consent = world.consents.waiting(request.query.get("oauth_token", ""))
    if consent is None:
        return _unknown()
    body = _DECIDE.format(
        application=escape(world.application_name),
        action=PATHS["authorize"],
        token=escape(consent.token),
        members=_members(world.accounts, request.query.get("username", "")),
    )
    return web.Response(text=body, content_type="text/html")


async def decide(request: web.Request) -> web.Response:
    """Step 2, the answer: `decision` is approve or deny, `username` who decides (the first account, if not given)."""
    world, form = request.app[WORLD], dict(request.query) | dict(parse_qsl(await request.text()))
    consent = world.consents.waiting(form.get("oauth_token", ""))
    if consent is None:
        return _unknown()
    if form.get("decision") == "deny":
        world.consents.deny(consent)
        # Where a denial leads is reported, not documented.
        return _back(consent, {"denied": consent.token}) or page(200, "Denied", "The application may not act as you.")
    account = world.accounts.named(form.get("username") or world.account.username)
    if account is None or form.get("decision") != "approve":
        return page(400, "Bad request", "Choose a member, and approve or deny.")
    world.consents.approve(consent, account)
    back = _back(consent, {"oauth_token": consent.token, "oauth_verifier": consent.verifier})
    return back or web.Response(text=_VERIFIER.format(verifier=consent.verifier), content_type="text/html")


def add_signin_routes(app: web.Application) -> None:
    """Put the three steps into the app. The first is served to GET and POST, as on the real service."""
    app.router.add_get(PATHS["request_token"], request_token, name="request_token")
    app.router.add_post(PATHS["request_token"], request_token, name="request_token")
    app.router.add_post(PATHS["access_token"], access_token, name="access_token")
    app.router.add_get(PATHS["authorize"], ask, name="authorize")
    app.router.add_post(PATHS["authorize"], decide, name="authorize")


def _members(accounts: Accounts, first: str) -> str:
    names = sorted((account.username for account in accounts), key=lambda name: name.lower() != first.lower())
    return "".join(f"<option>{escape(name)}</option>" for name in names)


def _back(consent: Consent, answer: dict[str, str]) -> web.Response | None:
    if consent.callback is None:
        return None
    parts = urlsplit(consent.callback)
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=query))})


def _form(pairs: dict[str, str], status: int = 200) -> web.Response:
    return web.Response(text=urlencode(pairs), status=status, content_type=_FORM)


def _refused(request: web.Request, problem: str) -> web.Response:
    # The documentation promises a 400 with a form text; which text is assumed.
    advice = caller_of(request).note or "the verifier is wrong, too old or used"
    return _form({"oauth_problem": problem, "oauth_problem_advice": advice}, 400)


def _unknown() -> web.Response:
    return page(404, "Not found", "This request is unknown, was decided before, or is older than 15 minutes.")
