"""A query with a name, an order and columns, and the line of text by which it is handed on.

What is in it is whoever's who typed it: a query that cannot be understood any more stays, and that is told.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.domain.ids import Shelf
from core.domain.sorting import UnknownColumnError, parse_order
from core.errors import ViewTextUnusable, ViewUnusable
from core.errors.views import Flaw, Part
from core.text import fold, printable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

LONGEST_NAME: Final = 60
"""Characters, as those of the query."""
LONGEST_QUERY: Final = 2_000
LONGEST_ORDER: Final = 200
MOST_COLUMNS: Final = 40
LONGEST_COLUMN: Final = 40

MOST: Final = 500
"""Views of one account."""

_SIGN: Final = "runout-view"
_VERSION: Final = 1
_TEXT: Final = re.compile(rf"{_SIGN}-(\d{{1,4}})\.([A-Za-z0-9_-]*)\.([0-9a-f]{{8}})", re.ASCII)
_BEGINS: Final = re.compile(rf"{_SIGN}-(\d{{1,4}})\.", re.ASCII)
_LONGEST_TEXT: Final = 40_000
"""More than the longest view has."""

_JOINERS: Final = "\u200c\u200d"
"""Of emoji and scripts; nothing else that cannot be seen is in a query."""


class SavedView(Struct, frozen=True):
    """One view, as somebody saved it."""

    name: str
    text: str = ""
    """The query, as it was typed."""
    order: str = ""
    """As `core.domain.sorting.parse_order` reads it; empty for the usual one. One in the query wins over it."""
    columns: tuple[str, ...] = ()
    """By name, in their order; empty for the usual ones. Those that are not known are not shown."""
    shelf: Shelf = Shelf.COLLECTION
    saved_at: datetime | None = None
    """UTC; None of one that is not saved yet."""

    @property
    def key(self) -> str:
        """By what names are compared: two with the same one are the same name."""
        return key_of(self.name)


class _Shared(Struct, frozen=True, array_like=True):
    """What of a view is in its text. Nothing of whoever saved it."""

    name: str
    text: str
    order: str
    columns: tuple[str, ...]
    shelf: str


_SHARED: Final = msgspec.json.Decoder(_Shared)


def key_of(name: str) -> str:
    """A name as it is compared: without case, accents and punctuation, if there is anything else to it."""
    shown = printable(name)
    return fold(shown) or shown.casefold()


def checked(view: SavedView) -> SavedView:
    """The view as it can be kept. Raises ViewUnusable.

    A query that is not understood is not looked at here: whoever saves one has to say so before.
    """
    name = printable(view.name)
    if not name or len(name) > LONGEST_NAME:
        raise ViewUnusable(Part.NAME, view.name[:LONGEST_NAME], LONGEST_NAME if name else 0)
    text = _one_line(view.text)
    if len(text) > LONGEST_QUERY:
        raise ViewUnusable(Part.QUERY, text[:LONGEST_NAME], LONGEST_QUERY)
    _check_order(view.order)
    columns = tuple(dict.fromkeys(map(printable, view.columns)))
    if len(columns) > MOST_COLUMNS or any(not one or len(one) > LONGEST_COLUMN for one in columns):
        raise ViewUnusable(Part.COLUMNS, ", ".join(columns)[:LONGEST_NAME], MOST_COLUMNS)
    return replace(view, name=name, text=text, columns=columns)


def _one_line(text: str) -> str:
    """A query without line breaks, escapes and marks of direction: it may be from a stranger, and is shown."""
    # Half a character, as a terminal may send it, cannot be written.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    seen = (char for char in whole if unicodedata.category(char) != "Cf" or char in _JOINERS)
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in seen).strip()


def _check_order(order: str) -> None:
    if len(order) > LONGEST_ORDER:
        raise ViewUnusable(Part.ORDER, order[:LONGEST_NAME], LONGEST_ORDER)
    try:
        _ = parse_order(order) if order else ()
    except UnknownColumnError as error:
        raise ViewUnusable(Part.ORDER, error.column[:LONGEST_NAME]) from None


def shared(view: SavedView) -> str:
    """The view as one line of letters, digits and `-._`, which need no quotes anywhere and can stand in a link."""
    body = msgspec.json.encode(_Shared(view.name, view.text, view.order, view.columns, view.shelf))
    written = base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")
    return f"{_SIGN}-{_VERSION}.{written}.{_check(written)}"


def from_shared(text: str) -> SavedView:
    """The view that a line stands for, not saved yet. Raises ViewTextUnusable, or ViewUnusable for its parts."""
    # A line that was sent along is often broken, and stands between quotes.
    text = "".join(text.split()).strip("'\"<>`")
    begins = _BEGINS.match(text)
    if begins is None:
        raise ViewTextUnusable(Flaw.CUT if f"{_SIGN}-".startswith(text[:12]) and text else Flaw.OTHER)
    if int(begins[1]) > _VERSION:
        raise ViewTextUnusable(Flaw.LATER)
    whole = _TEXT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if whole is None or _check(whole[2]) != whole[3]:
        raise ViewTextUnusable(Flaw.CUT)
    try:
        found = _SHARED.decode(base64.urlsafe_b64decode(whole[2] + "=" * (-len(whole[2]) % 4)))
        view = SavedView(found.name, found.text, found.order, found.columns, Shelf(found.shelf))
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        raise ViewTextUnusable(Flaw.CONTENT) from None
    return checked(view)


def in_their_order(views: Iterable[SavedView]) -> tuple[SavedView, ...]:
    """Views as they are listed: by name."""
    return tuple(sorted(views, key=lambda view: (view.key, view.name)))


def _check(written: str) -> str:
    return f"{zlib.crc32(written.encode('ascii')):08x}"
