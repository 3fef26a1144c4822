"""The question what becomes of copies that Discogs no longer shows, when there are too many to be believed."""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar, Final

from core.domain.ids import Shelf
from core.domain.progress import Word
from core.domain.view import View
from core.text import count, counted
from tui.keys import spoken
from tui.render.notices import source_notice
from tui.render.shelves import has_column
from tui.shelf_words import RECORDS
from tui.widgets.choices import Choices
from tui.widgets.record_table import RecordTable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

_COLUMNS: Final = ("artist", "title", "number", "folder", "label", "year", "format", "media")
"""What tells one record from another; those at the end are there where there is room."""


class _Look(Enum):
    WHICH = auto()


_LATER: Final = (None, "Decide later", "They stay here. The next sync asks again.")
_WHICH: Final = (_Look.WHICH, "See which they are", "")


def _words(shelf: Shelf) -> tuple[tuple[Word, str, str], ...]:
    return (
        (Word.KEEP, "Keep them", f"They stay here, and are not asked about again. The {shelf} is read once more."),
        (
            Word.ACCEPT,
            "Let them go",
            f"The {shelf} is read once more, and what Discogs then still does not show is removed here.",
        ),
    )


class VanishedScreen(ModalScreen[Word | None]):
    """Closed with the owner's word; without one when it is left for later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "later", "Decide later", key_display="Esc", id="vanished.later"),
    ]

    def __init__(
        self,
        missing: int,
        here: int,
        *,
        page: str = "https://www.discogs.com",
        which: View | None = None,
        shelf: Shelf = Shelf.COLLECTION,
    ) -> None:
        """`missing` of the `here` copies on a shelf are in doubt; `page` is where Discogs shows it.

        `which` are the copies in doubt; None when they could not be read.
        """
        super().__init__()
        self._missing = missing
        self._here = here
        self._page = page
        self._which = which
        self._shelf = shelf
        # What takes nothing away comes first: that is where Enter is.
        self._choices = (_LATER, *((_WHICH,) if which is not None else ()), *_words(shelf))

    def compose(self) -> ComposeResult:
        """What is asked, what can be said, and where it can be looked up."""
        few = "It is" if self._missing == 1 else "They are"
        with VerticalScroll(id="vanished", classes="dialog", can_focus=False):
            yield Static(
                f"{count(self._missing)} of your {counted(self._here, RECORDS[self._shelf])} "
                f"{'is' if self._missing == 1 else 'are'} not on Discogs any more",
                classes="dialog-heading",
                markup=False,
            )
            yield Static(
                f"{few} still here. Discogs may have had a bad moment, or the {RECORDS[self._shelf]}s may have been"
                f" taken out of your {self._shelf} there. Nothing is changed on Discogs, whatever you say.",
                markup=False,
            )
            yield Choices(id="vanished-choices", compact=True)
            yield Static(source_notice(self._page), classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Nothing is decided by a key that was pressed too often."""
        choices = self.query_one(Choices)
        choices.offer([(name, does) for _word, name, does in self._choices])
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the word, or look first."""
        word = self._choices[event.option_index][0]
        if not isinstance(word, _Look):
            self.dismiss(word)
        elif self._which is not None:
            self.app.push_screen(MissingScreen(self._which, page=self._page, shelf=self._shelf))

    def action_later(self) -> None:
        """Leave without one."""
        self.dismiss(None)


class MissingScreen(ModalScreen[None]):
    """Which copies are in doubt; leads back to the question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", key_display="Esc", id="missing.back"),
    ]

    def __init__(self, which: View, *, page: str, shelf: Shelf = Shelf.COLLECTION) -> None:
        super().__init__()
        self._which = which
        self._shelf = shelf
        self._page = page

    def compose(self) -> ComposeResult:
        """A table as that of all records is."""
        with Vertical(id="missing", classes="dialog"):
            number = counted(len(self._which.copies), RECORDS[self._shelf])
            columns = (name for name in _COLUMNS if has_column(self._shelf, name))
            yield Static(f"{number} that Discogs does not show", classes="dialog-heading", markup=False)
            yield RecordTable(self._which, columns, id="missing-records")
            yield Static(source_notice(self._page), id="missing-notice", classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Say how to go back, and let the keys move through the records."""
        notice = source_notice(self._page).append(f"  {spoken(self)['missing.back']} goes back.")
        self.query_one("#missing-notice", Static).update(notice)
        self.query_one(RecordTable).focus()
