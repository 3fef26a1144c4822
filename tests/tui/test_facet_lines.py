"""What stands on the lines of the facet panel, for any texts and any width."""

from __future__ import annotations

from core.text import fold
from tui.render.facet_search import Search
from tui.render.facets import FacetGroup, FacetLine, Outline, Row, pieces

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

TEXTS = st.text(max_size=40) | st.text(st.sampled_from("aé ́\t\x1b\u202e\u200d東ﾊאع👨👩🏽🇯🇲[/]"), max_size=30)
LINES = st.builds(FacetLine, value=TEXTS, label=TEXTS, count=st.integers(0, 200_000), state=st.sampled_from((-1, 0, 1)))


@given(LINES, st.integers(10, 60))
def test_a_line_is_exactly_as_wide_as_the_panel(line: FacetLine, width: int) -> None:
    group = FacetGroup("label", line.label, (line,) * 3)
    for row in (Row(group, line), Row(group, is_heading=True)):
        assert sum(cell_len(text) for text, _ in pieces(row, width)) == width


@given(TEXTS.map(lambda text: "".join(filter(str.isprintable, text))), st.integers(0, 30_000), st.integers(4, 60))
def test_the_line_of_a_search_keeps_its_end_in_sight(text: str, found: int, width: int) -> None:
    texts = Search("label", text).pieces(found, 30_000, width)
    assert sum(cell_len(piece) for piece, _ in texts) <= width
    assert text.endswith(texts[0][0][1:])


@given(st.lists(LINES, max_size=20).map(tuple), TEXTS)
def test_a_search_keeps_what_begins_so_and_what_is_chosen(lines: tuple[FacetLine, ...], search: str) -> None:
    def begins(line: FacetLine) -> bool:
        words = fold(line.label).split()
        return all(any(word.startswith(start) for word in words) for start in fold(search).split())

    sought = Search("label", search)
    kept = sought.narrow(FacetGroup("label", "", lines, is_open=True))
    assert kept.values == tuple(line for line in lines if line.state or begins(line))
    assert sought.first(kept) == next((at for at, line in enumerate(kept.values) if begins(line)), None)


@given(st.lists(st.tuples(st.lists(st.text(max_size=3), unique=True, max_size=5), st.booleans()), max_size=5))
def test_every_row_is_found_where_it_stands(contents: list[tuple[list[str], bool]]) -> None:
    groups = tuple(
        FacetGroup(str(name), "", tuple(FacetLine(value, value, 1) for value in values), is_open)
        for name, (values, is_open) in enumerate(contents)
    )
    outline = Outline(groups)
    rows = [outline.row(index) for index in range(len(outline))]
    assert [row.group.name for row in rows if row.is_heading] == [group.name for group in groups]
    for index, row in enumerate(rows):
        assert outline.find(row) == (index if row.is_heading or row.line else None)
        assert outline.place_after(outline, index) == index
