"""The words of the status line. Where there is no room for all of them, they give way in a stated order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.domain.ledger import Lane
from core.domain.progress import Phase, SyncEvent, SyncProgress, SyncStarted, Waiting
from core.domain.spending import BudgetStatus, SyncUnderWay, WindowStatus
from core.domain.view import View
from core.text import ago, count, counted, duration, printable
from tui.render.foretelling import left
from tui.render.rows import cell
from tui.render.standing import busy_line
from tui.shelf_words import THINGS
from tui.wording import waiting

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len
from rich.text import Text

_BETWEEN: Final = " · "
_BAR: Final = 16
_NAME: Final = 12
"""Cells of a name that has to be short."""

_STALE: Final = timedelta(hours=6)
"""After which a copy is not to pass for the present. Source: terms of use of Discogs' API."""

_HANDFUL: Final = 5
"""Free requests below which it is worth saying how many there are."""

GIVING_WAY: Final = (
    "originals",  # loses how long it takes
    "originals",
    "order",
    "running",  # loses how many copies have come
    "age",
    "whose",  # is cut
    "whose",
    "running",  # has half a bar
    "budget",
    "running",  # has none
    "age",
    "trouble",
    "arrived",
    "running",
    "budget",
    "shown",
    "trouble",
    "budget",
    "running",
)
"""Which part is said more shortly next, or no longer at all. What is left of a line that is still too long is cut."""


class Part(Struct, frozen=True):
    """One part of the line, in several forms, each shorter than the one before it."""

    forms: tuple[str, ...]
    is_strong: bool = False


class StatusText(Struct, frozen=True):
    """The parts of the line by name, in the order in which they stand."""

    parts: tuple[tuple[str, Part], ...]

    @property
    def plain(self) -> str:
        """The line that has all the room it wants."""
        return self.fit().plain

    def fit(self, width: int | None = None) -> Text:
        """The line in at most so many cells."""
        forms = dict.fromkeys(dict(self.parts), 0)
        for name in GIVING_WAY:
            if width is None or self._width(forms) <= width:
                break
            if name in forms:
                forms[name] = min(forms[name] + 1, len(dict(self.parts)[name].forms) - 1)
        text = Text(no_wrap=True, overflow="ellipsis")
        for name, part in self.parts:
            if said := part.forms[forms[name]]:
                text.append(_BETWEEN if text.plain else "")
                text.append(said, style="bold" if part.is_strong else "")
        return text

    def _width(self, forms: Mapping[str, int]) -> int:
        said = (part.forms[forms[name]] for name, part in self.parts)
        return cell_len(_BETWEEN.join(filter(None, said)))


def status(
    view: View,
    account: Account | None,
    running: SyncEvent | None,
    now: datetime,
    *,
    checked_at: datetime | None = None,
    budget: BudgetStatus | None = None,
    order: str = "",
    total: int | None = None,
    shelf: Shelf = Shelf.COLLECTION,
    synced: Shelf | None = None,
    originals: tuple[str, ...] = (),
) -> StatusText:
    """Shown of total, whose, how old, what runs and how long it still takes, the budget where it matters, the order.

    `account` has the ages of the `shelf` that is looked at; `synced` is the one that is synced here, if not the same.
    Without a sync here it is told how far one is that runs behind, or in another process.
    `checked_at` is when it was last looked whether copies came or went; None when that was with the last whole walk.
    `total` is how many copies there are, while only the first of them are here and nobody knows how many are shown.
    `originals` are words about original years, the longest first.
    """
    synced = (synced or shelf) if running else None
    known = under_way(account, budget, synced or shelf, only=synced is not None)
    if running is None and known is not None:
        running, synced = progress_of(known), known.shelf
    busy = _busy(account, budget, known, now) if budget else None
    limit = _budget(_limit(account, budget, known), account, syncing=running is not None) if budget else None
    parts = {
        **_how_many(view, total, THINGS[shelf]),
        **(_of_account(account, checked_at, now) if account else {}),
        "running": _run(running, known, synced, shelf) if running and not (busy and known and known.told) else None,
        "budget": busy or limit,
        "originals": Part(originals) if originals else None,
        "order": Part((f"by {order}", "")) if order else None,
    }
    return StatusText(tuple((name, part) for name, part in parts.items() if part))


def _how_many(view: View, total: int | None, things: tuple[str, str]) -> dict[str, Part | None]:
    shown, here, coming = len(view.copies), len(view.collection.copies), view.collection.arriving
    if coming is not None and shown == here:
        arrived = (f"{count(here)} of {counted(coming, *things)} arrived", f"{count(here)}/{count(coming)}")
        return {"shown": Part(arrived, is_strong=True)}
    if total is not None:
        return {"shown": Part((counted(total, *things), count(total)), is_strong=True)}
    texts = (f"{count(shown)} of {counted(here, *things)}", f"{count(shown)}/{count(here)}")
    arriving = None if coming is None else Part((f"{count(here)} of {count(coming)} arrived", ""))
    return {"shown": Part(texts, is_strong=True), "arrived": arriving}


def _of_account(account: Account, checked_at: datetime | None, now: datetime) -> dict[str, Part | None]:
    name = printable(account.username)
    trouble = None
    if account.access is Access.NONE:
        trouble = Part(("disconnected", ""), is_strong=True)
    elif account.refused_at is not None:
        trouble = Part(("Discogs refuses the token", "token refused", ""), is_strong=True)
    short = cell(name, _NAME) if cell_len(name) > _NAME else name
    return {"whose": Part((name, short, "")), "age": _age(account, checked_at, now), "trouble": trouble}


