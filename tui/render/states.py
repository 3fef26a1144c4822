"""The words of the places where there is nothing to show, and of the line that warns for as long as something holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.health import Check
from core.domain.ids import Shelf
from core.domain.ledger import ANONYMOUS_PER_MINUTE, PER_MINUTE
from core.domain.view import View
from core.text import count, printable
from tui.render.foretelling import foretold
from tui.render.lacks import lack
from tui.render.rows import wrapped
from tui.shelf_words import RECORDS, THINGS

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
    has_application: bool = False,
    shelf: Shelf = Shelf.COLLECTION,
    private: bool = False,
) -> tuple[str, ...]:
    """What to do when there is no row to show, line by line, a heading first.

    `account` has the ages of the shelf. `error` says why the last sync brought nothing, `copies` how many there are to
    be fetched, where that is known; `private` that Discogs shows the shelf to its owner only.
    """
    if loading:
        return (f"Opening your {shelf}…",)
    if account is None:
        lines = _nobody(keys)
    elif view.collection.copies:
        lines = _no_match(view.collection, keys, shelf)
    elif account.access is Access.LOCAL:
        lines = _from_file(account)
    elif syncing:
        lines = (f"Your {RECORDS[shelf]}s are on their way.", "", "They appear as they arrive.")
    elif private:
        lines = _private(account, keys)
    elif account.access is Access.NONE or account.refused_at is not None:
        lines = _shut(account, keys)
    elif error:
        lines = ("Nothing could be fetched.", "", error, "", f"Press {_key(keys, 'browse.sync')} to try again.")
    elif account.last_sync_at is not None:
        again = f"Press {_key(keys, 'browse.sync')} to look again."
        lines = (f"There are no {RECORDS[shelf]}s in this {shelf}.", "", again)
    else:
        few = per_minute if has_application else min(ANONYMOUS_PER_MINUTE, per_minute)
        lines = _never_synced(account, keys, shelf, copies, few if account.access is Access.PUBLIC else per_minute)
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


def _no_match(collection: Collection, keys: Mapping[str, str], shelf: Shelf) -> tuple[str, ...]:
    clear = f"{_key(keys, 'browse.clear')} takes it away."
    if collection.arriving is None:
        return (f"No {RECORDS[shelf]} matches this filter.", "", clear)
    here = f"{count(len(collection.copies))} of {count(collection.arriving)} are here."
    return (f"No {RECORDS[shelf]} that has arrived matches this filter.", "", here, clear)


def _from_file(account: Account) -> tuple[str, ...]:
    return (
        f"There is nothing in {printable(account.username)}.",
        "",
        "It came from a file without a row. `runout import` brings another one.",
    )


def _private(account: Account, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Only wantlists are met with so: of a private collection nobody else can become a reader."""
    name, connect = printable(account.username), keys.get("browse.connect")
    how = f"with {connect}" if connect else "with `runout connect`"
    return (
        f"The wantlist of {name} is private.",
        "",
        f"Discogs shows it to its owner only, who can connect {how}.",
        f"If it is public by now, press {_key(keys, 'browse.sync')}.",
    )


def _shut(account: Account, keys: Mapping[str, str]) -> tuple[str, ...]:
    name, connect = printable(account.username), keys.get("browse.connect")
    way = f"Press {connect}" if connect else f"Leave with {_key(keys, 'browse.quit')} and run `runout connect`"
    if account.access is Access.NONE:
        return (f"{name} is disconnected.", "", f"{way} to connect again.")
    return (f"Discogs no longer accepts the token of {name}.", "", f"{way} to connect again.")


def _never_synced(
    account: Account, keys: Mapping[str, str], shelf: Shelf, copies: int | None, allowed: int
) -> tuple[str, ...]:
    public = account.access is Access.PUBLIC
    takes = f"It comes in pages of 100 {THINGS[shelf][1]}, at most {count(allowed)} a minute."
    return (
        "There is nothing here yet.",
        "",
        f"Press {_key(keys, 'browse.sync')} to fetch {'this' if public else 'your'} {shelf} from Discogs.",
        takes if copies is None else foretold(copies, allowed),
    )


def warnings(
    account: Account | None,
    complaints: Sequence[str] = (),
    keys: Mapping[str, str] = KEYS,
    *,
    lacking: Sequence[Check] = (),
    has_application: bool = False,
) -> tuple[str, ...]:
    """Everything that somebody should know for as long as it holds, the gravest first: each fits a line of 78 cells.

    `complaints` are about the settings; they may be longer. `lacking` is what is not well on this machine.
    """
    refused = tuple(_access(account, keys))
    # Who has to connect again anyhow needs nothing of what the old sign-in needs.
    found = (check for check in lacking if not (refused and check.name in ("account", "application")))
    lines = (
        *refused,
        *(lack(check, keys) for check in found),
        *complaints,
        *_as_anybody(account, has_application=has_application),
    )
    return tuple(dict.fromkeys(printable(line) for line in lines if line))


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


def _as_anybody(account: Account | None, *, has_application: bool) -> Iterator[str]:
    if account is None or account.access is not Access.PUBLIC:
        return
    if has_application:
        yield "Read without sign-in: no folders, no private notes."
    else:
        few = f"{ANONYMOUS_PER_MINUTE} requests a minute"
        yield f"No sign-in: {few}, no pictures. Set [discogs] consumer_key."


def _key(keys: Mapping[str, str], name: str) -> str:
    return keys.get(name, KEYS[name])
