"""Export what is shown: as what, under which name, and over what was there only when somebody says so twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from core.app import Core
from core.domain.account import Account
from core.domain.exporting import Export, Kind
from core.domain.ids import Shelf
from core.domain.sorting import order_text
from core.domain.view import View
from core.errors import ExportExists, RunoutError
from core.services.export import Wanted
from core.text import count, counted, fold, printable
from tui.export_words import NAMES, written_words
from tui.keys import spoken
from tui.render.notices import source_notice
from tui.shelf_words import THINGS
from tui.widgets.choices import Choices
from tui.wording import describe

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

_KINDS: Final = tuple(NAMES)
_STEP: Final = 1_000
"""Records after which it is said how many are written."""
_LONGEST: Final = 40
_NO_SIGN: Final = re.compile(r"[^a-z0-9]+")


class ExportScreen(ModalScreen[Path | None]):
    """Closed with the file that was written, or with None when there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", key_display="Esc", id="export.back"),
    ]

    def __init__(
        self,
        core: Core,
        account: Account,
        view: View,
        shelf: Shelf,
        *,
        site_url: str,
        page: str,
        home: Path | None = None,
    ) -> None:
        """`view` is what is shown; `page` is where Discogs shows it; `home` is where files go without a directory."""
        super().__init__()
        self._core = core
        self._account = account
        self._view = view
        self._shelf = shelf
        self._site_url = site_url
        self._page = page
        self._home = home or Path.home()
        self._kind = Kind.CSV
        self._warned: Path | None = None
        """The file that would be replaced, after this was said."""
        self._is_writing = False

    def compose(self) -> ComposeResult:
        """One dialog, of which each step shows a part."""
        things = counted(len(self._view.copies), *THINGS[self._shelf])
        with VerticalScroll(id="export", classes="dialog", can_focus=False):
            yield Static(Text(f"Export {things} that are shown"), classes="dialog-heading", markup=False)
            yield Choices(id="export-choices", compact=True)
            yield Input(id="export-input", compact=True)
            yield Static("", id="export-said", classes="dialog-said", markup=False)
            yield Static(source_notice(self._page), classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Begin with what it is to be."""
        self.query_one(Choices).offer([(kind.value, NAMES[kind]) for kind in _KINDS])
        self._choose()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go on with the name of the file."""
        event.stop()
        self._kind = _KINDS[event.option_index]
        choices, typing = self.query_one(Choices), self.query_one(Input)
        choices.display, typing.display = False, True
        typing.value = str(self._suggested())
        typing.cursor_position = len(typing.value)
        typing.focus()
        self._say(f"Enter writes the file, {spoken(self)['export.back']} goes back.")

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said is of another file."""
        event.stop()
        if self._warned is not None:
            self._warned = None
            self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file."""
        event.stop()
        if self._is_writing:
            return
        if not event.value.strip():
            self._say("Type the name of a file first.", is_error=True)
            return
        target = self._file(event.value.strip())
        self._write(target, replaces=target == self._warned)

    def action_back(self) -> None:
        """Stop what is written, else one step back, and from the first one away."""
        if self._is_writing:
            self.workers.cancel_group(self, "write")
        elif self.query_one(Input).display:
            self._choose()
        else:
            self.dismiss(None)

    @work(group="write", exclusive=True)
    async def _write(self, target: Path, *, replaces: bool) -> None:
        self._is_writing = True
        self._say("Writing…")
        try:
            done = await self._core.export.write(
                self._wanted(), target, replace=replaces, on_written=self._on_written()
            )
        except ExportExists:
            self._warned = target
            self._say("There is such a file already. Enter once more replaces it.", is_error=True)
            return
        except RunoutError as error:
            self._say(describe(error), is_error=True)
            return
        finally:
            self._is_writing = False
        self.app.notify(written_words(done.records, done.bytes, done.path, self._shelf), timeout=10, markup=False)
        self.dismiss(target)

    def _wanted(self) -> Export:
        view = self._view
        wanted = Wanted(
            kind=self._kind,
            shelf=self._shelf,
            text=view.text,
            order=view.order,
            order_text=order_text(view.order),
            source=self._page,
            site_url=self._site_url,
        )
        return self._core.export.of(self._account, wanted, view.collection, view.copies)

    def _on_written(self) -> Callable[[int, int], None]:
        said = 0

        def on_written(done: int, total: int) -> None:
            nonlocal said
            if done - said >= _STEP:
                said = done
                self.app.call_later(self._say, f"Writing… {count(done)} of {count(total)}")

        return on_written

    def _choose(self) -> None:
        choices, typing = self.query_one(Choices), self.query_one(Input)
        choices.display, typing.display, self._warned = True, False, None
        choices.focus()
        self._say(f"Enter goes on, {spoken(self)['export.back']} leaves.")

    def _suggested(self) -> Path:
        """A name in the home directory that nothing has yet."""
        name = _NO_SIGN.sub("-", fold(self._account.username)).strip("-")[:_LONGEST] or "records"
        stem = f"runout-{name}-{self._shelf}"
        tried, number = self._home / f"{stem}.{self._kind}", 1
        while tried.exists():
            number += 1
            tried = self._home / f"{stem}-{number}.{self._kind}"
        return tried

    def _file(self, typed: str) -> Path:
        try:
            path = Path(typed).expanduser()
        except RuntimeError:  # `~nobody`: nobody is called so.
            path = Path(typed)
        return path if path.is_absolute() else self._home / path

    def _say(self, text: str, *, is_error: bool = False) -> None:
        if self.is_attached:
            said = self.query_one("#export-said", Static)
            said.set_class(is_error, "-error")
            said.update(Text(printable(text)))
