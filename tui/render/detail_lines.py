"""The pieces that the details of a record are made of: facts with a label, sections, names that lead to their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.domain.details import Credit
from core.domain.release import Artist
from core.text import joined_credit, printable, printable_lines
from tui.render.links import broken, linked
from tui.render.rows import cell, wrapped

from rich.text import Text

LABEL: Final = 9
"""Cells of what a fact is called."""

_NOBODY: Final = ("", "")
_HANGING: Final = 2


def styled(text: str, style: str) -> Text:
    """A line all of which is in one style: a part of it, because Rich shows no other style of a line without parts."""
    return Text("").append(text, style=style)


def fact(name: str, value: str | Text, width: int) -> Iterator[Text]:
    """A label and what stands beside it, in as many lines as it takes."""
    room = width - LABEL - 1
    if isinstance(value, Text):
        lines = broken(value, room)
    else:
        lines = [Text(line) for paragraph in printable_lines(value) for line in wrapped(paragraph, room)]
    for at, line in enumerate(lines):
        label = "" if at else name
        yield Text.assemble((cell(label, LABEL) + " ", "dim"), line)


def section(heading: str, lines: Iterable[Text]) -> Iterator[Text]:
    """A blank line, a heading and what stands under it; nothing when that is nothing."""
    for at, line in enumerate(lines):
        if not at:
            yield Text()
            yield styled(heading, "bold")
        yield line


def hanging(text: Text, width: int, indent: int = 0) -> Iterator[Text]:
    """A text in as many lines as it takes, all but the first set in further."""
    lines = broken(text, width - indent)
    if len(lines) > 1:
        lines = broken(text, width - indent - _HANGING)
    for at, line in enumerate(lines):
        yield Text(" " * (indent + _HANGING * bool(at))).append_text(line)


def credit(artists: tuple[Artist, ...], site: str) -> Text:
    """The whole credit, each name a link."""
    said, names = Text(), [(printable(artist.shown), printable(artist.join)) for artist in artists]
    for last, (artist, pair) in enumerate(zip(artists, names, strict=True), 1 - len(names)):
        said.append_text(linked(pair[0], site, "artist", artist.id))
        if last < 0:
            said.append(joined_credit((pair, _NOBODY))[len(pair[0]) :])
    return said


def by_role(credits_: Iterable[Credit], site: str) -> Iterator[Text]:
    """`Written-By: A. Name, B. Name (A1 to A4)`, one for each role, in the order in which the roles come."""
    roles: dict[str, list[Credit]] = {}
    for one in credits_:
        roles.setdefault(printable(one.role), []).append(one)
    for role, those in roles.items():
        text = Text()
        if role:
            text.append(f"{role}: ", style="dim")
        for at, one in enumerate(those):
            text.append(", " if at else "")
            text.append_text(linked(one.artist.shown, site, "artist", one.artist.id))
            if tracks := printable(one.tracks):
                text.append(f" ({tracks})", style="dim")
        yield text
