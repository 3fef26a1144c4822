"""What a request says: who asks, about whom, and for what."""

import re

from core.sandbox import oauth
from core.sandbox.accounts import Account
from core.sandbox.callers import Caller
from core.sandbox.faults import Target
from core.sandbox.oauth import Asked
from core.sandbox.paths import HANDSHAKE, UNKNOWN
from core.sandbox.views import Eyes
from core.sandbox.wire import RefusalError, unparsable
from core.sandbox.world import World

from aiohttp import web

WORLD = web.AppKey("world", World)
NO_USER = "User does not exist or may have been deleted."
OWNER_ONLY = "You are not allowed to view this resource. Please authenticate as the owner to view this content."
SIGN_IN = "You must authenticate to access this resource."
CHALLENGE = {"WWW-Authenticate": 'OAuth realm="https://api.discogs.com"'}
_CALLER, _SALT = web.RequestKey("caller", Caller), web.RequestKey("salt", int)
_FORM = "application/x-www-form-urlencoded"


async def identify(request: web.Request) -> None:
    """Find out whose a request is, once: a signed header counts for one request only."""
    asked = Asked(
        method=request.method,
        address=oauth.address(request.scheme, request.host, request.raw_path.partition("?")[0]),
        query=request.raw_path.partition("?")[2],
        form=await request.text() if request.content_type == _FORM and request.method == "POST" else "",
        authorization=request.headers.get("Authorization", ""),
    )
    handshake = route_of(request) in HANDSHAKE
    request[_CALLER] = request.app[WORLD].callers.of(asked, request.query, handshake=handshake)


def blindfold(request: web.Request) -> None:
    """Let a request count as nobody's from now on."""
    request[_CALLER] = Caller(note="served as anonymous by a fault")


def shuffle(request: web.Request, salt: int) -> None:
    """Let equal rows come in another order for this request."""
    request[_SALT] = salt


def caller_of(request: web.Request) -> Caller:
    """Tell whose a request is."""
    return request[_CALLER]


def salt_of(request: web.Request) -> int:
    """Tell in which order equal rows come; 0 is the usual one."""
    salt: int = request.get(_SALT, 0)
    return salt


def route_of(request: web.Request) -> str:
    """Return the name of the route."""
    return request.match_info.route.name or UNKNOWN


def page_of(request: web.Request) -> int:
    """Return the page asked for, 1 if none is or it cannot be read."""
    page = request.query.get("page", "1")
    return int(page) if page.isdecimal() and len(page) < 18 else 1


def target_of(request: web.Request) -> Target:
    """Return the request as faults see it."""
    caller = caller_of(request)
    owner = request.match_info.get("username", "")
    return Target(route_of(request), page_of(request), owner, caller.name, caller.token)


def number_of(request: web.Request, name: str) -> int:
    """Return a number from the path; 422 if it is none."""
    text = request.match_info[name]
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise unparsable(name)
    return int(text)


def signed_in(request: web.Request) -> Account:
    """Return the member who asks; 401 if it is nobody or only the application."""
    account = caller_of(request).account
    if account is None:
        raise RefusalError(401, SIGN_IN, CHALLENGE)
    return account


def looked_at(request: web.Request) -> tuple[Account, Eyes]:
    """Return the member of the path and with whose eyes they are seen; 404 if there is none."""
    account = request.app[WORLD].accounts.named(request.match_info["username"])
    if account is None:
        raise RefusalError(404, NO_USER)
    caller = caller_of(request)
    if caller.account is account:
        return account, Eyes.OWNER
    return account, Eyes.OTHER if caller.authenticated else Eyes.ANONYMOUS


def looked_at_collection(request: web.Request) -> tuple[Account, Eyes]:
    """Return the same; 403 if the collection is private."""
    account, eyes = looked_at(request)
    if eyes is not Eyes.OWNER and not account.collection_public:
        raise RefusalError(403, OWNER_ONLY)
    return account, eyes
