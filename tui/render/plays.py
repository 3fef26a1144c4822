"""A record that is offered, and the listening log: lines for people, objects and rows for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Self

from core.domain.collection import Collection, Copy
from core.domain.conditions import short_grade
from core.domain.exporting_cells import guarded
from core.domain.picking import Pick
from core.domain.plays import Play, Played
from core.domain.release import Release
from core.text import ago, printable
from tui.play_words import named, times
from tui.render.export import shown_format
from tui.render.rows import formats_in_short, stars, wrapped

import msgspec
from msgspec import Struct


class PlayRow(Struct, frozen=True):
    """What is told of a play, in this order. What is not known is None."""

    number: int
    release_id: int
    artist: str | None
    title: str | None
    labels: tuple[str, ...]
    catnos: tuple[str, ...]
    formats: tuple[str, ...]
    year: int | None
    played_at: datetime
    logged_at: datetime

    @classmethod
    def of(cls, play: Play) -> Self:
        """A row of the log."""
        release = play.release
        return cls(
            play.number,
            play.release_id,
            (release.artist or None) if release else None,
            (release.title or None) if release else None,
            release.label_names if release else (),
            release.numbers if release else (),
            tuple(map(shown_format, release.formats)) if release else (),
            release.year if release else None,
            play.at,
            play.logged_at,
        )


def play_line(play: Play) -> str:
    """One play for reading: its number, when, and what."""
    return f"{play.number:>6}  {play.at.astimezone():%Y-%m-%d %H:%M}  {named(play.release, play.release_id)}"


def csv_rows(rows: Iterable[PlayRow]) -> Iterator[str]:
    """A heading and a line for each play, as RFC 4180 has it. No text of it is taken for a formula."""
    yield _csv(PlayRow.__struct_fields__)
    for row in rows:
        yield _csv(map(_cell, msgspec.structs.astuple(row)))


def pick_object(pick: Pick, copies: Sequence[Copy], collection: Collection, seed: int | None) -> dict[str, Any]:
    """A record that is offered, with the copies of it; `seed` is None where it is remembered."""
    release = copies[0].release
    return {
        "release_id": release.id,
        "master_id": release.master_id,
        "artist": release.artist or None,
        "title": release.title or None,
        "year": release.year,
        "labels": release.label_names,
        "catnos": release.numbers,
        "formats": tuple(map(shown_format, release.formats)),
        "plays": pick.played.count if pick.played else 0,
        "last_played": pick.played.last if pick.played else None,
        "copies": [_copy_object(copy, collection) for copy in copies],
        "among": pick.among,
        "left": str(pick.left),
        "seed": seed,
    }


def play_object(play: Play, played: Played | None) -> dict[str, Any]:
    """A play that was logged or taken back, and how often the release was played now."""
    return {**msgspec.structs.asdict(PlayRow.of(play)), "plays": played.count if played else 0}


def record_lines(
    copies: Sequence[Copy], collection: Collection, played: Played | None, now: datetime, width: int, page: str
) -> Iterator[str]:
    """A record in some lines, safe to show: what it is, where its copies stand, when it was played, its page."""
    release = copies[0].release
    yield from wrapped(named(release, release.id), width)
    for about in (_pressing(release), *(_shelved(copy, collection) for copy in copies), _heard(played, now), page):
        yield from (f"  {line}" for line in wrapped(about, max(1, width - 2)))


def choices(releases: Iterable[Release], width: int) -> Iterator[str]:
    """Releases to choose one from, a line each, with what names it."""
    for release in releases:
        about = _pressing(release)
        first, *more = wrapped(f"{named(release, release.id)}{f', {about}' if about else ''}", max(1, width - 14))
        yield f"  {f'r{release.id}':<10}  {first}"
        yield from (f"{' ' * 14}{line}" for line in more)


def _pressing(release: Release) -> str:
    labels, numbers = ", ".join(release.label_names), ", ".join(release.numbers)
    return " · ".join(filter(None, map(printable, (formats_in_short(release.formats), labels, numbers))))


def _shelved(copy: Copy, collection: Collection) -> str:
    grades = " / ".join(short_grade(one) or "–" for one in (copy.media, copy.sleeve)) if copy.media else ""
    added = f"added {copy.added.date().isoformat()}" if copy.added else ""
    parts = (collection.folder_of(copy), grades, stars(copy.rating), added)
    return " · ".join(filter(None, map(printable, parts)))


def _heard(played: Played | None, now: datetime) -> str:
    return f"played {times(played)}, last {ago(played.last, now)}" if played else "never played"


def _copy_object(copy: Copy, collection: Collection) -> dict[str, Any]:
    return {
        "instance_id": copy.instance_id,
        "folder": collection.folder_of(copy) or None,
        "media": copy.media or None,
        "sleeve": copy.sleeve or None,
        "rating": copy.rating,
        "added": copy.added,
    }


def _csv(cells: Iterable[object]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _cell(value: object) -> object:
    match value:
        case datetime():
            return msgspec.to_builtins(value)
        case str():
            text = printable(value)
        case tuple():
            text = "; ".join(map(printable, value))
        case _:
            return value
    return guarded(text)
