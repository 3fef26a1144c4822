"""A shelf as a table in Markdown, for people: what stands in it is text, and never a sign of the markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.conditions import short_grade
from core.domain.exporting_about import About
from core.domain.exporting_formats import formats_out
from core.domain.ids import Shelf
from core.text import SOURCE_NOTICE, counted, printable

_SIGNS: Final = re.compile(r"[\\`*_\[\]<>|~&#:@$]|(?<=www)\.", re.IGNORECASE)
"""Everything that could begin or end one, links that nobody has marked as such included."""

_THINGS: Final = {Shelf.COLLECTION: ("copy", "copies"), Shelf.WANTLIST: ("want", "wants")}
_TITLES: Final = {Shelf.COLLECTION: "Collection", Shelf.WANTLIST: "Wantlist"}

Cell = Callable[[Copy, Collection], str]


def _original(copy: Copy, collection: Collection) -> str:
    master = collection.master_of(copy.release)
    return str(master.year) if master and master.year else ""


def _owned(copy: Copy, collection: Collection) -> str:
    return collection.owned.get(copy.instance_id, "")


_BEGIN: Final[tuple[tuple[str, Cell], ...]] = (
    ("Artist", lambda copy, _: copy.release.artist),
    ("Title", lambda copy, _: copy.release.title),
    ("Year", lambda copy, _: str(copy.release.year or "")),
    ("Original", _original),
    ("Format", lambda copy, _: formats_out(copy.release.formats)),
    ("Label", lambda copy, _: ", ".join(copy.release.label_names)),
    ("Number", lambda copy, _: ", ".join(copy.release.numbers)),
)
_END: Final[tuple[tuple[str, Cell], ...]] = (
    ("Rating", lambda copy, _: str(copy.rating or "")),
    ("Added", lambda copy, _: copy.added.date().isoformat() if copy.added else ""),
    ("Notes", lambda copy, _: copy.notes),
)
_COLUMNS: Final = {
    Shelf.COLLECTION: (
        *_BEGIN,
        ("Media", lambda copy, _: short_grade(copy.media)),
        ("Sleeve", lambda copy, _: short_grade(copy.sleeve)),
        ("Folder", lambda copy, collection: collection.folder_of(copy)),
        *_END,
    ),
    Shelf.WANTLIST: (*_BEGIN, ("Owned", _owned), *_END),
}


def markdown(copies: tuple[Copy, ...], collection: Collection, about: About) -> Iterator[str]:
    """A heading, where it is from, how much it is, and the table."""
    columns = _COLUMNS[about.shelf]
    yield f"# {_TITLES[about.shelf]} of {escaped(about.account)}\n\n"
    yield f"[{SOURCE_NOTICE}]({_address(about.source)})\n\n"
    yield f"{_said(len(copies), about)}\n"
    if copies:
        yield f"\n{_row(title for title, _ in columns)}{_row('---' for _ in columns)}"
    for copy in copies:
        yield _row(escaped(cell(copy, collection)) for _, cell in columns)


def escaped(text: str) -> str:
    """A text in one line, of which nothing is markup."""
    return _SIGNS.sub(r"\\\g<0>", printable(text))


def _said(number: int, about: About) -> str:
    of = f", of the query {escaped(about.query)}" if about.query.strip() else ""
    order = f", sorted by {escaped(about.order)}" if about.order else ""
    return f"{counted(number, *_THINGS[about.shelf])}{of}{order}. {about.made_at:%Y-%m-%d}."


def _address(link: str) -> str:
    """A link that nothing in it can end."""
    return re.sub(r"[()<>\s\\]", lambda sign: f"%{ord(sign[0]):02X}", link)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
