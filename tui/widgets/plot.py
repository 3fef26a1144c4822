"""A plot of figures. This module, and with it the library that draws, is loaded when the first plot is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import ClassVar, Final

from core.text import count
from tui.render.rows import cell
from tui.render.stats_bars import Bar, Columns, columns_of, cut, share
from tui.render.stats_plots import Lying, Plot, Said, Standing

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual_plotext import PlotextPlot
from textual_plotext.plot import Plot as Drawing

_SAID: Final = 15
"""Cells of what a figure is called."""

_NAME: Final = 20
"""The most cells of a name before its bar."""

_LEAST: Final = 4
"""A bar of less cells tells nothing."""

_WIDEST: Final = 6
"""Cells of a column, the gap behind it included."""

_SHORTEST: Final = 2
"""Columns of less lines tell nothing."""

_HEIGHT: Final = 13
"""Lines of columns with all that is around them."""

_LAID: Final = "▇"
"""Of what a bar is made: bars that lie one under the other stay apart."""

_RESET: Final = "\x1b[0m"


class StatsPlot(PlotextPlot):
    """Its colours are the theme's, in greys where no colour is wanted: of the library's own none is used."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {"stats-plot--title", "stats-plot--bar", "stats-plot--muted"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.set_reactive(PlotextPlot.theme, "clear")
        self._shown: Plot | None = None

    def show(self, shown: Plot) -> None:
        """Show something else."""
        if shown != self._shown:
            self._shown = shown
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - it is asked so
        """As many lines as there are to be shown; columns have all the same."""
        match self._shown:
            case Said(_, pairs):
                return 1 + len(pairs)
            case Lying(_, bars):
                return 1 + max(1, len(bars))
            case Standing(_, places) if places:
                return _HEIGHT
            case _:
                return 2

    def render(self) -> Text:
        """The title, and below it what there is room for."""
        if self._shown is None:
            return Text("")
        width, height = self.content_size
        lines = islice(self._lines_of(self._shown, width, height), height)
        return Text("\n", no_wrap=True, end="").join(lines)

    def _lines_of(self, shown: Plot, width: int, height: int) -> Iterator[Text]:
        match shown:
            case Said():
                return self._said(shown, width)
            case Lying():
                return self._lying(shown, width)
            case Standing():
                return self._standing(shown, width, height)

    def _title(self, title: str, width: int) -> Text:
        return self._text(cell(title, width), "title")

    def _text(self, text: str, style: str) -> Text:
        return Text(text, self.get_component_rich_style(f"stats-plot--{style}"))

    def _said(self, said: Said, width: int) -> Iterator[Text]:
        yield self._title(said.title, width)
        for name, words in said.pairs:
            told = f"  {cell(words, width - _SAID - 2).rstrip()}" if width > 2 * _SAID else ""
            yield Text("").append_text(self._text(cell(name, min(_SAID, width)), "muted")).append(told)

    def _lying(self, lying: Lying, width: int) -> Iterator[Text]:
        yield self._title(lying.title, width)
        if not lying.bars:
            yield self._text(cell("not known", width), "muted")
            return
        numbers = max(len(count(bar.number or 0)) for bar in lying.bars)
        longest = max(cell_len(cell(bar.name, _NAME).rstrip()) for bar in lying.bars if bar.number is not None)
        name = max(1, min(longest, width // 3))
        room = width - name - numbers - 4 - 6
        drawn = self._drawn_lying([bar for bar in lying.bars if not bar.is_rest], room)
        for bar in lying.bars:
            line = next(drawn, "") if not bar.is_rest else " " * max(0, room)
            yield self._bar(bar, lying.whole, name, line, numbers, width)

    def _bar(self, bar: Bar, whole: int, name: int, line: str, numbers: int, width: int) -> Text:
        if bar.number is None:
            return self._text(cut(bar.name, width), "muted")
        told = f"{count(bar.number):>{numbers}}  {share(bar.number, whole):>4}"
        style = "muted" if bar.is_rest else "bar"
        text = self._text(cell(bar.name, name), "muted") if bar.is_rest else Text(cell(bar.name, name))
        if len(line) >= _LEAST:
            text.append("  ").append_text(self._text(line, style))
        return text.append("  ").append_text(self._text(told, "muted") if bar.is_rest else Text(told))

    def _drawn_lying(self, bars: list[Bar], room: int) -> Iterator[str]:
        if room < _LEAST or not bars:
            return iter(())
        drawing = self._drawing(room, len(bars))
        drawing.frame(False)  # noqa: FBT003 - the library's own way
        drawing.xfrequency(0)
        drawing.yfrequency(0)
        drawing.xlim(0, max(bar.number or 0 for bar in bars))
        drawing.ylim(0, len(bars) - 1 or 2)
        for line, bar in enumerate(reversed(bars)):
            drawing.plot([0, bar.number or 0], [line, line], marker=_LAID)
        return _lines(drawing, room)

    def _standing(self, standing: Standing, width: int, height: int) -> Iterator[Text]:
        if not standing.places:
            yield self._title(standing.title(1), width)
            yield self._text(cell("not known", width), "muted")
            return
        side = len(count(max(number for _place, number in standing.places))) + 3
        columns = columns_of(standing.places, width - side, standing.steps)
        yield self._title(standing.title(columns.step), width)
        notes = 1 if standing.note else 0
        rows = height - 1 - notes
        if rows >= _SHORTEST + 2:
            for line in self._drawn_standing(columns, standing, width, rows):
                yield self._coloured(line)
        yield self._text(cut(standing.note, width), "muted")

    def _drawn_standing(self, columns: Columns, standing: Standing, width: int, rows: int) -> Iterator[str]:
        number, most = len(columns.sums), max(columns.sums)
        side = len(count(most))
        cells = max(1, min(_WIDEST, (width - side - 1) // number))
        # As wide as whole columns are, and two halves of a cell for each: so none is cut, nor wider than another.
        drawing = self._drawing(side + 1 + number * cells, rows)
        drawing.frame(False)  # noqa: FBT003 - the library's own way
        drawing.yaxes(True, False)  # noqa: FBT003
        drawing.xaxes(True, False)  # noqa: FBT003
        full = cells - 1 if cells > 2 else cells
        for at, found in enumerate(columns.sums):
            if found:
                begin = 2 * at * cells
                drawing.plot([begin, begin + 2 * full - 1], [found, found], marker="hd", fillx=True)
        drawing.xlim(0, 2 * number * cells - 1)
        drawing.ylim(0, most)
        drawing.yticks([0, most], ["0".rjust(side), count(most).rjust(side)])
        first, last = standing.name(columns.first), standing.name(columns.last)
        if number * cells > len(first) + len(last) + 2:
            drawing.xticks([full - 0.5, 2 * (number - 1) * cells + full - 0.5], [first, last])
        else:
            drawing.xticks([full - 0.5], [first])
        return _lines(drawing, width)

    def _drawing(self, width: int, height: int) -> Drawing:
        drawing = Drawing()
        drawing.theme("clear")
        # Both, as the widget of the library does it: by either alone the size is not what was asked for.
        drawing.plotsize(width, height)
        drawing._set_size(width, height)  # noqa: SLF001
        return drawing

    def _coloured(self, line: str) -> Text:
        """Bars in their colour; what stands around them is quieter."""
        text = Text("")
        for is_bar, chars in groupby(line, key=lambda char: "▀" <= char <= "▟"):
            text.append_text(self._text("".join(chars), "bar" if is_bar else "muted"))
        return text


def _lines(drawing: Drawing, width: int) -> Iterator[str]:
    return (cut(line, width).ljust(width) for line in drawing.build().replace(_RESET, "").rstrip("\n").split("\n"))
