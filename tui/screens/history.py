"""The runs of an account: when, what, why, how they ended and what they cost; a sync can be begun from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.progress import PastRun
from core.text import counted, printable
from tui.keys import spoken
from tui.render.change import run_text
from tui.render.list_lines import ListColumn
from tui.render.notices import collection_page
from tui.render.past import reasons, run_line, when
from tui.render.past_lines import RUN_COLUMNS, run_lines
from tui.screens.past import PastScreen
from tui.screens.reading import ReadingScreen

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

_MOST: Final = 1_000
"""Runs that are shown: with two shelves and four looks a day, those of four months."""


class HistoryScreen(PastScreen):
    """Why the highlighted run went as it did stands below the list."""

    COLUMNS: ClassVar[Sequence[ListColumn]] = RUN_COLUMNS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Read all of it", id="history.open"),
        Binding("s", "sync", "Sync", id="history.sync"),
        Binding("x", "stop", "Stop the sync", show=False, id="history.stop"),
    ]

    def __init__(
        self,
        core: Core,
        clock: Clock,
        account: Account,
        *,
        site_url: str,
        sync: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        """`sync` begins a sync as the screen with the records does, `stop` ends the one that runs."""
        super().__init__(core, clock, account, site_url=site_url)
        self._sync = sync
        self._stop = stop
        self._runs: dict[int | str, PastRun] = {}
        self._told = Static("", id="past-told", markup=False)

    def heading(self) -> str:
        """Whose runs they are."""
        return f"Syncs · {printable(self._account.username)}"

    def standing(self) -> str:
        """How many runs there are, and how many of them go on."""
        if not self._runs:
            return ""
        going_on = sum(run.finished_at is None for run in self._runs.values())
        here = f"the last {counted(_MOST, 'sync')}" if len(self._runs) == _MOST else counted(len(self._runs), "sync")
        return f"{here}, {going_on} going on" if going_on else here

    def below(self) -> Sequence[Widget]:
        """The highlighted run in words."""
        return (self._told,)

    def redraw(self) -> None:
        """Bring what is said of the highlighted run in line with it, too."""
        super().redraw()
        line = self._list.highlighted
        run = self._runs.get(line.key) if line else None
        self._told.update(Text() if run is None else _told(run), layout=False)

    async def look(self) -> None:
        """Show the runs there are: one that fails publishes nothing, so that they are read each time."""
        runs = await self._core.history.runs(self._account, _MOST)
        under_way = (await self._core.budget.status()).running if any(run.finished_at is None for run in runs) else ()
        self._runs = {run.run: run for run in runs}
        self._list.show(run_lines(runs, under_way))
        self._list.explain_nothing(
            "There has been no sync yet.", f"{spoken(self)['history.sync']} reads everything from Discogs."
        )

    def action_sync(self) -> None:
        """Fetch the collection; it is shown here when it has begun."""
        self._sync()
        self.look_again()

    def action_stop(self) -> None:
        """Stop the sync that was begun here."""
        self._stop()
        self.look_again()

    async def action_open(self) -> None:
        """Read all that is known of the highlighted run."""
        line = self._list.highlighted
        run = self._runs.get(line.key) if line else None
        if run is not None:
            page = collection_page(self._site_url, self._account.username)
            self.app.push_screen(ReadingScreen(f"Sync of {when(run.started_at)}", run_text(run), page=page))


def _told(run: PastRun) -> Text:
    line = run_line(run)
    text = Text(f"{line[:1].upper()}{line[1:]}.")
    for reason in reasons(run):
        text.append(f"\n{reason}")
    return text
