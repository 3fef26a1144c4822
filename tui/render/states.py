"""The words of the places where there is nothing to show, and of the line that warns for as long as something holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.ledger import ANONYMOUS_PER_MINUTE, PER_MINUTE
from core.domain.view import View
from core.text import count, printable
from tui.render.foretelling import foretold
from tui.render.rows import wrapped

KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {"browse.sync": "s", "browse.clear": "Escape", "browse.help": "?", "browse.quit": "q"}
)
"""What is pressed for what, while the settings say nothing else."""

_WIDTH: Final = 60
"""Cells in which the longest line ends."""


def nothing_here(
    view: View,
    account: Account | None,
    *,
    loading: bool,
    syncing: bool,
    error: str = "",
    keys: Mapping[str, str] = KEYS,
    copies: int | None = None,
    per_minute: int = PER_MINUTE,
) -> tuple[str, ...]:
    """What to do when there is no row to show, line by line, a heading first.

    `error` says why the last sync brought nothing, `copies` how many there are to be fetched, where that is known.
    """
    if loading:
        return ("Opening your collection…",)
    if account is None:
        lines = _nobody(keys)
    elif view.collection.copies:
        lines = _no_match(view.collection, keys)
    elif syncing:
        lines = ("Your records are on their way.", "", "They appear as they arrive.")
    elif account.access is Access.NONE or account.refused_at is not None:
        lines = _shut(account, keys)
    elif error:
        lines = ("Nothing could be fetched.", "", error, "", f"Press {_key(keys, 'browse.sync')} to try again.")
    elif account.last_sync_at is not None:
        lines = ("There are no records in this collection.", "", f"Press {_key(keys, 'browse.sync')} to look again.")
    else:
        lines = _never_synced(account, keys, copies, per_minute)
    return tuple(part for line in lines for part in wrapped(line, _WIDTH) or ("",))


def _nobody(keys: Mapping[str, str]) -> tuple[str, ...]:
    connect = keys.get("browse.connect")
    if connect:
        return ("No account is connected yet.", "", f"Press {connect} to connect one, or to look around.")
    return (
        "No account is connected yet.",
        "",
        f"Leave with {_key(keys, 'browse.quit')} and run `runout connect`,",
        "or look around with `runout demo`.",
    )


def _no_match(collection: Collection, keys: Mapping[str, str]) -> tuple[str, ...]:
    clear = f"{_key(keys, 'browse.clear')} takes it away."
    if collection.arriving is None:
        return ("No record matches this filter.", "", clear)
    here = f"{count(len(collection.copies))} of {count(collection.arriving)} are here."
    return ("No record that has arrived matches this filter.", "", here, clear)


def _shut(account: Account, keys: Mapping[str, str]) -> tuple[str, ...]:
    name, connect = printable(account.username), keys.get("browse.connect")
    way = f"Press {connect}" if connect else f"Leave with {_key(keys, 'browse.quit')} and run `runout connect`"
    if account.access is Access.NONE:
        return (f"{name} is disconnected.", "", f"{way} to connect again.")
    return (f"Discogs no longer accepts the token of {name}.", "", f"{way} to connect again.")


def _never_synced(account: Account, keys: Mapping[str, str], copies: int | None, per_minute: int) -> tuple[str, ...]:
    public = account.access is Access.PUBLIC
    allowed = min(ANONYMOUS_PER_MINUTE, per_minute) if public else per_minute
    takes = f"It comes in pages of 100 copies, at most {count(allowed)} a minute."
    return (
        "There is nothing here yet.",
        "",
        f"Press {_key(keys, 'browse.sync')} to fetch {'this' if public else 'your'} collection from Discogs.",
        takes if copies is None else foretold(copies, allowed),
    )


def warnings(
    account: Account | None, complaints: Sequence[str] = (), keys: Mapping[str, str] = KEYS
) -> tuple[str, ...]:
    """Everything that somebody should know for as long as it holds, the gravest first: each fits a line of 78 cells.

    `complaints` are about the settings; they may be longer.
    """
    return (*_access(account, keys), *(printable(complaint) for complaint in complaints), *_as_anybody(account))


def amber(found: Sequence[str], keys: Mapping[str, str] = KEYS) -> str:
    """The line that warns, of what `warnings` found; empty when there is nothing to warn of."""
    if len(found) < 2:
        return "".join(found)
    # In front, for what is at the end of a long sentence is cut off.
    return f"1 of {count(len(found))} ({_key(keys, 'browse.help')} for all): {found[0]}"


def _access(account: Account | None, keys: Mapping[str, str]) -> Iterator[str]:
    if account is None:
        return
    connect = keys.get("browse.connect")
    way = f"{connect} connects again" if connect else "`runout connect` connects again"
    if account.access is Access.NONE:
        yield f"Disconnected: what is here can be read. {way}."
    elif account.refused_at is not None:
        yield f"Discogs no longer accepts the token. {way}."


def _as_anybody(account: Account | None) -> Iterator[str]:
    if account is not None and account.access is Access.PUBLIC:
        yield f"Read without sign-in: {ANONYMOUS_PER_MINUTE} requests a minute, no folders, no pictures."


def _key(keys: Mapping[str, str], name: str) -> str:
    return keys.get(name, KEYS[name])
