"""The question what becomes of copies that Discogs no longer shows, when there are too many to be believed."""

from __future__ import annotations

from typing import ClassVar, Final

from core.domain.progress import Word
from core.text import count, counted
from tui.render.notices import source_notice
from tui.widgets.choices import Choices

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

_CHOICES: Final[tuple[tuple[Word | None, str, str], ...]] = (
    (None, "Decide later", "They stay here. The next sync asks again."),
    (Word.KEEP, "Keep them", "They stay here, and are not asked about again. The collection is read once more."),
    (
        Word.ACCEPT,
        "Let them go",
        "The collection is read once more, and what Discogs then still does not show is removed here.",
    ),
)
"""What takes nothing away comes first: that is where Enter is."""


class VanishedScreen(ModalScreen[Word | None]):
    """Closed with the owner's word; without one when it is left for later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "later", "Decide later", key_display="Esc", id="vanished.later"),
    ]

    def __init__(self, missing: int, here: int, *, page: str = "https://www.discogs.com") -> None:
        """`missing` of the `here` copies are in doubt; `page` is where Discogs shows the collection."""
        super().__init__()
        self._missing = missing
        self._here = here
        self._page = page

    def compose(self) -> ComposeResult:
        """What is asked, what can be said, and where it can be looked up."""
        few = "It is" if self._missing == 1 else "They are"
        with VerticalScroll(id="vanished", classes="dialog", can_focus=False):
            yield Static(
                f"{count(self._missing)} of your {counted(self._here, 'record')} "
                f"{'is' if self._missing == 1 else 'are'} not on Discogs any more",
                classes="dialog-heading",
                markup=False,
            )
            yield Static(
                f"{few} still here. Discogs may have had a bad moment, or the records may have been taken out of your"
                " collection there. Nothing is changed on Discogs, whatever you say.",
                markup=False,
            )
            yield Choices(id="vanished-choices", compact=True)
            yield Static(source_notice(self._page), classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Nothing is decided by a key that was pressed too often."""
        choices = self.query_one(Choices)
        choices.offer([(name, does) for _word, name, does in _CHOICES])
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the word."""
        self.dismiss(_CHOICES[event.option_index][0])

    def action_later(self) -> None:
        """Leave without one."""
        self.dismiss(None)
