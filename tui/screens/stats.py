"""What there is of what: figures and plots of the records that the screen below shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.domain.describing import sentence
from core.domain.ids import Shelf
from core.domain.stats import Stats, stats_of
from core.domain.view import View
from core.text import count, counted, printable
from tui.render.notices import source_notice
from tui.render.stats_plots import NAMES, plots
from tui.render.stats_words import which_years
from tui.screens.help import HelpScreen
from tui.screens.listed import LOOKED_AFTER
from tui.shelf_words import RECORDS, THINGS
from tui.widgets.key_line import KeyLine

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from tui.widgets.plot import StatsPlot

_SCROLL: Final = "stats"


class StatsScreen(ModalScreen[None]):
    """Information only. Nothing is asked of Discogs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "years", "Pressing or original", id="stats.years"),
        Binding("escape,q", "dismiss", "Back", key_display="Esc", id="past.back"),
        Binding("question_mark", "help", "Help", key_display="?", id="past.help"),
        Binding("down,j", "move(1)", "Down", show=False, id="stats.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="stats.up"),
        Binding("pagedown,space,ctrl+f", "page(1)", "Page down", show=False, id="stats.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="stats.page_up"),
        Binding("home,g", "edge(-1)", "To the top", show=False, id="stats.home"),
        Binding("end,G", "edge(1)", "To the end", show=False, id="stats.end"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (150, "-spacious")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(
        self,
        username: str,
        view: Callable[[], View | None],
        *,
        site_url: str,
        page: str,
        shelf: Shelf = Shelf.COLLECTION,
    ) -> None:
        """`view` tells what the screen below shows now, None before it was read; `page` is where Discogs shows it."""
        super().__init__()
        self._username = username
        self._view = view
        self._site_url = site_url
        self._page = page
        self._shelf = shelf
        self._of: View | None = None
        """What was counted."""
        self._stats: Stats | None = None
        self._original = False
        self._is_looking = False
        self._heading = Static("", id="listed-heading", markup=False)
        self._standing = Static("", id="listed-standing", markup=False)
        self._nothing = Static("One moment…", id="stats-nothing", markup=False)
        self._plots: tuple[StatsPlot, ...] = ()

    def compose(self) -> ComposeResult:
        """Everything that is visible."""
        # What draws is loaded with the first look at it, and not with the program.
        from tui.widgets.plot import StatsPlot  # noqa: PLC0415

        self._plots = tuple(StatsPlot(id=f"stats-{name}") for name in NAMES)
        yield self._heading
        yield self._nothing
        with VerticalScroll(id=_SCROLL, can_focus=False):
            yield from self._plots
        with Horizontal(classes="listed-bottom"):
            yield self._standing
            yield Static(source_notice(self._page), classes="listed-source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Count what there is, and again whenever it is something else."""
        self.set_interval(LOOKED_AFTER, self.look_again)
        self._redraw()
        self.look_again()

    @work(group="look")
    async def look_again(self) -> None:
        """Show the figures of what is shown below now, unless that is being done already."""
        view = self._view()
        if self._is_looking or view is None or view is self._of:
            return
        self._is_looking = True
        try:
            stats = await asyncio.to_thread(stats_of, view)
        finally:
            self._is_looking = False
        self._of, self._stats = view, stats
        self._redraw()

    def _redraw(self) -> None:
        view, stats = self._of, self._stats
        said = sentence(view.query) if view else ""
        which = said or f"all {RECORDS[self._shelf]}s"
        self._heading.update(Text(f"Figures · {printable(self._username)} · {which}"), layout=False)
        self._standing.update(Text(self._told()), layout=False)
        is_empty = stats is None or not stats.copies
        if view is not None and is_empty:
            self._nothing.update(Text("\n".join(self._why_nothing(view))))
        self._nothing.display = is_empty
        self.query_one(f"#{_SCROLL}").display = not is_empty
        if stats is not None and not is_empty:
            for widget, plot in zip(self._plots, plots(stats, self._shelf, original=self._original), strict=True):
                widget.show(plot)

    def _told(self) -> str:
        """How many of how many, and by which years."""
        if self._of is None or self._stats is None:
            return ""
        here = counted(len(self._of.collection.copies), *THINGS[self._shelf])
        return f"{count(self._stats.copies)} of {here} · {which_years(original=self._original)}"

    def _why_nothing(self, view: View) -> tuple[str, ...]:
        if not view.collection.copies:
            return (f"There are no {RECORDS[self._shelf]}s here.", "", "Figures will stand here once there are some.")
        return (f"No {RECORDS[self._shelf]} matches this filter.", "", "So there is nothing to count.")

    def action_years(self) -> None:
        """Tell decades and years by the pressings, or by when a record first came out."""
        self._original = not self._original
        self._redraw()

    def action_move(self, by: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by what can be seen."""
        self._scroll.scroll_relative(y=by * max(1, self._scroll.size.height - 1), animate=False)

    def action_edge(self, by: int) -> None:
        """Scroll as far as it goes."""
        self._scroll.scroll_to(y=0 if by < 0 else self._scroll.max_scroll_y, animate=False)

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self, site_url=self._site_url))

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(f"#{_SCROLL}", VerticalScroll)
