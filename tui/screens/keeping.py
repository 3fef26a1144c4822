"""A screen whose view can be kept under a name, handed on, and exported."""

from __future__ import annotations

from core.domain.account import Access
from core.domain.sorting import DEFAULT, Order, UnknownColumnError, order_text, parse_order
from core.domain.views import SavedView
from core.errors import FromFile
from tui.render.notices import account_page
from tui.render.rows import known_columns, usual_columns
from tui.screens.exporting import ExportScreen
from tui.screens.playing import PlayingScreen
from tui.screens.views import ViewsScreen

from textual import work


class KeepingScreen(PlayingScreen):
    """What a screen needs beside this: `show_columns`, and `filter_by` a text."""

    def action_views(self) -> None:
        """Look at the saved views."""
        account, site = self._somebody(), self._site_url
        if account is not None:
            page = account_page(site, account, self._shelf)
            now = self._as_a_view()
            self.app.push_screen(ViewsScreen(self._core, account, now, self.open_view, site_url=site, page=page))

    def action_export(self) -> None:
        """Write what is shown to a file."""
        account, site = self._somebody(), self._site_url
        if account is None:
            return
        if not self._is_whole:
            self.notify("The records are still being read. Try again in a moment.", markup=False)
            return
        page = account_page(site, account, self._shelf)
        self.app.push_screen(ExportScreen(self._core, account, self._view, self._shelf, site_url=site, page=page))

    @work(group="view", exclusive=True)
    async def open_view(self, view: SavedView) -> None:
        """Show the records of a saved view, which can be understood, as it says."""
        account = self._account
        if account is None:
            return
        if view.shelf is not self._shelf:
            if account.access is Access.LOCAL:
                self.notify(self.worded(FromFile(account.username)), timeout=20, markup=False)
                return
            await self.turn_to(view.shelf).wait()
        self.show_columns(known_columns(view.columns, self._shelf))
        self._order = _order(view)
        self.filter_by(view.text)
        self.look_for(view.text)
        self._arrange()

    def _as_a_view(self) -> SavedView:
        """What is shown now, without a name."""
        chosen = self._view.chosen
        return SavedView(
            name="",
            text=self._view.text,
            order="" if chosen == DEFAULT else order_text(chosen),
            columns=() if self._columns == usual_columns(self._shelf) else self._columns,
            shelf=self._shelf,
        )


def _order(view: SavedView) -> Order:
    """That of a later version may name a column that is not known."""
    try:
        return parse_order(view.order) if view.order else DEFAULT
    except UnknownColumnError:
        return DEFAULT
