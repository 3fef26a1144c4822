"""What is offered where a field has words, codes or names of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.collection import Collection, Field
from core.domain.completing import complete
from core.domain.details import InShort
from core.domain.fields import field_named
from core.domain.ids import FieldId, ReleaseId
from core.domain.index import Index
from core.domain.plays import Played
from core.domain.release import Format
from tests.core.domain.queries import FOLDERS
from tests.factories import make_copy, make_release

import pytest

IS = field_named("is").states
KNOWN = Collection(
    tuple(
        make_copy(
            number,
            make_release(number, master_id=77 if number < 3 else None, formats=[Format("Vinyl", "1", "Red", (size,))]),
            fields={3: "signed" if number == 1 else "", 4: f"A{number}", 5: "x" if number == 2 else ""},
        )
        for number, size in enumerate(('7"', '7"', '12"', "LP", '6½"'), 1)
    ),
    FOLDERS,
    (Field(FieldId(3), "Notes"), Field(FieldId(4), "Shelf"), Field(FieldId(5), "My box")),
    facts={
        ReleaseId(1): InShort("Jamaica", ("5012394144777",), "night nurse\ndub nurse"),
        ReleaseId(2): InShort("UK", ("5012394144777", "77"), "nursery\nnight nurse"),
        ReleaseId(3): InShort("Jamaica"),
    },
    wanted=frozenset({ReleaseId(1)}),
    plays={ReleaseId(2): Played(3, datetime(2024, 3, 30, tzinfo=UTC))},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("country:|", [("Jamaica", "Jamaica", 2), ("UK", "UK", 1)]),
        ("size:|", [("12", "12", 2), ("7", "7", 2), ("6.5", "6.5", 1)]),
        ('size:7"|', [("7", "7", 2)]),
        ("colour:r|", [("Red", "Red", 5)]),
        ("notes:|", [("signed", "signed", 1)]),
        ("master:|", [("77", "77", 2), ("none", "none", 3)]),
        ("release:3|", [("3", "3", 1)]),
        ("decade:|", [("1970s", "1970s", 5)]),
        ("decade:>=1|", [(">=1970s", ">=1970s", None)]),
        ("played:n|", [("never", "never", 4)]),
        ("played:2024-03|", [("2024-03-30", "2024-03-30", 1)]),
        ("is:|", [(*[state] * 2, n) for state, n in zip(IS, (1, 0, 2, 0, 0, 0, 0, 1), strict=True)]),
        ("has:co|", [("country", "country", 3)]),
        ("not:p|", [("picture", "picture", 0), ("played", "played", 1)]),
        ("barcode:0-5|", [("5012394144777", "5012394144777", None)]),
        ("barcode:|", [("5012394144777", "5012394144777", None), ("77", "77", None)]),
        (
            "track:NUR|",
            [
                ('"night nurse"', "night nurse", None),
                ('"dub nurse"', "dub nurse", None),
                ("nursery", "nursery", None),
            ],
        ),
        ("track:|", []),
        ("field:|", [("Shelf=", "Shelf", 5), ('"My box"=', "My box", 1)]),
        ("field:my|", [('"My box"=', "My box", 1)]),
        ("field:Shelf|=A1", [("Shelf=", "Shelf", 5)]),
        ("field:Shelf=|", [(f"A{number}", f"A{number}", 1) for number in range(1, 6)]),
        ('field:"My box"=|', [("x", "x", 1)]),
        ("field:shelf==a3|", [("A3", "A3", 1)]),
        ("field:shelf=A1,a2|", [("A2", "A2", 1)]),
        ("field:nowhere=|", []),
        ("sort:-a|", [("-artist", "-artist", None), ("-added", "-added", None)]),
        ("sort:year,ti|", [("title", "title", None)]),
        ("limit:|", [("10", "10", None), ("20", "20", None), ("50", "50", None), ("100", "100", None)]),
    ],
)
def test_whatever_a_field_knows_is_offered(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    found = complete(text.replace("|", ""), text.index("|"), Index(KNOWN))
    assert [(one.text, one.label, one.count) for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("field:Sh|elf=A1 dub", "field:Shelf=A1 dub"),
        ("field:|=A1 dub", "field:Shelf=A1 dub"),
        ("field:Shelf=A|1,A2", "field:Shelf=A1,A2"),
        ('field:"my box"==| dub', 'field:"my box"==x dub'),
        ("field:=|", "field:="),
    ],
)
def test_a_value_of_ones_own_field_takes_the_place_of_what_was_begun(text: str, expected: str) -> None:
    cursor, whole = text.index("|"), text.replace("|", "")
    for one in complete(whole, cursor, Index(KNOWN))[:1]:
        whole = whole[: one.start] + one.text + whole[one.end :]
    assert whole == expected
