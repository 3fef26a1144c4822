"""The routes of the database and the marketplace: releases, masters, versions, search, prices."""

from collections.abc import Callable

from core.sandbox import market, masters, searching, views
from core.sandbox.asking import CHALLENGE, SIGN_IN, WORLD, caller_of, number_of, signed_in
from core.sandbox.holding import JsonObject
from core.sandbox.paging import pagination, window
from core.sandbox.wire import RefusalError

from aiohttp import web

NO_RELEASE = "That release does not exist or may have been deleted."
NO_MASTER = "That master release does not exist or may have been deleted."
NO_STATS = "Release not found."
NO_SELLER = "You must fill out your seller settings first."


def release(request: web.Request) -> JsonObject:
    """Show a release. `curr_abbr` changes nothing: its price is in dollars, as measured."""
    return request.app[WORLD].pictures.in_body(_body(request, NO_RELEASE))


def rating(request: web.Request) -> JsonObject:
    """Tell the community's rating of a release."""
    body = _body(request, NO_RELEASE)
    return {"release_id": body["id"], "rating": body["community"]["rating"]}


def release_stats(request: web.Request) -> JsonObject:
    """Answer with the one key that the real service sends, which is not what is documented."""
    return {"is_offensive": bool(_body(request, NO_RELEASE).get("is_offensive"))}


def master(request: web.Request) -> JsonObject:
    """Show a master."""
    world = request.app[WORLD]
    body = masters.master_of(world.catalogue, number_of(request, "master_id"))
    if body is None:
        raise RefusalError(404, NO_MASTER)
    return world.pictures.in_body(body)


def versions(request: web.Request) -> JsonObject:
    """Show one page of a master's versions, with filters and facets."""
    releases, query = _releases(request), request.query
    rows = masters.chosen(releases, query)
    asked = window(query, len(rows))
    reader, pictures = caller_of(request).account, request.app[WORLD].pictures
    shown = [masters.version(row, reader) for row in rows[asked.start : asked.start + asked.per_page]]
    return {
        "pagination": pagination(asked, str(request.url.origin()) + request.path, query),
        **masters.facets(releases, query),
        "versions": [pictures.in_body(row) for row in shown],
    }


def search(request: web.Request) -> JsonObject:
    """Show one page of what was found; 401 for nobody (documented), 404 past the last page."""
    caller, query = caller_of(request), request.query
    if not caller.authenticated:
        raise RefusalError(401, SIGN_IN, CHALLENGE)
    world = request.app[WORLD]
    found = searching.rows(world.catalogue, query, caller.account)
    asked = window(query, len(found))
    shown = [world.pictures.in_body(row) for row in found[asked.start : asked.start + asked.per_page]]
    return {
        "pagination": pagination(asked, str(request.url.origin()) + request.path, query),
        "results": shown,
    }


def stats(request: web.Request) -> JsonObject:
    """Tell the lowest price and how many are for sale, in the currency asked for, the reader's own, or dollars."""
    account = caller_of(request).account
    currency = request.query.get("curr_abbr") or (views.currency(account) if account else "USD")
    if currency not in market.RATES:
        raise RefusalError(422, f"Invalid curr_abbr: expected one of {', '.join(market.RATES)}")
    return market.stats(_body(request, NO_STATS), currency)


def suggestions(request: web.Request) -> JsonObject:
    """Suggest a price for each grade, to members with seller settings."""
    account = signed_in(request)
    if not account.seller_settings:
        raise RefusalError(404, NO_SELLER)
    return market.suggestions(_body(request, NO_STATS)["id"], views.currency(account))


DATABASE_ROUTES: dict[str, Callable[[web.Request], JsonObject]] = {
    "release": release,
    "rating": rating,
    "release_stats": release_stats,
    "master": master,
    "versions": versions,
    "search": search,
    "stats": stats,
    "suggestions": suggestions,
}


def _body(request: web.Request, missing: str) -> JsonObject:
    body = request.app[WORLD].catalogue.body(number_of(request, "release_id"))
    if body is None:
        raise RefusalError(404, missing)
    return body


def _releases(request: web.Request) -> list[JsonObject]:
    releases = request.app[WORLD].catalogue.of_master(number_of(request, "master_id"))
    if not releases:
        raise RefusalError(404, NO_MASTER)
    return releases
