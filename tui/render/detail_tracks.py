"""The tracklist of a release: headings, tracks with their positions below each other, works of several parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.domain.details import Track, TrackKind
from core.text import printable
from tui.render.detail_lines import by_role, credit, hanging, styled
from tui.render.links import broken
from tui.render.rows import cell

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

_LONGEST: Final = 9
"""Cells that a position or a duration may take."""

_LEAST: Final = 8
"""Cells that a title gets, however little room there is."""

_DEEPEST: Final = 4
"""Levels of parts within parts that are set in further."""


class _Room(Struct, frozen=True):
    """What all tracks have in common."""

    width: int
    positions: int
    site: str


def track_lines(tracks: Sequence[Track], width: int, site: str) -> Iterator[Text]:
    """Everything that there is of each track, in lines of a width in cells."""
    positions = (cell_len(printable(track.position)) for track in _every(tracks))
    room = _Room(width, min(_LONGEST, max(positions, default=0)), site)
    for track in tracks:
        yield from _track(track, room, 0)


def _every(tracks: Sequence[Track]) -> Iterator[Track]:
    for track in tracks:
        yield track
        yield from _every(track.parts)


def _track(track: Track, room: _Room, depth: int) -> Iterator[Text]:
    if track.kind is TrackKind.HEADING:
        title = styled(printable(track.title) or "–", "bold")
        yield from (_with_duration(line, track, room, not at) for at, line in enumerate(_broken(title, track, room, 0)))
    else:
        indent = (room.positions + 1 if room.positions else 0) + 2 * depth
        for at, line in enumerate(_broken(_title(track, room), track, room, indent)):
            position = "" if at else track.position
            before = cell(position, room.positions) + " " if room.positions else ""
            whole = Text.assemble((before + "  " * depth, "dim"), line)
            yield _with_duration(whole, track, room, not at)
        for said in by_role(track.credits, room.site):
            yield from hanging(said, room.width, indent)
    for part in track.parts:
        yield from _track(part, room, min(depth + 1, _DEEPEST))


def _title(track: Track, room: _Room) -> Text:
    title = printable(track.title) or "–"
    if not track.artists:
        return Text(title)
    return credit(track.artists, room.site).append(f" – {title}")


def _broken(text: Text, track: Track, room: _Room, indent: int) -> list[Text]:
    return broken(text, max(_LEAST, room.width - indent - len(_duration(track))))


def _with_duration(line: Text, track: Track, room: _Room, is_first: bool) -> Text:  # noqa: FBT001 - there is one line
    duration = _duration(track) if is_first else ""
    if duration:
        line.append(" " * (room.width - line.cell_len - cell_len(duration)))
        line.append(duration, style="dim")
    return line


def _duration(track: Track) -> str:
    """With a blank before it; empty when nothing is known."""
    said = printable(track.duration)
    return f" {cell(said, min(_LONGEST, cell_len(said)))}" if said else ""
