"""The routes: each turns a request into a body, or raises a refusal with the documented text."""

from collections.abc import Awaitable, Callable

from core.sandbox import views, wire
from core.sandbox.accounts import Account, Caller
from core.sandbox.holding import ALL, Folder, JsonObject
from core.sandbox.paging import pagination, window
from core.sandbox.shelf import DEFAULT_SORT
from core.sandbox.views import Eyes
from core.sandbox.wire import RefusalError
from core.sandbox.world import World

from aiohttp import web

WORLD = web.AppKey("world", World)
NO_USER = "User does not exist or may have been deleted."
NO_FOLDER = "The requested folder does not exist."
OWNER_ONLY = "You are not allowed to view this resource. Please authenticate as the owner to view this content."
SIGN_IN = "You must authenticate to access this resource."
_CHALLENGE = {"WWW-Authenticate": 'OAuth realm="https://api.discogs.com"'}


def caller_of(request: web.Request) -> Caller:
    """Tell whose a request is."""
    return request.app[WORLD].accounts.caller(request.headers.get("Authorization"), request.query)


def identity(request: web.Request) -> JsonObject:
    """Tell who the token belongs to; 401 without one."""
    caller = caller_of(request)
    if caller.account is None:
        raise RefusalError(401, SIGN_IN, _CHALLENGE)
    return views.identity(caller.account)


def profile(request: web.Request) -> JsonObject:
    """Show a user's profile, with more in it for the owner."""
    account, eyes = _looked_at(request)
    return views.profile(account, eyes)


def folders(request: web.Request) -> JsonObject:
    """List all folders for the owner, folder 0 for others."""
    account, eyes = _looked_at_collection(request)
    shown = [one for one in account.shelf.folders if eyes is Eyes.OWNER or one.folder_id == ALL]
    return {"folders": [views.folder(account, one) for one in shown]}


def folder(request: web.Request) -> JsonObject:
    """Show one folder."""
    account, eyes, number = _looked_at_folder(request)
    return views.folder(account, _existing(account, eyes, number))


def fields(request: web.Request) -> JsonObject:
    """List the notes fields: all for the owner, public ones for others; 401 for nobody (measured)."""
    account, eyes = _looked_at_collection(request)
    if eyes is Eyes.ANONYMOUS:
        raise RefusalError(401, SIGN_IN)
    shown = [one for one in account.shelf.fields if eyes is Eyes.OWNER or one.public]
    return {"fields": [views.field(one) for one in shown]}


def collection(request: web.Request) -> JsonObject:
    """Show one page of a folder's copies; by label unless another order is asked for."""
    account, eyes, number = _looked_at_folder(request)
    _existing(account, eyes, number)
    shelf, query = account.shelf, request.query
    asked = window(query, shelf.count(number))
    descending = query.get("sort_order", "").lower() == "desc"
    copies = shelf.cut(number, query.get("sort", DEFAULT_SORT), asked.start, asked.per_page, descending=descending)
    return {
        "pagination": pagination(asked, str(request.url.origin()) + request.path, query),
        "releases": [views.item(copy, shelf, eyes) for copy in copies],
    }


_FOLDERS = "/users/{username}/collection/folders"
ROUTES: tuple[tuple[str, str, Callable[[web.Request], JsonObject]], ...] = (
    ("identity", "/oauth/identity", identity),
    ("profile", "/users/{username}", profile),
    ("folders", _FOLDERS, folders),
    ("folder", _FOLDERS + r"/{folder_id:\d{1,18}}", folder),
    ("fields", "/users/{username}/collection/fields", fields),
    ("collection", _FOLDERS + r"/{folder_id:\d{1,18}}/releases", collection),
)


def add_routes(app: web.Application) -> None:
    """Put every route into the app, under its name."""
    for name, path, body in ROUTES:
        app.router.add_get(path, _handler(name, body), name=name)


def _handler(name: str, body: Callable[[web.Request], JsonObject]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return wire.answer(body(request), name)

    return handle


def _looked_at(request: web.Request) -> tuple[Account, Eyes]:
    account = request.app[WORLD].accounts.named(request.match_info["username"])
    if account is None:
        raise RefusalError(404, NO_USER)
    caller = caller_of(request)
    if caller.account is account:
        return account, Eyes.OWNER
    return account, Eyes.OTHER if caller.authenticated else Eyes.ANONYMOUS


def _looked_at_collection(request: web.Request) -> tuple[Account, Eyes]:
    account, eyes = _looked_at(request)
    if eyes is not Eyes.OWNER and not account.collection_public:
        raise RefusalError(403, OWNER_ONLY)
    return account, eyes


def _looked_at_folder(request: web.Request) -> tuple[Account, Eyes, int]:
    account, eyes = _looked_at_collection(request)
    return account, eyes, int(request.match_info["folder_id"])


def _existing(account: Account, eyes: Eyes, number: int) -> Folder:
    if number != ALL and eyes is not Eyes.OWNER:
        raise RefusalError(403, OWNER_ONLY)
    found = account.shelf.folder(number)
    if found is None:
        raise RefusalError(404, NO_FOLDER)
    return found
