"""A record to listen to, picked from what is shown, and the listening log at one key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection, Copy
from core.domain.ids import InstanceId, Shelf
from core.domain.picking import Pick
from core.domain.view import View
from core.errors import RunoutError
from tui.keys import spoken
from tui.play_words import named, taken_back, times, why_this
from tui.render.notices import account_page, source_notice
from tui.render.plays import record_lines
from tui.screens.dialogs import DialogsScreen
from tui.wording import describe

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

_WIDTH: Final = 70
"""Cells in which the longest line ends."""

_KEYS: Final = {
    "open": "shows it",
    "played": "played it",
    "decline": "not tonight",
    "another": "another",
    "close": "closes",
}
"""What the keys do, by the names of their bindings."""


class PickScreen(ModalScreen[InstanceId | None]):
    """One record; closed with the copy to go to, or without one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Go to it", id="picking.open"),
        Binding("p", "played", "Played it", id="picking.played"),
        Binding("n", "decline", "Not tonight", id="picking.decline"),
        Binding("z", "another", "Another", id="picking.another"),
        Binding("escape,q", "dismiss_without", "Close", key_display="Esc", id="picking.close"),
    ]

    def __init__(
        self, core: Core, clock: Clock, account: Account, view: View, *, site_url: str, heard: Callable[[], object]
    ) -> None:
        """`view` is what one is picked from; `heard` is called when a play was logged."""
        super().__init__()
        self._core = core
        self._clock = clock
        self._account = account
        self._collection: Collection = view.collection
        self._copies: tuple[Copy, ...] = view.copies
        self._site_url = site_url
        self._heard = heard
        self._pick: Pick | None = None
        self._is_busy = False
        """Whether the key before is still being answered: none is counted twice."""

    def compose(self) -> ComposeResult:
        """The record, and under it why it is this one, and the keys."""
        with VerticalScroll(id="picking", classes="dialog", can_focus=False):
            yield Static("How about this one?", classes="dialog-heading", markup=False)
            yield Static("One moment…", id="picking-record", markup=False)
            yield Static(source_notice(account_page(self._site_url, self._account)), id="picking-source", markup=False)
            yield Static(id="picking-why", classes="dialog-notice", markup=False)
            yield Static(id="picking-keys", classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Pick one, and name the keys as they are."""
        keys = spoken(self)
        told = (f"{keys[f'picking.{name}']} {what}" for name, what in _KEYS.items() if f"picking.{name}" in keys)
        self.query_one("#picking-keys", Static).update(Text(" · ".join(told)))
        self.action_another()

    def action_another(self) -> None:
        """Pick another one."""
        self._do(self._offer)

    def action_decline(self) -> None:
        """Put this one off until tomorrow, and pick another one."""
        self._do(self._decline)

    def action_played(self) -> None:
        """Log that this one is played, and leave."""
        self._do(self._log)

    def action_open(self) -> None:
        """Go to this one among the records."""
        if self._pick is not None and not self._is_busy:
            self.dismiss(self._its_copies(self._pick)[0].instance_id)

    def action_dismiss_without(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._done(act)

    @work(group="picking")
    async def _done(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
        finally:
            self._is_busy = False

    async def _offer(self) -> None:
        pick = await self._core.plays.pick(self._account, [copy.release.id for copy in self._copies])
        if pick is not None:
            self._pick = pick
            self._show(pick)

    async def _decline(self) -> None:
        if self._pick is not None:
            await self._core.plays.decline(self._account, self._pick.release_id)
            await self._offer()

    async def _log(self) -> None:
        if self._pick is None:
            return
        release = self._its_copies(self._pick)[0].release
        await self._core.plays.log(self._account, release.id)
        self.notify(f"Played: {named(release, release.id)}.", markup=False)
        self._heard()
        self.dismiss(None)

    def _show(self, pick: Pick) -> None:
        page = f"{self._site_url}/release/{pick.release_id}"
        now = self._clock.now()
        lines = record_lines(self._its_copies(pick), self._collection, pick.played, now, _WIDTH, page)
        self.query_one("#picking-record", Static).update(Text("\n".join(lines)))
        self.query_one("#picking-source", Static).update(source_notice(page))
        self.query_one("#picking-why", Static).update(Text(why_this(pick.left, pick.among)))

    def _its_copies(self, pick: Pick) -> tuple[Copy, ...]:
        return tuple(copy for copy in self._copies if copy.release.id == pick.release_id)


class PlayingScreen(DialogsScreen):
    """What a screen needs beside this: `highlighted`, and `go_to` a copy."""

    @work(group="dialog", exclusive=True)
    async def action_random(self) -> None:
        """Pick a record from what is shown."""
        account, view = self._somebody(), self._view
        if account is None:
            return
        if self._shelf is not Shelf.COLLECTION:
            key = self._keys.get("browse.wantlist", "")
            self.notify(f"Records to listen to are picked from the collection. {key} opens it.", markup=False)
            return
        if not view.copies:
            self.notify("There is nothing to pick a record from.", markup=False)
            return
        chosen = await self.app.push_screen_wait(
            PickScreen(self._core, self._clock, account, view, site_url=self._site_url, heard=self.was_heard)
        )
        if chosen is not None:
            self.go_to(chosen)

    def action_played(self) -> None:
        """Log that the highlighted record is played now."""
        copy, account = self.highlighted, self._somebody()
        if account is not None and copy is not None:
            self._log_play(account, copy)

    def action_unplayed(self) -> None:
        """Take back the play that was logged last."""
        if (account := self._somebody()) is not None:
            self._take_back(account)

    def was_heard(self) -> None:
        """A play was logged or taken back: what goes by that is shown anew."""
        self._learn()

    @work(group="playing")
    async def _log_play(self, account: Account, copy: Copy) -> None:
        try:
            play = await self._core.plays.log(account, copy.release.id)
            played = (await self._core.plays.played(account)).get(play.release_id)
        except RunoutError as error:
            self.notify(self.worded(error), severity="error", timeout=20, markup=False)
            return
        key = self._keys.get("browse.unplayed", "")
        back = f" {key} takes it back." if key else ""
        name = named(copy.release, copy.release.id)
        self.notify(f"{name}: played {times(played)} by now.{back}", title="Played", markup=False)
        self.was_heard()

    @work(group="playing")
    async def _take_back(self, account: Account) -> None:
        try:
            play = await self._core.plays.undo(account)
        except RunoutError as error:
            self.notify(self.worded(error), markup=False)
            return
        self.notify(taken_back(play), markup=False)
        self.was_heard()
