"""Words for listening: what was played, what is offered, and what cannot be said of it."""

from __future__ import annotations

from core import errors
from core.domain.picking import Left
from core.domain.plays import FIRST_RECORD, Play, Played
from core.domain.release import Release
from core.errors import RunoutError
from core.text import count, counted, printable


def play_words(error: RunoutError) -> str:
    """What cannot be said of listening, and what to do; empty for another error."""
    match error:
        case errors.PlayAhead(at):
            return f"Nothing was played at {at.astimezone():%Y-%m-%d %H:%M}: that is yet to come."
        case errors.PlayTooEarly():
            return f"Nothing was played before {FIRST_RECORD.year}: there were no records."
        case errors.NeverHere(release, username):
            return f"Release {release} was never among the records of {printable(username)}."
        case errors.NoSuchPlay(None):
            return "Nothing was logged yet, so there is nothing to take back."
        case errors.NoSuchPlay(number):
            return f"There is no play number {number}. `runout played --list` shows the numbers."
        case errors.NothingOffered():
            return "No record was offered yet. Run `runout random` first."
    return ""


def named(release: Release | None, number: int) -> str:
    """Artist, title and year in a line that is safe to show; the number of what nothing else is known of."""
    if release is None:
        return f"release {number}"
    year = f" ({release.year})" if release.year else ""
    return f"{printable(release.artist) or '?'} - {printable(release.title) or '?'}{year}"


def times(played: Played | None) -> str:
    """`never`, `once`, `twice`, `12 times`."""
    number = played.count if played else 0
    return ("never", "once", "twice")[number] if number < 3 else f"{count(number)} times"


def logged(play: Play, played: Played | None) -> str:
    """That a play was logged, and how to take it back."""
    return (
        f"Logged: {named(play.release, play.release_id)}, {play.at.astimezone():%Y-%m-%d %H:%M}; played"
        f" {times(played)} by now. `runout played --undo` takes it back."
    )


def taken_back(play: Play) -> str:
    """That a play is no longer in the log."""
    return f"Taken back: {named(play.release, play.release_id)}, {play.at.astimezone():%Y-%m-%d %H:%M}."


def why_this(left: Left, among: int) -> str:
    """Why a record is offered that should not be, or among how many it was chosen."""
    match left:
        case Left.DECLINED:
            return "Everything else was put off until tomorrow, so this one is offered all the same."
        case Left.SAME:
            return "This is the only one there is."
    return "This is the only one there is." if among == 1 else f"One of {counted(among, 'record')}."