def _age(account: Account, checked_at: datetime | None, now: datetime) -> Part:
    walked_at = account.last_sync_at
    if walked_at is None:
        return Part(("never synced", ""))
    details, stale = ago(walked_at, now), now - walked_at > _STALE
    if account.access is Access.LOCAL:
        return Part((f"imported {details}", details, ""))
    checked = ago(max(checked_at, walked_at), now) if checked_at else details
    if checked == details:
        return Part((f"synced {details}", details, ""), is_strong=stale)
    return Part((f"checked {checked}, details {details}", f"details {details}", ""), is_strong=stale)


def _run(event: SyncEvent, known: SyncUnderWay | None, synced: Shelf | None, shelf: Shelf) -> Part:
    """What runs; of a shelf that is not looked at it is said which that is."""
    forms = _running(event, known, THINGS[synced or shelf][1])
    return Part(forms if synced in (None, shelf) else tuple(f"{synced}: {form}" for form in forms))


def _running(event: SyncEvent, known: SyncUnderWay | None, things: str) -> tuple[str, ...]:
    """What a sync does, in forms that get shorter."""
    seconds = known.seconds_left if known else None
    until = "" if seconds is None else f", {left(seconds)}"
    match event:
        case SyncProgress(phase=Phase.PROBING):
            return (f"asking for the newest {things}…", "syncing…")
        case SyncProgress(phase=Phase.PUBLISHING | Phase.DONE):
            return ("publishing…",)
        case SyncProgress(phase=Phase.CONFIRMING, page=asked, pages=missing):
            of = f"{count(asked)} of {count(missing)}"
            return (f"asking for what was not seen, {of}{until}", f"asking, {of}{until}", f"asking, {of}")
        case SyncProgress(phase=phase, page=page, pages=pages, seen=seen, told=told):
            again = "once more, " if phase is Phase.SECOND_LOOK else ""
            return tuple(_pages(page, pages, f"{count(seen)} of {count(told)}", again, until))
        case Waiting() if known is not None and known.page:
            return tuple(_pages(known.page, known.pages, waiting(event), "", until))
        case Waiting():
            return (f"syncing, {waiting(event)}", f"waiting {duration(event.seconds)}", "syncing…")
        case SyncStarted():
            return ("syncing…",)
        case _:
            return ("publishing…",)


def _pages(page: int, pages: int, seen: str, again: str, until: str) -> Iterator[str]:
    of = f"{again}page {count(page)} of {count(pages)}"
    yield f"{_bar(page / pages, _BAR)} {of}, {seen}{until}"
    yield f"{_bar(page / pages, _BAR)} {of}{until}"
    yield f"{_bar(page / pages, _BAR // 2)} {of}{until}"
    yield f"{of}{until}"
    yield f"page {count(page)}/{count(pages)}"


def _bar(part: float, width: int) -> str:
    done = min(width, round(width * part))
    return "━" * done + "╌" * (width - done)


def under_way(
    account: Account | None, budget: BudgetStatus | None, shelf: Shelf, *, only: bool = False
) -> SyncUnderWay | None:
    """The run of an account, of any process: that of a shelf, else of the other one if not `only` this is meant."""
    own = [sync for sync in budget.running if sync.account == account.id] if budget and account else []
    of_shelf = [sync for sync in own if sync.shelf is shelf]
    return next(iter(of_shelf if only else (*of_shelf, *own)), None)


def progress_of(known: SyncUnderWay) -> SyncProgress:
    """What a run would say of itself if it were one of this screen's."""
    return SyncProgress(known.phase, page=known.page, pages=known.pages, seen=known.seen, told=known.told)


def _busy(account: Account | None, budget: BudgetStatus, known: SyncUnderWay | None, now: datetime) -> Part | None:
    """That Discogs takes no requests of this account's now, and how far is what waits for it."""
    limit = _limit(account, budget, known)
    shut = replace(budget, closed_for=limit.closed_for, tripped=limit.tripped, running=(known,) if known else ())
    said = busy_line(shut, now)
    if not said:
        return None
    return Part((said, said.partition(",")[0], said.partition(";")[0], ""), is_strong=True)


def _limit(account: Account | None, budget: BudgetStatus, known: SyncUnderWay | None) -> WindowStatus:
    """The limit that this account's requests count against."""
    is_member = known.signed_in if known else account is None or account.access is not Access.PUBLIC
    return budget if is_member or budget.anybody is None else budget.anybody


def _budget(budget: WindowStatus, account: Account | None, *, syncing: bool) -> Part | None:
    """What keeps requests waiting. Those of a sync that is shown wait too, which says nothing but that it runs.

    Whatever is read in the background waits for everybody else, and nobody waits for it.
    """
    own = account.id if account else None
    waiting = (queue for queue in budget.waiting if queue.lane is not Lane.BACKGROUND)
    others = (queue for queue in waiting if not syncing or (queue.lane is Lane.PEOPLE and queue.account != own))
    queued = sum(queue.count for queue in others)
    if queued:
        return Part((f"{counted(queued, 'request')} waiting", f"{count(queued)} waiting", ""))
    if budget.free < _HANDFUL and not syncing:
        when = f", more in {duration(budget.next_free_in)}" if budget.next_free_in else ""
        return Part((f"{counted(budget.free, 'request')} free{when}", f"{count(budget.free)} free", ""))
    return None
