"""Help: every key of the screen it was called from, and the filter language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from core.domain.query import FIELDS
from core.text import INDEPENDENCE_NOTICE, SOURCE_NOTICE
from tui.widgets.filter_bar import FilterBar
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

_LANGUAGE: Final = (
    ("dub plate", "both words, in artist, title, label or number"),
    ('"studio one"', "these words in this order"),
    ("genre:reggae", f"a field: {', '.join(FIELDS)}"),
    ('label:island,"studio one"', "one of several values"),
    ("-format:cd", "everything but that"),
    ("year:1970..1985", "also 1977, <1980, >=1990, 1970.."),
)

_PARTS: Final = (("Records", RecordTable), ("Details", RecordDetail), ("Filter line", FilterBar))


class HelpScreen(ModalScreen[None]):
    """Closed by any of the keys that one would try."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", key_display="Esc", id="help.close"),
    ]

    def __init__(self, about: Screen[None]) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="help"):
            yield Static(self._text(), markup=False)

    def _text(self) -> Text:
        text = Text()
        for heading, rows in self._keys():
            text.append(f"{heading}\n", style="bold")
            for keys, what in rows:
                text.append(f"  {keys:<18}")
                text.append(what + "\n", style="dim")
            text.append("\n")
        text.append("The filter language\n", style="bold")
        for example, meaning in _LANGUAGE:
            text.append(f"  {example:<27}")
            text.append(meaning + "\n", style="dim")
        text.append(f"\n{SOURCE_NOTICE} {INDEPENDENCE_NOTICE}", style="dim")
        return text

    def _keys(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The keys of the screen and of its widgets, from the bindings themselves."""
        owners = (("Everywhere", self._about), *((name, self._about.query_one(kind)) for name, kind in _PARTS))
        for heading, owner in owners:
            together: dict[str, list[str]] = {}
            for _key, binding in owner._bindings:  # noqa: SLF001 - Textual has no public list of a widget's own keys
                if binding.id and binding.description:
                    together.setdefault(binding.description, []).append(self.app.get_key_display(binding))
            yield heading, [(", ".join(dict.fromkeys(keys)), what) for what, keys in together.items()]
