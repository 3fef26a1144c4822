"""The words of the terminal: one clear sentence for everything that can go wrong, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core import errors
from core.domain.ids import Shelf
from core.domain.progress import Waiting, WaitReason
from core.errors import ConfigProblem, RunoutError
from core.text import count, counted, duration, printable
from tui.account_words import account_words, quoted
from tui.advice import Way, advised
from tui.backup_words import backup_words
from tui.cover_words import cover_words
from tui.dump_words import dump_words
from tui.export_words import export_words
from tui.import_words import import_words
from tui.play_words import play_words
from tui.shelf_words import THINGS
from tui.view_words import view_words

FAILED: Final = 1
USAGE: Final = 2
NOT_CONNECTED: Final = 3
NEEDS_WORD: Final = 4
OWN_OTHER: Final = 10
WANTED: Final = 11
NOT_OWNED: Final = 12
CANNOT_TELL: Final = 13
INTERRUPTED: Final = 130

EXIT_CODES: Final = {
    0: "done",
    FAILED: "failed",
    USAGE: "usage",
    NOT_CONNECTED: "not connected",
    NEEDS_WORD: "needs your word",
    OWN_OTHER: "another pressing owned",
    WANTED: "wanted",
    NOT_OWNED: "not owned",
    CANNOT_TELL: "cannot tell",
    INTERRUPTED: "interrupted",
}
"""What the exit codes mean, in a word or two."""

_WHY: Final = {
    WaitReason.LIMIT: "for Discogs' limit",
    WaitReason.REFUSED: "because Discogs refuses more requests",
    WaitReason.RETRY: "before asking Discogs once more",
}


def exit_code(error: RunoutError) -> int:
    """The exit code of a command that ended with this error."""
    match error:
        case errors.ConfigError() | errors.TokenMalformed() | errors.QuerySyntaxError():
            return USAGE
        case errors.NeedsYourWord():
            return NEEDS_WORD
        case errors.NoSuchAccount() | errors.OtherIdentity() | errors.NoSuchMember():
            return USAGE
        case errors.PlayAhead() | errors.PlayTooEarly() | errors.NeverHere() | errors.NoSuchPlay():
            return USAGE
        case errors.NoSuchLocal() | errors.NameTaken() | errors.NameUnusable():
            return USAGE
        case errors.NoSuchView() | errors.ViewExists() | errors.ViewUnusable() | errors.ViewTextUnusable():
            return USAGE
        case errors.NotConnected() | errors.Disconnected() | errors.SealBroken() | errors.KeyDamaged():
            return NOT_CONNECTED
        case errors.FromFile() | errors.SignInError() | errors.ClockWrong() | errors.NotAuthorised():
            return NOT_CONNECTED
        case errors.NotSignedIn():
            return NOT_CONNECTED
        case _:
            return FAILED


def describe(error: RunoutError, way: Way | None = None, shelf: Shelf = Shelf.COLLECTION) -> str:
    """What went wrong with a shelf and what to do, in a sentence or two. Foreign text in it is made safe to show.

    `way` is how somebody connects where this is shown; without one it is said how from the shell.
    """
    return advised(_described(error, shelf), way)


def _described(error: RunoutError, shelf: Shelf) -> str:
    match error:
        case errors.ConfigError():
            return _config(error)
        case errors.DiscogsError():
            return _discogs(error)
        case errors.WalkError():
            return _walk(error, shelf)
        case errors.StoreError():
            return _store(error)
        case _:
            return _other(error)


def _config(error: errors.ConfigError) -> str:
    match error:
        case errors.ConfigUnreadable(path, reason):
            return f"The configuration file {printable(path)} cannot be read: {printable(reason)}."
        case errors.ConfigInvalid(problems):
            return "\n".join(_problem(problem) for problem in problems)
    return _unworded(error)


def _problem(problem: ConfigProblem) -> str:
    if problem.expected:
        return f"{printable(problem.where)}: {printable(problem.key)} should be {printable(problem.expected)}."
    near = printable(problem.nearest)
    hint = f" Did you mean {near}?" if near else " See config.example.toml for all keys."
    return f"{printable(problem.where)}: there is no setting {printable(problem.key)}.{hint}"


def _discogs(error: errors.DiscogsError) -> str:
    match error:
        case errors.Unreachable(host, _, True):
            return f"{printable(host)} does not answer in time. What you have is kept; try again later."
        case errors.Unreachable(host, reason, _):
            return f"{printable(host)} cannot be reached ({printable(reason)}). Check the connection and try again."
        case errors.Unavailable(status):
            return f"Discogs is having trouble (status {status}). What you have is kept; try again later."
        case errors.RateLimited():
            return "Discogs keeps refusing because of too many requests from this address. Try again in a few minutes."
        case errors.BrokenAnswer(route, _):
            return f"Discogs sent an answer to {printable(route)} that cannot be read. Try again later."
    return _refused(error)


def _refused(error: errors.DiscogsError) -> str:
    match error:
        case errors.NotAuthorised(said):
            return f"Discogs does not accept the token{quoted(said)}. Make a new one and run `runout connect`."
        case errors.NotYours(said):
            return (
                f"Discogs shows this to its owner only{quoted(said)}. Check that the token is yours: `runout connect`."
            )
        case errors.Blocked(status):
            return (
                f"Discogs' firewall refused the request (status {status}). Check [discogs] user_agent; try again later."
            )
        case errors.NotFound(route, said):
            return f"Discogs does not have {printable(route)}{quoted(said)}."
        case errors.Rejected(status, said):
            return f"Discogs refused the request (status {status}){quoted(said)}."
    return _unworded(error)


def _walk(error: errors.WalkError, shelf: Shelf) -> str:
    things = THINGS[shelf]
    seen = "What was seen is here and nothing was removed; sync again in a while."
    match error:
        case errors.WalkIncomplete(told, shown):
            return f"Discogs told of {counted(told, *things)} but showed {count(shown)}. {seen}"
        case errors.TotalMoved(first, last):
            return f"The {shelf} kept changing while it was read (from {count(first)} to {count(last)}). {seen}"
        case errors.RowsUnreadable(number):
            return f"{counted(number, 'row')} of the {shelf} could not be read at all. {seen}"
        case errors.RowsSkipped(instances, missing):
            unknown = f" {count(missing)} of them were not known, and are missing here." if missing else ""
            return f"{counted(len(instances), 'row')} could not be read; what was known before is kept.{unknown}"
        case errors.CopiesUnconfirmed(number):
            some = counted(number, *things)
            return f"{some} could not be asked for one by one, so they stay. Sync again in a while."
    return _doubt(error, shelf)


def _doubt(error: errors.WalkError, shelf: Shelf) -> str:
    things = THINGS[shelf]
    match error:
        case errors.NeedsYourWord(missing, here):
            return (
                f"Discogs no longer shows {count(missing)} of the {counted(here, *things)} here. They stay"
                " until you say what is right: `runout sync --accept-removals` lets them go, `runout sync --keep` keeps"
                " them."
            )
        case errors.CopiesKept(number):
            return (
                f"{counted(number, *things)} that Discogs no longer shows stay, as you said;"
                " `runout sync --accept-removals` lets them go."
            )
        case errors.ReadAsStranger(what) if what != "copies":
            return f"Discogs showed {printable(what)} as if nobody were signed in; those that were here stay."
        case errors.ReadAsStranger():
            return (
                "Discogs answered as if nobody were signed in. Check the clock of this machine."
                " Your copy stays as it was; sync again in a while."
            )
        case errors.TakenOver():
            return f"Another Runout has begun to sync this {shelf}; this one published nothing."
    return _unworded(error)


def _store(error: errors.StoreError) -> str:
    match error:
        case errors.DatabaseTooNew(path, found, known):
            return (
                f"{printable(path)} was written by a later version of Runout (its schema is {found}, this one knows"
                f" {known}). Upgrade Runout, or set RUNOUT_DATA_DIR to another directory."
            )
        case errors.DatabaseUnusable(path, reason):
            return f"The database {printable(path)} cannot be used: {printable(reason)}. Nothing was changed."
        case errors.DirectoryUnusable(path, reason):
            return (
                f"{printable(path)} cannot be used: {printable(reason)}."
                " Set RUNOUT_DATA_DIR to a directory you can write to."
            )
    return backup_words(error) or _unworded(error)


def _other(error: RunoutError) -> str:
    match error:
        case errors.QuerySyntaxError(_, _, expected, nearest):
            end = f"; did you mean {printable(nearest)}?" if nearest else "."
            return f"Expected {printable(expected)}{end}"
        case errors.DemoFailed(reason):
            return printable(reason)
        case errors.SyncEnded(reference):
            return (
                "The process that synced ended too soon. What it had fetched is kept, and another sync goes on from"
                f" there. The log has the details under {printable(reference)}."
            )
    known = account_words(error) or cover_words(error) or dump_words(error) or import_words(error) or play_words(error)
    return known or export_words(error) or view_words(error) or _unworded(error)


def unexpected(reference: str, report: Path | None = None) -> str:
    """Something that nobody foresaw; the log knows it by this reference, and a report may have been written."""
    if report is not None:
        return (
            f"Something unexpected went wrong ({reference}). What is known of it, without secrets, is in"
            f" {printable(str(report))}."
        )
    return (
        f"Something unexpected went wrong. The log has the details under {reference}; `runout paths` says where it is."
    )


def waiting(event: Waiting) -> str:
    """That nothing is sent for a while, and why."""
    return f"waiting {duration(event.seconds)} {_WHY[event.reason]}"


def _unworded(error: RunoutError) -> str:
    return f"Something went wrong: {type(error).__name__}."
