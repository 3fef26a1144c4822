"""The first screen of somebody who has not connected anything: three ways to see records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import ClassVar

from core.domain.account import Account, Newcomer
from core.domain.ledger import PER_MINUTE
from core.errors import RunoutError
from core.text import INDEPENDENCE_NOTICE, printable
from tui.advice import BY_TOKEN
from tui.keys import spoken
from tui.render.first_run import CHOICES, JOIN, OF_FILES, about_newcomer, about_public, about_tokens, welcome
from tui.render.notices import collection_page, source_notice
from tui.widgets.choices import Choices
from tui.wording import describe

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

Look = Callable[[str], Awaitable[Newcomer]]
"""Who is meant by a token or by a name. Raises RunoutError."""


class Wish(Enum):
    """What was chosen that is no account."""

    DEMO = auto()
    """The caller leaves the terminal and begins the demo."""


class Step(Enum):
    """What the screen waits for."""

    CHOICE = auto()
    TEXT = auto()
    DISCOGS = auto()
    CONSENT = auto()
    STORE = auto()


class FirstRunScreen(ModalScreen[Account | Wish | None]):
    """Closed with the account that was connected and is to be fetched, with a wish, or with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", key_display="Esc", id="first.back"),
    ]

    def __init__(
        self,
        *,
        by_token: Look,
        by_public_name: Look,
        join: Callable[[Newcomer], Awaitable[Account]],
        copies_of: Callable[[Newcomer], Awaitable[int | None]] | None = None,
        site_url: str,
        per_minute: int = PER_MINUTE,
        has_application: bool = False,
        current: str = "",
    ) -> None:
        """The first four are those of `ConnectService`; `current` is whose records are open, if anybody's are."""
        super().__init__()
        self._looks = {0: by_token, 1: by_public_name}
        self._join = join
        self._copies_of = copies_of
        self._site_url = site_url
        self._per_minute = per_minute
        self._has_application = has_application
        self._current = printable(current)
        self._way = 0
        self._newcomer: Newcomer | None = None
        self._step = Step.CHOICE

    def compose(self) -> ComposeResult:
        """One dialog, of which each step shows a part."""
        with VerticalScroll(id="first", classes="dialog", can_focus=False):
            yield Static(id="first-heading", classes="dialog-heading", markup=False)
            yield Static(id="first-text", markup=False)
            yield Input(id="first-input", compact=True)
            yield Choices(id="first-choices", compact=True)
            yield Static(id="first-said", markup=False)
            yield Static(id="first-notice", classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Begin with the choice."""
        self._go(Step.CHOICE)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One of the ways was chosen, or the last question was answered."""
        event.stop()
        if self._step is Step.CONSENT:
            if event.option_index == 0 and self._newcomer is not None:
                self._take(self._newcomer)
            else:
                self.action_back()
        elif event.option_index not in self._looks:
            self.dismiss(Wish.DEMO)
        else:
            self._way = event.option_index
            self._go(Step.TEXT)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look who that is."""
        event.stop()
        if event.value.strip():
            self._ask(event.value)
        else:
            self._say("Paste the token first." if self._is_secret else "Type a name first.")

    def action_back(self) -> None:
        """One step back; from the first one, away."""
        match self._step:
            case Step.CHOICE:
                self.dismiss(None)
            case Step.DISCOGS:
                self.workers.cancel_group(self, "ask")
                self._go(Step.TEXT)
            case Step.CONSENT:
                self._go(Step.TEXT)
            case Step.TEXT:
                self.query_one(Input).clear()
                self._go(Step.CHOICE)
            case Step.STORE:
                pass  # It takes no time that anybody would notice.

    @work(group="ask", exclusive=True)
    async def _ask(self, text: str) -> None:
        self._go(Step.DISCOGS)
        try:
            newcomer = await self._looks[self._way](text)
            copies = await self._copies_of(newcomer) if self._copies_of else None
        except RunoutError as error:
            self._go(Step.TEXT)
            self._say(describe(error, BY_TOKEN))
            return
        self._newcomer = newcomer
        if self._is_secret:
            self.query_one(Input).clear()
        self._go(Step.CONSENT)
        self._show_newcomer(newcomer, copies)

    @work(group="take", exclusive=True)
    async def _take(self, newcomer: Newcomer) -> None:
        self._go(Step.STORE)
        try:
            account = await self._join(newcomer)
        except RunoutError as error:
            self._go(Step.TEXT)
            self._say(describe(error, BY_TOKEN))
            return
        self.dismiss(account)

    @property
    def _is_secret(self) -> bool:
        return self._way == 0

    def _go(self, step: Step) -> None:
        """Show what belongs to a step, and put the keys where they are wanted."""
        self._step = step
        heading, text = self._words(step)
        self.query_one("#first-heading", Static).update(heading)
        self.query_one("#first-text", Static).update(text)
        typing, choices = self.query_one(Input), self.query_one(Choices)
        typing.display, typing.password = step in (Step.TEXT, Step.DISCOGS), self._is_secret
        typing.disabled = step is Step.DISCOGS
        choices.display = step in (Step.CHOICE, Step.CONSENT)
        if choices.display:
            choices.offer(CHOICES if step is Step.CHOICE else JOIN)
            choices.focus()
        elif step is Step.TEXT:
            typing.focus()
        else:
            self.set_focus(None)
        self._say(self._hint(step), is_error=False)
        notice = source_notice(self._site_url)
        if step is Step.CHOICE:
            notice.append(f" {INDEPENDENCE_NOTICE}")
        self.query_one("#first-notice", Static).update(notice)

    def _words(self, step: Step) -> tuple[str, Text]:
        if step is Step.CHOICE:
            return welcome(self._current)
        if step is Step.CONSENT:
            return "Found", Text()
        if self._is_secret:
            return "A personal token", about_tokens(self._site_url, self._per_minute)
        return "A public collection", about_public(self._per_minute, has_application=self._has_application)

    def _hint(self, step: Step) -> str:
        back = spoken(self)["first.back"]
        match step:
            case Step.CHOICE:
                return f"{back} leaves. {OF_FILES}"
            case Step.TEXT:
                return f"Enter goes on, {back} goes back."
            case Step.DISCOGS:
                return f"Asking Discogs… {back} stops that."
            case _:
                return ""

    def _show_newcomer(self, newcomer: Newcomer, copies: int | None) -> None:
        about = about_newcomer(newcomer, copies, self._per_minute, has_application=self._has_application)
        self.query_one("#first-text", Static).update(about)
        page = collection_page(self._site_url, newcomer.identity.username)
        self.query_one("#first-notice", Static).update(source_notice(page))

    def _say(self, text: str, *, is_error: bool = True) -> None:
        said = self.query_one("#first-said", Static)
        said.display = bool(text)
        said.set_class(is_error, "-error")
        said.update(Text(text))
