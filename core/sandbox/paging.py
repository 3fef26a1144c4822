"""Pages: which one is asked for, and the `pagination` object around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from core.sandbox.holding import JsonObject
from core.sandbox.wire import NO_ROUTE, RefusalError

DEFAULT_SIZE, LARGEST_SIZE = 50, 100


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list of `items` rows. Pages count from 1; an empty list has one page."""

    page: int
    per_page: int
    items: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.items // self.per_page))

    @property
    def start(self) -> int:
        """The place of the first row, from 0."""
        return (self.page - 1) * self.per_page


def window(query: Mapping[str, str], items: int) -> Window:
    """Find the page asked for, clamped as the real API clamps. Past the end: 404 (assumed; nothing recorded tells)."""
    size = min(max(_number(query.get("per_page"), DEFAULT_SIZE), 1), LARGEST_SIZE)
    asked = Window(max(_number(query.get("page"), 1), 1), size, items)
    if asked.page > asked.pages:
        raise RefusalError(404, NO_ROUTE)
    return asked


def pagination(asked: Window, address: str, query: Mapping[str, str]) -> JsonObject:
    """Make the object beside the rows. Its urls repeat the query, credentials included."""
    rest = {name: value for name, value in query.items() if name not in ("page", "per_page")}

    def url(page: int) -> str:
        return f"{address}?{urlencode(rest | {'page': page, 'per_page': asked.per_page})}"

    urls: dict[str, str] = {}
    if asked.page > 1:
        urls |= {"first": url(1), "prev": url(asked.page - 1)}
    if asked.page < asked.pages:
        urls |= {"last": url(asked.pages), "next": url(asked.page + 1)}
    return {
        "page": asked.page,
        "pages": asked.pages,
        "per_page": asked.per_page,
        "items": asked.items,
        "urls": urls,
    }


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise
