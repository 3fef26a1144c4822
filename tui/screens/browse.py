"""The screen with the records: filter above, facets beside them, details beside or below, status at the bottom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock
from core.domain.collection import Copy
from core.domain.completing import complete
from core.domain.describing import sentence
from core.domain.desk import Desk
from core.domain.facets import toggled
from core.domain.ledger import PER_MINUTE
from core.domain.query import canonical, parse
from core.domain.sorting import order_text
from core.domain.view import View
from core.errors import QuerySyntaxError
from tui.faceting import groups
from tui.keys import spoken
from tui.render.detail import detail
from tui.render.notices import collection_page, source_notice
from tui.render.rows import DEFAULT_COLUMNS, known_columns
from tui.render.states import KEYS, amber, nothing_here
from tui.render.status import status
from tui.screens.dialogs import DialogsScreen
from tui.screens.sorting import alone, further
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_bar import FilterBar
from tui.widgets.notice import Notice
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable
from tui.widgets.status_line import StatusLine

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widgets import Footer, Static

_OPEN: Final[tuple[str, ...]] = ("genre", "decade")
"""Groups of facets that are open when nobody has opened or closed any."""

_COUNTED_AFTER: Final = 0.03
"""Seconds after the records, so that these are never held up by the counts beside them."""


class BrowseScreen(DialogsScreen):
    """Brings the widgets together; what they show is decided elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="browse.filter"),
        Binding("escape", "clear", "Clear all filters", show=False, id="browse.clear"),
        Binding("b", "facets", "Browse by", id="browse.facets"),
        Binding("d", "toggle_detail", "Details", id="browse.detail"),
        Binding("o", "order", "Order", id="browse.order"),
        Binding("c", "columns", "Columns", id="browse.columns"),
        Binding("s", "sync", "Sync", id="browse.sync"),
        Binding("x", "cancel_sync", "Stop the sync", show=False, id="browse.cancel"),
        Binding("a", "accounts", "Accounts", show=False, id="browse.accounts"),
        Binding("n", "connect", "Connect an account", show=False, id="browse.connect"),
        Binding("question_mark", "help", "Help", key_display="?", id="browse.help"),
        Binding("ctrl+p", "app.command_palette", "All actions", show=False, id="browse.palette"),
        Binding("q", "quit", "Quit", id="browse.quit"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (150, "-spacious")]  # noqa: RUF012 - Textual does not declare it a class's
    VERTICAL_BREAKPOINTS = [(0, "-short"), (17, "-tall")]  # noqa: RUF012 - as above

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        site_url: str,
        complaints: Sequence[str] = (),
        per_minute: int = PER_MINUTE,
    ) -> None:
        """`complaints` are about the settings; `per_minute` is how many requests Discogs allows."""
        super().__init__(core, clock, site_url=site_url, complaints=complaints, per_minute=per_minute)
        self._facets_open = _OPEN
        self._counting: Timer | None = None
        self._theme = ""
        """That of the settings: only another one that was chosen here is remembered."""
        self._bar = FilterBar(id="filter")
        self._notice = Notice(id="notice")
        self._facets = FacetPanel(id="facets")
        self._records = RecordTable(self._view, id="table")
        self._detail = RecordDetail(id="detail")
        self._status = StatusLine(id="status")
        self._source = Static("", id="source", markup=False)

    def compose(self) -> ComposeResult:
        """Everything that is visible."""
        yield self._notice
        yield self._bar
        with Container(id="records"):
            with Container(id="shelf"):
                yield self._facets
                yield self._records
            yield self._detail
        with Horizontal(id="bottom"):
            yield self._status
            yield self._source
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin at the records."""
        self._keys, self._theme = {**KEYS, **spoken(self)}, self.app.theme
        super().on_mount()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.keep())
        self._bar.complete_with(lambda text, cursor: complete(text, cursor, self._view.index))
        self.set_focus(self._records)

    def show(self, view: View) -> None:
        """Show the records, and a moment later the facets beside them."""
        self._view = view
        self._records.show(view)
        self._bar.describe(sentence(view.filter))
        self.redraw()
        self._count_soon()

    def restore(self, desk: Desk, text: str | None) -> None:
        """Make the screen what it was when it was left."""
        self.show_columns(known_columns(desk.columns))
        self._records.restore(desk.instance, desk.offset)
        self._facets_open = _OPEN if desk.facets_open is None else desk.facets_open
        self.set_class(not desk.shows_facets, "-no-facets")
        self.set_class(desk.asks_facets, "-facets")
        self.set_class(not desk.shows_detail, "-no-detail")
        self.app.theme = desk.theme if desk.theme in self.app.available_themes else self._theme
        if text is not None:
            self._bar.set_text(text, quietly=True)
            self._explain(text)

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show other columns."""
        self._columns = names
        self._records.show_columns(names)

    def desk(self) -> Desk:
        """How the screen stands now."""
        top, highlighted = self._records.top, self._records.highlighted
        rows = self._view.copies[top : top + self._records.size.height]
        return Desk(
            text=self._view.text,
            order=order_text(self._view.order),
            columns=() if self._columns == DEFAULT_COLUMNS else self._columns,
            instance=highlighted.instance_id if highlighted else None,
            offset=self._records.highlighted_line,
            screen=tuple(copy.instance_id for copy in rows),
            facets_open=self._facets_open,
            shows_facets=not self.has_class("-no-facets"),
            asks_facets=self.has_class("-facets"),
            shows_detail=not self.has_class("-no-detail"),
            theme="" if self.app.theme == self._theme else self.app.theme,
        )

    def redraw(self) -> None:
        """Bring what is not the view's own in line with the state."""
        syncing, now, keys = self._sync_state is not None, self._clock.now(), self._keys
        self._notice.show(amber(self.warned, keys))
        self._records.explain_nothing(
            nothing_here(
                self._view,
                self._account,
                loading=self._opening,
                syncing=syncing,
                error=self._failure,
                keys=keys,
                per_minute=self._per_minute,
            )
            if self._account or not self._failure
            else ("Your records could not be opened.", "", self._failure)
        )
        page = collection_page(self._site_url, self._account.username) if self._account else self._site_url
        self._source.update(source_notice(page), layout=False)
        total = self._total if self._opening else None
        self._status.show(status(self._view, self._account, self._sync_state, now, budget=self._budget, total=total))

    @on(FilterBar.Changed)
    def _filter_typed(self, event: FilterBar.Changed) -> None:
        if self._explain(event.text):
            self.look_for(event.text)

    def _explain(self, text: str) -> bool:
        """Say under the line what of a filter is not understood; whether all of it is."""
        try:
            parse(text)
        except QuerySyntaxError as error:
            self._bar.explain(error)
            return False
        self._bar.explain(None)
        return True

    @on(FilterBar.Left)
    @on(FacetPanel.Left)
    @on(RecordDetail.Left)
    def _back_to_records(self) -> None:
        self.set_focus(self._records)

    @on(FacetPanel.Toggled)
    def _facet_toggled(self, event: FacetPanel.Toggled) -> None:
        if self._is_whole:
            self._bar.set_text(canonical(toggled(self._view.filter, event.facet, event.value)))

    @on(FacetPanel.Opened)
    def _facet_opened(self, event: FacetPanel.Opened) -> None:
        self._open_facets((*self._facets_open, event.facet))

    @on(FacetPanel.Closed)
    def _facet_closed(self, event: FacetPanel.Closed) -> None:
        self._open_facets(tuple(name for name in self._facets_open if name != event.facet))

    def _open_facets(self, names: tuple[str, ...]) -> None:
        self._facets_open = names
        self._count_soon()
        self.keep()

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        self._show_detail(event.copy)
        self.keep()

    @on(RecordTable.Opened)
    def _opened(self) -> None:
        self.remove_class("-no-detail")
        if self._detail.display:
            self.set_focus(self._detail)

    @on(RecordTable.SortWanted)
    def _sort_wanted(self, event: RecordTable.SortWanted) -> None:
        change = further if event.add else alone
        self.order_by(change(self._view.order, event.column))

    @on(RecordDetail.Resized)
    def _detail_resized(self) -> None:
        self._show_detail(self._records.highlighted)

    def _show_detail(self, copy: Copy | None) -> None:
        if copy is None:
            self._detail.show(Text())
        else:
            now, width = self._clock.now(), self._detail.scrollable_content_region.width
            self._detail.show(detail(copy, self._view.collection, site_url=self._site_url, now=now, width=width))

    def _count_soon(self) -> None:
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_COUNTED_AFTER, self._count)

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        if self._facets.display and self._is_whole:
            view = self._view
            found = await asyncio.to_thread(groups, view, self._facets_open)
            if view is self._view:
                self._facets.show(found)

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.start_typing()
        self.get_completions_ready()

    def action_clear(self) -> None:
        """Take the filter away."""
        self._bar.clear()

    def action_facets(self) -> None:
        """Go to the facets; from there, put them away."""
        puts_away = self._facets.display and self._facets.has_focus
        self.set_class(puts_away, "-no-facets")
        self.set_class(not puts_away, "-facets")
        if puts_away:
            self._back_to_records()
        else:
            self.set_focus(self._facets)
            self._count_soon()
        self.keep()

    def action_toggle_detail(self) -> None:
        """Show or hide the details."""
        self.toggle_class("-no-detail")
        if self.has_class("-no-detail"):
            self._back_to_records()
        self.keep()

    async def action_quit(self) -> None:
        """Leave, and remember how."""
        await self.keep_now()
        self.app.exit()
