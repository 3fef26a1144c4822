"""The routes of the API: each turns a request into a body, or raises a refusal with the documented text."""

from collections.abc import Awaitable, Callable

from core.sandbox import market, views, wire
from core.sandbox.asking import (
    CHALLENGE,
    OWNER_ONLY,
    SIGN_IN,
    WORLD,
    looked_at,
    looked_at_collection,
    number_of,
    salt_of,
    signed_in,
)
from core.sandbox.database import DATABASE_ROUTES
from core.sandbox.holding import ALL, Copy, Folder, JsonObject
from core.sandbox.paging import pagination, window
from core.sandbox.paths import PATHS
from core.sandbox.shelf import DEFAULT_SORT, SORTS
from core.sandbox.views import Eyes
from core.sandbox.wire import RefusalError

from aiohttp import web

NO_FOLDER = "The requested folder does not exist."


def identity(request: web.Request) -> JsonObject:
    """Tell who the token belongs to; 401 without one."""
    return views.identity(signed_in(request))


def profile(request: web.Request) -> JsonObject:
    """Show a user's profile, with more in it for the owner."""
    account, eyes = looked_at(request)
    return views.profile(account, eyes)


def folders(request: web.Request) -> JsonObject:
    """List all folders for the owner, folder 0 for others."""
    account, eyes = looked_at_collection(request)
    shown = [one for one in account.shelf.folders if eyes is Eyes.OWNER or one.folder_id == ALL]
    return {"folders": [views.folder(account, one) for one in shown]}


def folder(request: web.Request) -> JsonObject:
    """Show one folder."""
    account, _ = looked_at_collection(request)
    return views.folder(account, _existing_folder(request))


def fields(request: web.Request) -> JsonObject:
    """List the notes fields: all for the owner, public ones for others; 401 for nobody (measured)."""
    account, eyes = looked_at_collection(request)
    if eyes is Eyes.ANONYMOUS:
        raise RefusalError(401, SIGN_IN)
    shown = [one for one in account.shelf.fields if eyes is Eyes.OWNER or one.public]
    return {"fields": [views.field(one) for one in shown]}


def collection(request: web.Request) -> JsonObject:
    """Show one page of a folder's copies; by label unless another order is asked for."""
    account, eyes = looked_at_collection(request)
    number = _existing_folder(request).folder_id
    shelf, query = account.shelf, request.query
    asked = window(query, shelf.count(number))
    copies = shelf.cut(
        number,
        query.get("sort", DEFAULT_SORT),
        asked.start,
        asked.per_page,
        descending=_descending(request),
        salt=salt_of(request),
    )
    pictures = request.app[WORLD].pictures
    return {
        "pagination": pagination(asked, _address(request), query),
        "releases": [views.item(copy, shelf, eyes, pictures) for copy in copies],
    }


def by_release(request: web.Request) -> JsonObject:
    """Show all copies of one release; none at all is an empty page, not an error. 401 for nobody (newer tests)."""
    account, eyes = looked_at_collection(request)
    if eyes is Eyes.ANONYMOUS:
        raise RefusalError(401, SIGN_IN, CHALLENGE)
    copies: list[Copy] = account.shelf.of_release(number_of(request, "release_id"))
    asked = window(request.query, len(copies))
    shown = copies[asked.start : asked.start + asked.per_page]
    return {
        "pagination": pagination(asked, _address(request), request.query),
        "releases": [views.item(copy, account.shelf, eyes, request.app[WORLD].pictures) for copy in shown],
    }


def value(request: web.Request) -> JsonObject:
    """Tell what the collection is worth, to its owner only."""
    account, eyes = looked_at(request)
    if eyes is not Eyes.OWNER:
        raise RefusalError(403, OWNER_ONLY)
    numbers = [copy.release["id"] for copy in account.shelf.copies]
    return account.value or market.value(numbers, views.currency(account))


def wants(request: web.Request) -> JsonObject:
    """Show one page of the wantlist; 403 if it is private."""
    account, eyes = looked_at(request)
    if eyes is not Eyes.OWNER and not account.wantlist_public:
        raise RefusalError(403, OWNER_ONLY)
    asked = window(request.query, len(account.wants))
    sort = request.query.get("sort", DEFAULT_SORT)
    order = sorted(account.wants, key=SORTS.get(sort, SORTS[DEFAULT_SORT]), reverse=_descending(request))
    rows = order[asked.start : asked.start + asked.per_page]
    # Recorded urls name the order even where the request did not.
    query = {**request.query, "sort": sort, "sort_order": request.query.get("sort_order", "asc")}
    return {
        "pagination": pagination(asked, _address(request), query),
        "wants": [views.want(row, account, eyes, request.app[WORLD].pictures) for row in rows],
    }


USER_ROUTES: dict[str, Callable[[web.Request], JsonObject]] = {
    "identity": identity,
    "profile": profile,
    "folders": folders,
    "folder": folder,
    "fields": fields,
    "collection": collection,
    "by_release": by_release,
    "value": value,
    "wants": wants,
}


def add_routes(app: web.Application) -> None:
    """Put every route into the app, under its name."""
    for name, body in (USER_ROUTES | DATABASE_ROUTES).items():
        app.router.add_get(PATHS[name], _handler(name, body), name=name)


def _handler(name: str, body: Callable[[web.Request], JsonObject]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return wire.answer(body(request), name)

    return handle


def _existing_folder(request: web.Request) -> Folder:
    account, eyes = looked_at_collection(request)
    number = int(request.match_info["folder_id"])
    if number != ALL and eyes is not Eyes.OWNER:
        raise RefusalError(403, OWNER_ONLY)
    found = account.shelf.folder(number)
    if found is None:
        raise RefusalError(404, NO_FOLDER)
    return found


def _descending(request: web.Request) -> bool:
    return request.query.get("sort_order", "").lower() == "desc"


def _address(request: web.Request) -> str:
    return str(request.url.origin()) + request.path
