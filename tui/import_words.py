"""Words for files that should be exports, and for collections that came from one."""

from __future__ import annotations

from typing import Final

from core import errors
from core.domain.export_cells import Why
from core.domain.export_file import Unreadable
from core.domain.export_text import LONGEST_ROW, MOST_BYTES, MOST_LINES
from core.errors import Found, RunoutError
from core.text import count, counted, printable

_SAID: Final = {
    Found.EMPTY: "it is empty",
    Found.SPREADSHEET: "it is a workbook or an archive and no text",
    Found.WEB_PAGE: "it is a web page",
    Found.JSON: "it is JSON",
    Found.ENCODING: "it is text in UTF-16 or UTF-32, not in UTF-8",
    Found.NOT_UTF8: "line {line} holds the byte {detail}, which is no UTF-8",
    Found.NUL: "line {line} holds a NUL byte, which is in no text",
    Found.DAMAGED: "it is compressed, and damaged or cut off",
    Found.TOO_LARGE: f"it has more than {MOST_BYTES // 2**20} MB",
    Found.TOO_MANY: f"it has more than {count(MOST_LINES)} lines",
    Found.TOO_LONG: (
        f"the row that begins in line {{line}} has more than {count(LONGEST_ROW)} characters; a quote may be missing"
    ),
    Found.OPEN_QUOTE: "a quote in the row that begins in line {line} is never closed",
    Found.DELIMITER: "its cells are separated by {detail}, not by commas",
    Found.NO_RELEASE_ID: "it has no column release_id, only {detail}",
    Found.INVENTORY: "it is the export of an inventory, with a column listing_id",
    Found.WANTLIST: "it is the export of a wantlist, without folders and dates",
    Found.COLUMN_TWICE: "the column {detail} is in it twice",
    Found.COLUMN_MISSING: "it has no column {detail}",
}

_EXPECTED: Final = "Expected was Discogs' own export of a collection: CSV, or that in gz."

_ROWS: Final = {
    Why.CELLS: "it has {found} cells",
    Why.QUOTES: "something stands behind the end of a quoted cell",
    Why.RELEASE: "release_id should be the number of a release, not {found}",
    Why.RATING: "Rating should be 1 to 5 or empty, not {found}",
    Why.YEAR: "Released should be a year of four digits or 0, not {found}",
    Why.DATE: "Date Added should be as in 2020-11-18 19:17:05, not {found}",
}
_LONGEST: Final = 40


def import_words(error: RunoutError) -> str:
    """What went wrong and what to do; empty when the error is of another kind."""
    match error:
        case errors.FileUnreadable(path, reason):
            return f"{printable(path)} cannot be read ({printable(reason)})."
        case errors.NotAnExport(path, found, detail, line):
            said = _SAID.get(found, "it is something else").format(detail=_brief(detail) or "none", line=count(line))
            return f"{printable(path)} cannot be imported: {said}. {_EXPECTED}"
        case errors.NameUnusable(name):
            return f"A collection cannot be called {printable(name)!r}. Give it a name with --as NAME."
        case errors.NameTaken(name):
            return f"{printable(name)} is an account that was connected. Give the collection another name: --as NAME."
        case errors.ChangedMeanwhile(name):
            return f"What is here of {printable(name)} was changed meanwhile. Nothing was done; try again."
    return _local(error)


def _local(error: RunoutError) -> str:
    match error:
        case errors.FromFile(username):
            return (
                f"{printable(username)} came from a file, so there is nothing to fetch. Bring a newer export with"
                " `runout import`; to have it read from Discogs, run `runout connect`."
            )
        case errors.NoSuchLocal(name, known):
            here = ", ".join(map(printable, known))
            only = f"only {here}. Name one of these, or bring" if here else "nor any other. Bring"
            return f"No collection {printable(name)} came from a file, {only} one with `runout import`."
        case errors.NotSyncedYet(username):
            return f"There is no complete copy of {printable(username)} to pair with. Run `runout sync` first."
        case errors.BothFromFiles(username):
            return (
                f"{printable(username)} came from a file itself. Name an account that was connected: --account NAME;"
                " to connect one, run `runout connect`."
            )
        case errors.LocalPaired(name, username, pairs, left):
            rest = f"{counted(left, 'copy', 'copies')} found no pair and {'stays' if left == 1 else 'stay'} there"
            return (
                f"{_found_again(pairs, name, username)}: the fetched ones took their place."
                f" {f'In all, {rest}' if left else 'Nothing is left of it, so it is gone'}."
            )
        case errors.LocalNotPaired(name, username, pairs, rows):
            of = f"{_found_again(pairs, name, username)}, of {count(rows)}"
            return f"{of}: too few to be the same collection. To put them together, run `runout pair` with its name."
    return ""


def _found_again(pairs: int, name: str, username: str) -> str:
    found = counted(pairs, "copy", "copies")
    return (
        f"{found} from the file {printable(name)} {'was' if pairs == 1 else 'were'} found again among those of"
        f" {printable(username)}"
    )


def why_unreadable(row: Unreadable) -> str:
    """Where a row stands that cannot be read, and why."""
    said = _ROWS[row.why].format(found=_brief(row.found) or "nothing")
    return f"line {count(row.line)}: {said}"


def _brief(text: str) -> str:
    shown = printable(text)
    return f"{shown[:_LONGEST].rstrip()}…" if len(shown) > _LONGEST else shown
