"""Words for saved views, and for the texts by which they are handed on."""

from __future__ import annotations

from typing import Final

from core import errors
from core.domain.ids import Shelf
from core.domain.query import parse
from core.domain.views import SavedView
from core.errors import QuerySyntaxError, RunoutError
from core.errors.views import Flaw, Part
from core.text import count, printable

_PARTS: Final = {
    Part.NAME: "a name",
    Part.QUERY: "a query",
    Part.ORDER: "an order",
    Part.COLUMNS: "a list of columns",
}
_FLAWS: Final = {
    Flaw.OTHER: "That is no view: such a text begins with runout-view-1. and is made by `runout views share`.",
    Flaw.LATER: "That view was made by a later version of Runout. Upgrade Runout to read it.",
    Flaw.CUT: "A part of that view is missing, or something was put in. Copy the whole line once more.",
    Flaw.CONTENT: "That text is whole, but says nothing that a view says.",
}


def view_words(error: RunoutError) -> str:
    """What went wrong and what to do; empty when the error is of another kind."""
    match error:
        case errors.NoSuchView(name, known):
            here = ", ".join(map(printable, known[:10])) + (", …" if len(known) > 10 else "")
            only = f"There are {here}." if here else "None is saved yet: `runout views save NAME QUERY`."
            return f"No view is called {printable(name)!r}. {only}"
        case errors.ViewExists(name):
            return f"There is a view {printable(name)} already. Add --replace, or choose another name."
        case errors.ViewUnusable(Part.NAME, _, 0):
            return "A view needs a name that can be read."
        case errors.ViewUnusable(Part.ORDER, found, 0):
            return f"Nothing is sorted by {printable(found)!r}."
        case errors.ViewUnusable(Part.COLUMNS, found, _):
            return f"The columns {printable(found)!r} cannot be kept: too many, or one has no name."
        case errors.ViewUnusable(part, _, most):
            return f"{_PARTS[part].capitalize()} of a view may have {count(most)} characters."
        case errors.TooManyViews(most):
            return f"{count(most)} views are saved, and no more can be. Remove one first."
        case errors.ViewTextUnusable(flaw):
            return _FLAWS[flaw]
    return ""


def not_understood(view: SavedView) -> QuerySyntaxError | None:
    """What of the query of a view is not understood, if it is not: it may be from another version."""
    try:
        parse(view.text)
    except QuerySyntaxError as error:
        return error
    return None


def asks_for(view: SavedView) -> str:
    """What a view asks for, in one line."""
    query = printable(view.text) or "everything"
    order = f", sorted by {printable(view.order)}" if view.order else ""
    shelf = "" if view.shelf is Shelf.COLLECTION else " on the wantlist"
    return f"{query}{shelf}{order}"
