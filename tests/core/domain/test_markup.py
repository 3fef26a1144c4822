"""Discogs' markup in notes: what can be read of it stays, what is no markup stays as it is."""

from __future__ import annotations

from core.domain.markup import readable

import pytest
from hypothesis import given
from hypothesis import strategies as st

NAMES = {("artist", 30135): "Gladys Knight", ("label", 7): "Studio One"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("performed by [a30135], again", "performed by Gladys Knight, again"),
        ("by [a=30135] on [l7]", "by Gladys Knight on Studio One"),
        ("by [a255571]", "by artist 255571"),
        ("[l=Black Ark] and [a=Lee Perry (2)]", "Black Ark and Lee Perry (2)"),
        ("identical to [r=6618326].", "identical to release 6618326."),
        ("see [m123] and [r123], [R9]", "see master 123 and release 123, release 9"),
        ("[b]Bold[/b], [i]slanted[/i], [u]under[/u], [S]gone[/S]", "Bold, slanted, under, gone"),
        ("as [g2.4.2] has it; [t=700]", "as guideline 2.4.2 has it; topic 700"),
        ("the [url=https://x.example/1]first mix[/url].", "the first mix (https://x.example/1)."),
        ("the [url=https://www.discogs.com/de/release/311-Dub?x=1]first[/url]", "the first (release 311)"),
        ("the [url=https://www.discogs.com/user/x]one[/url]", "the one (https://www.discogs.com/user/x)"),
        ("[url=http://discogs.com/master/5][/url]", "master 5"),
        ("[url=https://x.example]https://x.example[/url]", "https://x.example"),
        ("[url=https://x.example][/url]", "https://x.example"),
        ("[url]https://x.example[/url]", "https://x.example"),
        ("[url=]nowhere[/url]", "nowhere"),
        ("[url=https://x.example]by [a30135][/url]", "by Gladys Knight (https://x.example)"),
        ("[url=https://x.example]never closed", "never closed (https://x.example)"),
        ("[url=x]one [url=y]two[/url]", "one  (x)two (y)"),
        ("never opened[/url]", "never opened"),
        ("[img=https://x.example/1.jpg]", "https://x.example/1.jpg"),
        ("[sic] [1] [/] [a] [ab] [r=] [bold] [l]", "[sic] [1] [/] [a] [ab] [r=] [bold] [l]"),
        ("[a=[b]x[/b]]", "[a=x]"),
        ("[url=not an address]x", "[url=not an address]x"),
        ("[r99999999999999999999]", "[r99999999999999999999]"),
    ],
)
def test_it_reads_like_a_text(written: str, read: str) -> None:
    assert readable(written, NAMES) == read


@given(st.text())
def test_a_text_without_brackets_stays_as_it_is(text: str) -> None:
    plain = text.replace("[", "(")
    assert readable(plain) == plain


TAGS = st.sampled_from(
    ["[b]", "[/b]", "[a1]", "[l=x]", "[url=u]", "[url=]", "[/url]", "[url]", "[r=2]", "[", "]", "[/", "[a", "=", "\n"]
)


@given(st.lists(TAGS | st.text(max_size=5), max_size=30).map("".join))
def test_whatever_stands_between_the_tags_is_there_in_its_order(text: str) -> None:
    """Of `[b]`, `[/url]` and their like nothing is left, and of everything else the letters are."""
    read = readable(text)
    left = iter(read)
    gone = text
    for tag in ("[b]", "[/b]", "[url]", "[/url]", "[url=u]", "[url=]", "[a1]", "[l=x]", "[r=2]"):
        gone = gone.replace(tag, "")
    if "[" not in gone and "]" not in gone:
        assert all(char in left for char in gone)
        assert "[" not in read


@given(st.lists(st.text("abc \n", max_size=8), min_size=1, max_size=8))
def test_emphasis_leaves_the_text(parts: list[str]) -> None:
    marked = "".join(f"[b]{part}[/b][i]{part}[/i]" for part in parts)
    assert readable(marked) == "".join(part * 2 for part in parts)
