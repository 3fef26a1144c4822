"""The line in which a filter is typed; under it what it means, or what of it is not understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from core.domain.completing import Completion
from core.errors import QuerySyntaxError
from core.text import printable
from tui.widgets.completions import Completions
from tui.widgets.filter_line import FilterLine
from tui.wording import describe

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label, Static

PAUSE: Final = 0.03
"""Seconds without a key after which the filter is applied."""

_PLACEHOLDER: Final = "words   genre: style: format: label: folder: year:1970..1985   -not"
_WORTH: Final = 2
"""Letters of a word after which fields are offered without being asked for."""

Complete = Callable[[str, int], Sequence[Completion]]
"""From a text and the place of the cursor in it to what could stand there."""


class FilterBar(Vertical):
    """Posts what was typed, after a short pause, and offers what could stand at the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "next", "Next completion", show=False, id="filter.next"),
        Binding("up", "previous", "Previous completion", show=False, id="filter.previous"),
        Binding("tab", "take", "Take the completion", id="filter.take"),
        Binding("ctrl+space,ctrl+@", "complete", "Show completions", show=False, id="filter.complete"),
        Binding("down,enter", "done", "Keep the filter", show=False, id="filter.done"),
        Binding("escape", "leave", "Clear the filter", id="filter.leave"),
    ]

    class Changed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """Whoever typed wants to go back to the records."""

    def __init__(self, *beside: Widget, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        """What is `beside` stands at the end of the line."""
        super().__init__(id=id)
        self._beside = beside
        self._pause: Timer | None = None
        self._told = ""
        """The text that the screen knows."""
        self._complete: Complete = lambda _text, _cursor: ()
        self._is_ahead = False
        """Whether something was typed since completions were last looked for."""
        self._line = FilterLine(_PLACEHOLDER, id="filter-input")
        self._error = Static("", id="filter-error", markup=False)
        self._meaning = Static("", id="filter-meaning", markup=False)
        self._completions = Completions(id="filter-completions")

    def compose(self) -> ComposeResult:
        """The prompt and the input, the line below them, and what lies over the records."""
        with Horizontal(id="filter-line"):
            yield Label("Filter", id="filter-prompt", markup=False)
            yield self._line
            yield from self._beside
        yield self._error
        yield self._meaning
        yield self._completions

    def start_typing(self) -> None:
        """Put the cursor into the line, at once: `focus` would wait until keys that came with this one are through."""
        self.screen.set_focus(self._line)

    def complete_with(self, complete: Complete) -> None:
        """Ask this for completions. It is called when the typing pauses, never while a letter is shown."""
        self._complete = complete

    def clear(self) -> None:
        """Take the whole filter away."""
        self.set_text("")

    def set_text(self, text: str, *, quietly: bool = False) -> None:
        """Put another text into the line. `Changed` is posted once and at once, or quietly not at all."""
        self._close()
        self._stop_waiting()
        if text != self._line.value and self.is_mounted:
            self.explain(None)
            self._line.write(text, len(text))
        self._tell(text, quietly=quietly)

    def explain(self, error: QuerySyntaxError | None) -> None:
        """Mark in the line what is not understood and say under it what was expected; None takes that away."""
        self._line.mark(error)
        if error is not None:
            self._error.update(describe(error), layout=False)
        self._show_what_is_said()

    def describe(self, sentence: str) -> None:
        """Say under the line what the filter means, for as long as somebody types and no error takes the place."""
        self._meaning.update(printable(sentence), layout=False)
        self._show_what_is_said()

    def on_mount(self) -> None:
        """A text may have been set before there was a line for it."""
        self._line.write(self._told, len(self._told))
        self._show_what_is_said()

    def on_descendant_focus(self) -> None:
        """What the filter means is of interest while it is written."""
        self._show_what_is_said()

    def on_descendant_blur(self) -> None:
        """Whoever leaves wants no completions."""
        self._close()
        self._show_what_is_said()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for the next key before anything is filtered or looked for."""
        event.stop()
        self._is_ahead = True
        self._completions.highlight(None)
        self._stop_waiting()
        self._pause = self.set_timer(PAUSE, self._paused)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter belongs to the input itself, so its binding above is never asked."""
        event.stop()
        if self._completions.highlighted is None:
            self.action_done()
        else:
            self._take(self._completions.highlighted)

    @on(Completions.Picked)
    def _picked(self, event: Completions.Picked) -> None:
        event.stop()
        if not self._is_ahead:
            self._take(event.completion)

    def action_next(self) -> None:
        """Go down in the completions, if there are any."""
        self._need_completions()
        self._completions.move(1)

    def action_previous(self) -> None:
        """Go up in the completions, if there are any."""
        self._need_completions()
        self._completions.move(-1)

    def action_take(self) -> None:
        """Write the completion that was gone to, or the first."""
        self._need_completions()
        if self._completions.highlighted is None:
            self._completions.move(1)
        if self._completions.highlighted is not None:
            self._take(self._completions.highlighted)

    def action_complete(self) -> None:
        """Show what could stand at the cursor, however little is typed."""
        self._offer(is_asked=True)
        self._completions.move(1)

    def action_leave(self) -> None:
        """Close the completions; without any, back to all records."""
        if self._completions.is_open:
            self._close()
        else:
            self.clear()
            self.post_message(self.Left())

    def action_done(self) -> None:
        """To the records that are left."""
        self._close()
        self._stop_waiting()
        self._tell(self._line.value)
        self.post_message(self.Left())

    def _paused(self) -> None:
        self._pause = None
        self._tell(self._line.value)
        # The records first: completions are looked for when the screen has nothing else to do.
        self.call_after_refresh(self._offer_if_ahead)

    def _offer_if_ahead(self) -> None:
        if self._is_ahead and self._pause is None and self._line.has_focus:
            self._offer()

    def _offer(self, *, is_asked: bool = False) -> None:
        text, cursor = self._line.value, self._line.cursor_position
        self._is_ahead = False
        found = tuple(
            one for one in self._complete(text, cursor) if text[one.start : one.end].casefold() != one.text.casefold()
        )
        if not found or not (is_asked or _is_worth_offering(text, cursor, found[0].start)):
            self._completions.close()
            return
        self._completions.offer(found, self._line.column_of(found[0].start) - self.content_region.x)

    def _need_completions(self) -> None:
        """Look for them now if a key came sooner than the pause; leave that key to others if there are none."""
        if self._is_ahead:
            self._offer()
        if not self._completions.is_open:
            raise SkipAction

    def _take(self, completion: Completion) -> None:
        """Write a completion; behind a field its values are offered next."""
        text = self._line.value
        self._close()
        self._stop_waiting()
        written = text[: completion.start] + completion.text
        self._line.write(written + text[completion.end :], len(written))
        self._tell(self._line.value)
        if written.endswith(":"):
            self._is_ahead = True
            self.call_after_refresh(self._offer_if_ahead)

    def _tell(self, text: str, *, quietly: bool = False) -> None:
        if text != self._told:
            self._told = text
            if not quietly:
                self.post_message(self.Changed(text))

    def _close(self) -> None:
        self._is_ahead = False
        self._completions.close()

    def _stop_waiting(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def _show_what_is_said(self) -> None:
        """One line at most: the error, or else the sentence."""
        self._error.display = self._line.error is not None
        for widget in self._beside:
            widget.set_class(self._line.has_focus, "-typing")
        self._meaning.display = not self._error.display and bool(self._meaning.content) and self._line.has_focus


def _is_worth_offering(text: str, cursor: int, start: int) -> bool:
    """Not at every letter: in the values of a field, and from the second letter of its name."""
    return cursor - start >= _WORTH or text[:start].rstrip('"=').endswith((":", ","))
