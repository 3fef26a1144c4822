"""The Textual app: its theme, its keys, its screens, and what happens when something unexpected does."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock, SystemClock
from core.config.settings import SECRETS, Config
from core.domain.apart import GIVE_WAY
from tui.background import is_light
from tui.crash import cause_of, scene_of, write_report
from tui.giving_way import Floor
from tui.keys import Remapped, remapped, rows
from tui.screens.accounts import AccountsScreen
from tui.screens.asking import AskingScreen
from tui.screens.browse import BrowseScreen
from tui.screens.changes import ChangesScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.exporting import ExportScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.having import HavingScreen
from tui.screens.help import HelpScreen
from tui.screens.history import HistoryScreen
from tui.screens.pace import PaceScreen
from tui.screens.playing import PickScreen
from tui.screens.reading import ReadingScreen
from tui.screens.sorting import SortScreen
from tui.screens.stats import StatsScreen
from tui.screens.vanished import MissingScreen, VanishedScreen
from tui.screens.views import ViewsScreen
from tui.screens.warned import Known
from tui.surroundings import Surroundings
from tui.themes import DARK, dress, settled
from tui.widgets.choices import Choices
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_bar import FilterBar
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable
from tui.wording import unexpected

from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen

OWNERS: Final[tuple[type[DOMNode], ...]] = (
    BrowseScreen,
    RecordTable,
    FacetPanel,
    RecordDetail,
    FilterBar,
    HelpScreen,
    AccountsScreen,
    ColumnsScreen,
    SortScreen,
    FirstRunScreen,
    VanishedScreen,
    MissingScreen,
    ChangesScreen,
    HistoryScreen,
    DuplicatesScreen,
    HavingScreen,
    StatsScreen,
    ViewsScreen,
    ExportScreen,
    AskingScreen,
    ReadingScreen,
    PickScreen,
    PaceScreen,
    Choices,
)
"""Whose bindings can be given other keys."""

_TURNS, _MOST_TURNS = 12, 200
"""Turns of the loop that a key is given: what it begins goes through several queues."""

_YOUNG, _YOUNG_PASSES, _NEVER = 2_000, 10, 1_000_000

_STYLES: Final = ("browse", "table", "filter", "facets", "states", "dialogs", "choosing", "listed", "stats", "having")


class Setting(Struct, frozen=True):
    """What the settings say of the terminal."""

    theme: str = DARK.name
    keys: tuple[tuple[str, str], ...] = ()
    log: Path | None = None
    """Beside which a report of something unexpected is left."""
    hidden: tuple[str, ...] = ()
    """Secrets that are in use: they are in no report."""
    mouse: bool = True
    known: Known = Known()
    """What the screens have to know, without what only the running app can find out."""

    @classmethod
    def of(cls, config: Config) -> Setting:
        """What is configured. For before the app runs: the terminal may be asked whether it is light."""
        secret = (getattr(getattr(config, section), key) for section, key in SECRETS)
        hidden = tuple(value for value in secret if value)
        theme = settled(config.terminal.theme, is_light)
        return cls(
            theme=theme,
            keys=config.keys,
            log=config.paths.log,
            hidden=hidden,
            mouse=config.terminal.mouse,
            known=Known(
                per_minute=config.discogs.requests_per_minute,
                has_application=config.discogs.consumer is not None,
                around=Surroundings.of(config),
            ),
        )


class RunoutApp(App[None]):
    """The terminal."""

    CSS_PATH: ClassVar[list[str | Path]] = [  # type: ignore[assignment]
        Path(__file__).with_name("styles") / f"{name}.tcss" for name in _STYLES
    ]
    TITLE = "Runout"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit")
    ]

    def __init__(
        self, core: Core, *, site_url: str, clock: Clock | None = None, setting: Setting | None = None
    ) -> None:
        super().__init__()
        self._core = core
        self._site_url = site_url
        self._clock = clock or SystemClock()
        self._setting = setting or Setting()
        self._floor = Floor()

    def on_mount(self) -> None:
        """Dress, and open the records."""
        keys: Remapped = remapped(self._setting.keys, (type(self), *OWNERS))
        self.set_keymap(keys.keymap)
        unknown_theme = dress(self, self._setting.theme)
        complaints = (*((unknown_theme,) if unknown_theme else ()), *keys.complaints)
        known = replace(self._setting.known, complaints=complaints)
        self.push_screen(BrowseScreen(self._core, self._clock, site_url=self._site_url, known=known))

    async def on_event(self, event: events.Event) -> None:
        """Let a key have its effect before the next one: of those that come in one piece, `/` opens the line first."""
        is_pressed = isinstance(event, events.Key) and not event.is_forwarded
        if is_pressed:
            self._floor.take()
        await super().on_event(event)
        if is_pressed:
            await self._let_it_have_its_effect()

    async def _let_it_have_its_effect(self) -> None:
        """A key goes to where the focus is and comes back, if nobody took it, to be looked up among the bindings.

        It would come back behind the keys that are waiting already, which would all go where the focus was before.
        """
        for turn in range(_MOST_TURNS):
            await asyncio.sleep(0)
            if (back := self._came_back()) is not None:
                await self._dispatch_message(back)
            nodes = (self.focused or self.screen).ancestors_with_self
            if turn >= _TURNS and all(node.message_queue_size == 0 for node in nodes if node is not self):
                return

    def _came_back(self) -> events.Key | None:
        """The key that waits behind others to be looked up; the others stay as they are."""
        back: events.Key | None = None
        queue: asyncio.Queue[Message | None] = self._message_queue
        for message in [queue.get_nowait() for _ in range(queue.qsize())]:
            queue.task_done()
            if back is None and isinstance(message, events.Key) and message.is_forwarded:
                back = message
            else:
                queue.put_nowait(message)
        return back

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen and of where the focus is, and what Textual itself offers."""
        nodes = [screen, *(widget for kind in (RecordTable, FacetPanel, RecordDetail) for widget in screen.query(kind))]
        actions = {binding.id: (node, binding) for node in nodes for _key, binding in node._bindings}  # noqa: SLF001 - Textual has no public list
        for node in nodes:
            for row in rows(node):
                owner, binding = actions[row.id]
                yield SystemCommand(
                    row.what,
                    ", ".join(row.keys),
                    lambda owner=owner, action=binding.action: self.run_action(action, owner),
                )
        for command in super().get_system_commands(screen):
            if command.title not in ("Quit", "Keys"):
                yield command

    async def action_quit(self) -> None:
        """Leave; the records remember how."""
        for screen in self.screen_stack:
            if isinstance(screen, BrowseScreen):
                await screen.keep_now()
        self.exit()

    async def run_to_the_end(self) -> int:
        """Run until somebody leaves; the exit code."""
        # Threads that read 100,000 rows hand over to whoever presses a key, and wait while it is answered.
        sys.setswitchinterval(0.001)
        GIVE_WAY.set(self._floor.wait)
        # A pass over millions of objects that are not garbage would hold up a key for half a second.
        gc.set_threshold(_YOUNG, _YOUNG_PASSES, _NEVER)
        await self.run_async(mouse=self._setting.mouse)
        return self.return_code or 0

    @property
    def _names(self) -> tuple[str, ...]:
        """Of the members whose records were looked at: they are in no report."""
        return tuple(name for one in self.screen_stack if isinstance(one, BrowseScreen) for name in one.names)

    def _fatal_error(self) -> None:
        """Textual's own would print a traceback when the screen is gone: it goes to a report, and to the log."""
        reference = secrets.token_hex(4)
        logging.getLogger("tui").error(
            "unexpected, reference %s", reference, exc_info=cause_of(self._exception) if self._exception else None
        )
        report: Path | None = None
        log = self._setting.log
        if log is not None and self._exception is not None:
            scene = scene_of(self, self._clock.now(), reference, log=log, hidden=(*self._setting.hidden, *self._names))
            report = write_report(log.parent, self._exception, scene)
        if not self._exit_renderables:  # Textual counts what there is, and refers to its own tools for the rest.
            self._exit_renderables.append(Text(unexpected(reference, report)))
        self._close_messages_no_wait()
