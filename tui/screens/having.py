"""Safe to buy? A line into which a barcode scanner can type; the answer stands below it at once, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.having import Having
from core.domain.having_answers import Answer
from core.domain.having_text import read
from core.domain.progress import Waiting
from core.errors import RunoutError
from core.text import count, counted, printable
from tui.keys import spoken
from tui.letting_go import let_go
from tui.render.freshness import not_current
from tui.render.having_lines import Given, answer_text, given_text
from tui.render.notices import account_page, source_notice
from tui.screens.help import HelpScreen
from tui.screens.listed import LOOKED_AFTER
from tui.widgets.asking_line import AskingLine
from tui.widgets.key_line import KeyLine
from tui.widgets.notice import Notice
from tui.wording import describe, waiting

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

_KEPT: Final = 20
"""Answers that stay listed."""

_FACTS_AFTER: Final = 30.0
"""Seconds after which barcodes that were learned meanwhile are looked through."""


class HavingScreen(ModalScreen[None]):
    """Answers from the copy; Discogs is asked only when somebody says so, and of the newest answer only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2,ctrl+o", "ask", "Ask Discogs", id="having.ask"),
        Binding("escape", "back", "Back", key_display="Esc", id="having.back"),
        Binding("f1", "help", "Help", id="having.help"),
        Binding("down", "move(1)", "Down", show=False, id="having.down"),
        Binding("up", "move(-1)", "Up", show=False, id="having.up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="having.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="having.page_up"),
    ]

    def __init__(
        self,
        core: Core,
        clock: Clock,
        account: Account,
        collection: Callable[[], Collection | None] = lambda: None,
        *,
        site_url: str,
    ) -> None:
        """`collection` tells what is here of the collection, when that is at hand; None where it is to be read."""
        super().__init__()
        self._core = core
        self._clock = clock
        self._account = account
        self._collection = collection
        self._site_url = site_url
        self._having: Having | None = None
        self._of: Collection | None = None
        """What was looked through."""
        self._looked_at = 0.0
        self._is_looking = False
        self._given: list[Given] = []
        self._heading = Static("", id="listed-heading", markup=False)
        self._line = AskingLine("barcode, number, link, r123 or words", id="having-line")
        self._answers = Static("", id="having-answers", markup=False)
        self._standing = Static("", id="listed-standing", markup=False)

    def compose(self) -> ComposeResult:
        """The line on top, under it what was asked."""
        yield self._heading
        yield Notice(id="having-notice")
        yield self._line
        with VerticalScroll(id="having-scroll", can_focus=False):
            yield self._answers
        with Horizontal(classes="listed-bottom"):
            yield self._standing
            yield Static(
                source_notice(account_page(self._site_url, self._account)), classes="listed-source", markup=False
            )
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to look through the records; what is typed meanwhile waits for that."""
        self._line.focus()
        self._heading.update(Text(f"Do I have it? · {printable(self._account.username)}"))
        self.query_one(Notice).show(not_current(self._account, self._clock.now()))
        self.set_interval(LOOKED_AFTER, self.look_again)
        self._redraw()
        self.look_again()

    async def on_unmount(self) -> None:
        """Let go of everything without holding up a key."""
        if self._having is not None:
            held, self._having = self._having.parts(), None
            await let_go(held, 1)

    @work(group="look")
    async def look_again(self) -> None:
        """Look through the records anew when there are others, unless that is being done already."""
        collection = self._collection()
        if self._is_looking or not self._is_news(collection):
            return
        self._is_looking = True
        failure = ""
        try:
            having = await self._core.have.shelves(self._account, collection)
            left = self._having.parts() if self._having is not None else []
            self._having, self._of, self._looked_at = having, collection, self._clock.monotonic()
            del having
            await let_go(left, 1)
        except RunoutError as error:
            failure = describe(error)
        finally:
            self._is_looking = False
        for one in self._given:
            self._answer(one)
        self._redraw(failure)

    def _is_news(self, collection: Collection | None) -> bool:
        """Whether there are other copies; facts that are learned of the same ones, as many are, wait for a while."""
        if self._having is None or collection is None or collection is self._of:
            return self._having is None
        has_others = self._of is None or self._of.copies is not collection.copies
        return has_others or self._clock.monotonic() - self._looked_at >= _FACTS_AFTER

    @on(AskingLine.Asked)
    def _asked(self, event: AskingLine.Asked) -> None:
        sought = read(event.text)
        one = Given(sought)
        self._given = [one, *self._given][:_KEPT]
        self._answer(one)
        self._redraw()
        self.query_one("#having-scroll", VerticalScroll).scroll_home(animate=False)

    def _answer(self, one: Given) -> None:
        """Answer what waits for it; what has been answered stays as it was said."""
        if self._having is not None and one.answer is None and not one.sought.is_nothing:
            self._tell(one, self._having.answer(one.sought), self._having)

    def _tell(self, one: Given, answer: Answer, having: Having) -> None:
        one.answer, one.text, one.said = answer, answer_text(having, answer, self._site_url), ""

    def _redraw(self, failure: str = "") -> None:
        having = self._having
        if having is None:
            told = failure or "Looking through your records…"
        else:
            known = having.known
            told = (
                f"{counted(known.copies, 'copy', 'copies')} · barcodes known for"
                f" {count(known.with_barcodes)} of {count(known.releases)}"
            )
        self._standing.update(Text(told), layout=False)
        ask = spoken(self).get("having.ask", "")
        # As it is printed on the keyboard.
        ask = ask.upper() if ask[1:].isdigit() else ask
        ask = ask if self._account.access is Access.OWNER else ""
        texts = [given_text(one, ask if one is self._given[0] else "") for one in self._given]
        self._answers.update(Text("\n\n").join(texts) if texts else Text("Nothing is asked of Discogs by itself."))

    @work(group="ask", exclusive=True)
    async def action_ask(self) -> None:
        """Ask Discogs about the newest answer: one request."""
        one = self._given[0] if self._given else None
        having = self._having
        if one is None or one.answer is None or having is None or one.is_asking:
            return
        if one.answer.question is None:
            one.said = "" if one.answer.asked else "There is nothing that Discogs could be asked for this."
            self._redraw()
            return

        def wait(event: Waiting) -> None:
            one.said = f"{waiting(event).capitalize()}…"
            self._redraw()

        one.is_asking, one.said = True, "Asking Discogs…"
        self._redraw()
        try:
            answer = await self._core.have.ask(self._account, having, one.answer, wait)
            self._tell(one, answer, having)
        except RunoutError as error:
            one.said = describe(error)
        finally:
            one.is_asking = False
        self._redraw()

    def action_back(self) -> None:
        """Take away what is typed; when nothing is, leave."""
        if self._line.value:
            self._line.clear()
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self, site_url=self._site_url))

    def action_move(self, by: int) -> None:
        """Scroll the answers by a line."""
        self.query_one("#having-scroll", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll the answers by what can be seen."""
        scroll = self.query_one("#having-scroll", VerticalScroll)
        scroll.scroll_relative(y=by * max(1, scroll.size.height - 1), animate=False)
