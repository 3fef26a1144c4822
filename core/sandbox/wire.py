"""Bytes and headers of answers: two styles of JSON, HTML pages, gzip. All seen on the real API."""

import gzip
import json
from collections.abc import Mapping

from core.sandbox.holding import JsonObject

from aiohttp import web

NO_ROUTE = "The requested resource was not found."

# Two generations of backends answer under one host: these routes are on the older one.
OLDER_ROUTES = frozenset({"identity", "profile", "rating", "release_stats", "stats", "suggestions", "unknown"})
_OLDER_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location",
    "Cache-Control": "public, must-revalidate",
    "Content-Language": "en",
    "X-Content-Type-Options": "nosniff",
    "X-Discogs-Media-Type": "discogs.v2",
    "X-Frame-Options": "SAMEORIGIN",
}
_PAGE = """<!DOCTYPE html>
<html>
<head><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p></body>
</html>
"""


class RefusalError(Exception):
    """An answer other than the one asked for: a status and the documented text.

    `detail` is what the newer backend adds to a 422.
    """

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        detail: list[JsonObject] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers, self.detail = status, message, headers or {}, detail


def encoded(payload: object, *, older: bool = False) -> bytes:
    """Write JSON as one of the backends does: spaced and escaped (older), or compact and raw UTF-8."""
    if older:
        return json.dumps(payload).encode()
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer(payload: object, route: str, status: int = 200) -> web.Response:
    """Make a JSON answer in the style of its route. The content type carries no charset."""
    older = route in OLDER_ROUTES
    response = web.Response(body=encoded(payload, older=older), status=status, content_type="application/json")
    if older:
        response.headers.update(_OLDER_HEADERS)
    return response


def refused(refusal: RefusalError, route: str) -> web.Response:
    """Make the answer that a refusal stands for."""
    payload: JsonObject = {"message": refusal.message}
    if refusal.detail is not None:
        payload["detail"] = refusal.detail
    response = answer(payload, route, refusal.status)
    response.headers.update(refusal.headers)
    return response


def unparsable(name: str) -> RefusalError:
    """Make the newer backend's refusal of a word in the path that should be a number."""
    message = "Input should be a valid integer, unable to parse string as an integer"
    detail: list[JsonObject] = [{"type": "int_parsing", "loc": ["path", name], "msg": message}]
    return RefusalError(422, 'See "detail" for validation errors.', detail=detail)


def page(status: int, title: str, text: str) -> web.Response:
    """Make an HTML page, as the machinery in front of the API answers."""
    body = _PAGE.format(title=title, text=text).encode()
    return web.Response(body=body, status=status, content_type="text/html", charset="UTF-8")


def packed(response: web.Response, accept_encoding: str) -> web.Response:
    """Gzip the answer if the caller takes that, and add the headers of every answer."""
    response.headers["Server"] = "cloudflare"
    response.headers["Vary"] = "Accept-Encoding"
    accepted = {coding.partition(";")[0].strip().lower() for coding in accept_encoding.split(",")}
    if "gzip" in accepted and isinstance(response.body, bytes) and response.body:
        response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response
