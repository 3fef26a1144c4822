"""The screen with the records: filter above, facets beside them, details beside or below, status at the bottom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from core.app import Core
from core.clock import Clock
from core.domain.collection import Copy
from core.domain.completing import complete
from core.domain.describing import sentence
from core.domain.desk import Desk
from core.domain.ids import InstanceId, MasterId
from core.domain.query import parse
from core.domain.sorting import order_text
from core.domain.view import View
from core.errors import QuerySyntaxError
from tui.keys import spoken
from tui.render.rows import known_columns, usual_columns
from tui.render.states import KEYS
from tui.screens.bindings import BINDINGS
from tui.screens.faceted import OPEN
from tui.screens.sorting import alone, further
from tui.screens.telling import TellingScreen
from tui.screens.warned import Known
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_bar import FilterBar
from tui.widgets.key_line import KeyLine
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal


class BrowseScreen(TellingScreen):
    """Brings the widgets together; what they show is decided elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (150, "-spacious")]  # noqa: RUF012 - Textual does not declare it a class's
    VERTICAL_BREAKPOINTS = [(0, "-short"), (17, "-tall")]  # noqa: RUF012 - as above

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        site_url: str,
        known: Known = Known(),  # noqa: B008 - a value
    ) -> None:
        """`known` is what the settings say that these screens have to know."""
        super().__init__(core, clock, site_url=site_url, known=known)
        self._theme = ""
        """That of the settings: only another one that was chosen here is remembered."""
        self._bar = FilterBar(self._tabs, id="filter")
        self._records = RecordTable(self._view, id="table")
        self._detail = RecordDetail(id="detail")

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
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the records."""
        self._keys, self._theme = {**KEYS, **spoken(self)}, self.app.theme
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.keep())
        self._bar.complete_with(lambda text, cursor: complete(text, cursor, self._view.index))
        self.set_focus(self._records)

    def show(self, view: View) -> None:
        """Show the records, and a moment later the facets beside them."""
        self._view = view
        self._records.show(view)
        self._bar.describe(sentence(view.query))
        self.redraw()
        self.count_soon()

    def learned(self, view: View, masters: Collection[MasterId]) -> None:
        """Show in the cells that can be seen what was learned of some masters."""
        self._view = view
        self._records.learn(view, masters)
        copy = self.highlighted
        if copy is not None and copy.release.master_id in masters:
            self.show_details()

    def restore(self, desk: Desk, text: str | None) -> None:
        """Make the screen what it was when it was left."""
        self.show_columns(known_columns(desk.columns, self._shelf))
        if desk.instance is None:
            self._records.place(0, 0)
        self._records.restore(desk.instance, desk.offset)
        self._facets_open = OPEN if desk.facets_open is None else desk.facets_open
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
            order=order_text(self._view.chosen),
            columns=() if self._columns == usual_columns(self._shelf) else self._columns,
            instance=highlighted.instance_id if highlighted else None,
            offset=self._records.highlighted_line,
            screen=tuple(copy.instance_id for copy in rows),
            facets_open=self._facets_open,
            shows_facets=not self.has_class("-no-facets"),
            asks_facets=self.has_class("-facets"),
            shows_detail=not self.has_class("-no-detail"),
            theme="" if self.app.theme == self._theme else self.app.theme,
        )

    def explain_nothing(self, lines: Sequence[str]) -> None:
        """Say in the place of the records what to do when there are none."""
        self._records.explain_nothing(tuple(lines))

    @property
    def highlighted(self) -> Copy | None:
        """The highlighted copy."""
        return self._records.highlighted

    @property
    def detail_width(self) -> int:
        """Cells of a line of the details."""
        return self._detail.scrollable_content_region.width

    @property
    def shows_details(self) -> bool:
        """Whether the details of the highlighted copy can be seen."""
        return self.app.screen is self and self._detail.display

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

    def filter_by(self, text: str) -> None:
        """Put a filter into the line, and show what it leaves."""
        self._bar.set_text(text)

    def go_to(self, instance: InstanceId) -> None:
        """Highlight a copy among all records; a filter that leaves it out is taken away."""
        if self._view.position_of(instance) is None:
            self._bar.set_text("", quietly=True)
            self.look_for("")
        self._records.restore(instance, self._records.visible_rows // 3)
        self.to_records()

    @on(FilterBar.Left)
    @on(FacetPanel.Left)
    @on(RecordDetail.Left)
    def to_records(self) -> None:
        """Put the focus on the records."""
        self.set_focus(self._records)

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        self.highlight(event.copy)
        self.keep()

    @on(RecordTable.Opened)
    def _opened(self) -> None:
        self.remove_class("-no-detail")
        if self._detail.display:
            self.set_focus(self._detail)
        self.look_now(self.highlighted)

    @on(RecordTable.SortWanted)
    def _sort_wanted(self, event: RecordTable.SortWanted) -> None:
        change = further if event.add else alone
        self.order_by(change(self._view.order, event.column))

    @on(RecordDetail.Resized)
    def _detail_resized(self) -> None:
        self.show_details()
        self.recall_soon()

    def show_lines(self, lines: Sequence[Text], copy: Copy | None) -> None:
        """Show what is known of a copy."""
        self._detail.show(lines, copy.instance_id if copy else None)

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.start_typing()
        self.get_completions_ready()

    def action_clear(self) -> None:
        """Take the filter away."""
        self._bar.clear()

    def action_toggle_detail(self) -> None:
        """Show or hide the details."""
        self.toggle_class("-no-detail")
        self.looked_at(self.highlighted)
        if self.has_class("-no-detail"):
            self.to_records()
        self.keep()

    async def action_quit(self) -> None:
        """Leave, and remember how."""
        await self.keep_now()
        self.app.exit()
