from __future__ import annotations

import re
from datetime import date

from core.domain.fields import FIELDS as ALL
from core.domain.fields import Kind as Kinds
from core.domain.filters import (
    Ago,
    AllOf,
    Everything,
    FieldHas,
    FieldIn,
    Filter,
    Holds,
    Not,
    Says,
    Span,
    Text,
    Value,
    Words,
)
from core.domain.query import Query, canonical, parse
from core.domain.sorting import parse_order
from core.domain.tokens import Kind, tokens
from core.errors import QuerySyntaxError
from tests.core.domain.queries import ASKED, ORDERED, QUERYISH, TREES, TREES_OF_QUERIES

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st


def spans(*pairs: tuple[int | None, int | None]) -> FieldIn:
    return within("year", *pairs)


def within(field: str, *pairs: tuple[Value | None, Value | None], unknown: bool = False) -> FieldIn:
    return FieldIn(field, tuple(Span(low, high) for low, high in pairs), unknown)


def has(field: str, *values: str | Text) -> FieldHas:
    return FieldHas(field, tuple(value if isinstance(value, Text) else Text(value) for value in values))


def exact(text: str) -> Text:
    return Text(text, exact=True)


GRAMMAR: dict[str, Filter] = {
    "": Everything(),
    " \t\n ": Everything(),
    "dub": Words("dub"),
    "dub plate": AllOf((Words("dub"), Words("plate"))),
    '"studio one"': Words("studio one"),
    '"studio one" dub': AllOf((Words("studio one"), Words("dub"))),
    '"studio one"dub': AllOf((Words("studio one"), Words("dub"))),
    '"studio on': Words("studio on"),
    '"': Everything(),
    '""': Everything(),
    '"  " dub': Words("dub"),
    '-""': Everything(),
    "-dub": Not(Words("dub")),
    '-"studio one"': Not(Words("studio one")),
    "-genre:rock": Not(has("genre", "rock")),
    "--dub": Not(Words("-dub")),
    "lo-fi": Words("lo-fi"),
    "King Tubby - Dub": AllOf((Words("King"), Words("Tubby"), Words("Dub"))),
    "Tubby – Dub —": AllOf((Words("Tubby"), Words("Dub"))),
    "dub -": Words("dub"),
    '"-"': Words("-"),
    '12"': Words('12"'),
    '7" dub': AllOf((Words('7"'), Words("dub"))),
    "!!!": Words("!!!"),
    "()[]*.\\": Words("()[]*.\\"),
    "'; DROP TABLE items; --": AllOf((Words("';"), Words("DROP"), Words("TABLE"), Words("items;"), Not(Words("-")))),
    "東京 事変": AllOf((Words("東京"), Words("事変"))),
    "12:30": Words("12:30"),
    "a,b": Words("a,b"),
    "genre:reggae": has("genre", "reggae"),
    "GENRE:Reggae": has("genre", "Reggae"),
    "style:dub,roots": has("style", "dub", "roots"),
    "style:dub,,roots,": has("style", "dub", "roots"),
    "style:,dub": has("style", "dub"),
    'label:"studio one",island': has("label", "studio one", "island"),
    'label:island,"studio one"': has("label", "island", "studio one"),
    'label:"studio one': has("label", "studio one"),
    'label:"a,b"': has("label", "a,b"),
    'format:7"': has("format", '7"'),
    'format:12",7"': has("format", '12"', '7"'),
    "folder:a:b": has("folder", "a:b"),
    "label:-x": has("label", "-x"),
    "year:1977": spans((1977, 1977)),
    "year:1970..1985": spans((1970, 1985)),
    "year:1977..1977": spans((1977, 1977)),
    "year:1970..": spans((1970, None)),
    "year:..1985": spans((None, 1985)),
    "year:<1980": spans((None, 1979)),
    "year:<=1980": spans((None, 1980)),
    "year:>1980": spans((1981, None)),
    "year:>=1980": spans((1980, None)),
    "year:1969,1970..1975,>=1990": spans((1969, 1969), (1970, 1975), (1990, None)),
    'year:"1977"': spans((1977, 1977)),
    "-year:1970..1985": Not(spans((1970, 1985))),
    "year:none": within("year", unknown=True),
    "year:None,1977": within("year", (1977, 1977), unknown=True),
    "year:=1977": spans((1977, 1977)),
    "year:<0000": spans((None, -1)),
    "year:>9999": spans((10_000, None)),
    "artist:tubby": has("artist", "tubby"),
    "title:none": has("title", "none"),
    "number:so-1": has("number", "so-1"),
    "catno:so-1": has("number", "so-1"),
    "label:=island": has("label", exact("island")),
    'label:="studio one",dub': has("label", exact("studio one"), "dub"),
    'label:dub,="studio one': has("label", "dub", exact("studio one")),
    'label:=,x,=""': has("label", "x"),
    "label:==x": has("label", exact("=x")),
    'label:"=x"': has("label", "=x"),
    "label:x=y": has("label", "x=y"),
    "=x": Words("=x"),
    '"7"" dub"': Words('7" dub'),
    '"a""b"': Words('a"b'),
    'label:"7"" dub",x': has("label", '7" dub', "x"),
    '"7""': Words('7"'),
    '"""': Words('"'),
    "rating:4": within("rating", (4, 4)),
    "rating:>=4": within("rating", (4, None)),
    "rating:2..3": within("rating", (2, 3)),
    "rating:>5": within("rating", (6, None)),
    "rating:none": within("rating", unknown=True),
    "media:vg+": within("media", (2, 2)),
    "media:m,nm,M-": within("media", (0, 0), (1, 1), (1, 1)),
    'media:"Near Mint (NM or M-)","near mint"': within("media", (1, 1), (1, 1)),
    'media:"very good plus","Very Good (VG)",mint': within("media", (2, 2), (3, 3), (0, 0)),
    "media:>=vg+": within("media", (0, 2)),
    "media:>vg": within("media", (0, 2)),
    "media:<vg": within("media", (4, 7)),
    "media:<=vg": within("media", (3, 7)),
    "media:g..nm": within("media", (1, 5)),
    "media:vg..": within("media", (0, 3)),
    "media:..vg": within("media", (3, 7)),
    "media:>m": within("media", (0, -1)),
    "media:<p": within("media", (8, 7)),
    "sleeve:none": within("sleeve", unknown=True),
    'sleeve:generic,"No Cover",nocover': within("sleeve", (8, 8), (9, 9), (9, 9)),
    'sleeve:"not graded",<=g': within("sleeve", (10, 10), (5, 7)),
    "added:30d": within("added", (Ago(30, "d"), None)),
    "added:2W,6m,1y": within("added", (Ago(2, "w"), None), (Ago(6, "m"), None), (Ago(1, "y"), None)),
    "added:<30d": within("added", (Ago(30, "d", 1), None)),
    "added:<=30d": within("added", (Ago(30, "d"), None)),
    "added:>1y": within("added", (None, Ago(1, "y", -1))),
    "added:>=1y": within("added", (None, Ago(1, "y"))),
    "added:1y..30d": within("added", (Ago(1, "y"), Ago(30, "d"))),
    "added:1y..": within("added", (Ago(1, "y"), None)),
    "added:..1y": within("added", (None, Ago(1, "y"))),
    "added:2024": within("added", (date(2024, 1, 1), date(2024, 12, 31))),
    "added:2024-02": within("added", (date(2024, 2, 1), date(2024, 2, 29))),
    "added:2024-05-17": within("added", (date(2024, 5, 17), date(2024, 5, 17))),
    "added:2020..2022": within("added", (date(2020, 1, 1), date(2022, 12, 31))),
    "added:2020..2022-05": within("added", (date(2020, 1, 1), date(2022, 5, 31))),
    "added:<2020": within("added", (None, date(2019, 12, 31))),
    "added:<=2020": within("added", (None, date(2020, 12, 31))),
    "added:>2020-02": within("added", (date(2020, 3, 1), None)),
    "added:>=2024-05": within("added", (date(2024, 5, 1), None)),
    "added:2020..30d": within("added", (date(2020, 1, 1), Ago(30, "d"))),
    "-added:none": Not(within("added", unknown=True)),
    "decade:1970s": within("decade", (1970, 1970)),
    "decade:70s,00S,30,1890": within("decade", (1970, 1970), (2000, 2000), (1930, 1930), (1890, 1890)),
    "decade:60s..1980s": within("decade", (1960, 1980)),
    "decade:<1980": within("decade", (None, 1970)),
    "decade:>1980s": within("decade", (1990, None)),
    "decade:none": within("decade", unknown=True),
    "played:never": within("played", unknown=True),
    "played:NONE,30d": within("played", (Ago(30, "d"), None), unknown=True),
    "played:2026-05": within("played", (date(2026, 5, 1), date(2026, 5, 31))),
    "master:77,none": within("master", (77, 77), unknown=True),
    "release:0101..200": within("release", (101, 200)),
    "country:jamaica,=UK": has("country", "jamaica", exact("UK")),
    "color:red": has("colour", "red"),
    "barcode:0-5012394,=144777": has("barcode", "5012394", exact("144777")),
    'size:7",=12inch,6½,25 cm': AllOf((has("size", "7", exact("12"), "6.5", "25"), Words("cm"))),
    'size:"25 cm"': has("size", "25cm"),
    "speed:33⅓,45rpm": has("speed", "33", "45"),
    'track:"night nurse"': has("track", "night nurse"),
    "notes:signed": has("notes", "signed"),
    "is:wanted,PLAYED": Holds("is", ("wanted", "played")),
    "-has:notes": Not(Holds("has", ("notes",))),
    "not:played": Not(Holds("is", ("played",))),
    "not:notes,rating": Not(Holds("has", ("notes", "rating"))),
    "not:notes,played,rating": AllOf((Not(Holds("has", ("notes", "rating"))), Not(Holds("is", ("played",))))),
    "-not:played": Holds("is", ("played",)),
    "field:Shelf": Says("Shelf"),
    'field:"My shelf"': Says("My shelf"),
    "field:Shelf=A3,B1": Says("Shelf", (Text("A3"), Text("B1"))),
    'field:"a=b"==x,"y z"': Says("a=b", (exact("x"), Text("y z"))),
    "-FIELD:Shelf=A3 dub": AllOf((Not(Says("Shelf", (Text("A3"),))), Words("dub"))),
    "field:Shelf=a=b": Says("Shelf", (Text("a=b"),)),
    "dub style:roots -format:cd year:1976": AllOf(
        (Words("dub"), has("style", "roots"), Not(has("format", "cd")), spans((1976, 1976)))
    ),
}


@pytest.mark.parametrize(("text", "tree"), GRAMMAR.items(), ids=[ascii(text) for text in GRAMMAR])
def test_a_text_is_this_tree(text: str, tree: Filter) -> None:
    assert parse(text) == Query(tree)


@pytest.mark.parametrize("field", [field.name for field in ALL if field.kind not in (Kinds.ORDER, Kinds.LIMIT)])
def test_every_field_takes_a_value_and_a_phrase(field: str) -> None:
    value = {"is": "wanted", "has": "notes", "not": "played"}.get(field) or ORDERED.get(field, ("1976",))[0]
    assert parse(f"{field}:{value}").filter != Everything()
    if field == "not":
        assert parse(f'-not:"{value}"').filter == parse(f"is:{value}").filter
        return
    assert parse(f'-{field}:"{value}"').filter == Not(parse(f"{field.upper()}:{value}").filter)


def test_tokens_know_what_they_are_and_where_they_stand() -> None:
    text = 'dub -label:="studio one",x  7"'
    assert [(token.kind, token.text, text[token.start : token.end]) for token in tokens(text)] == [
        (Kind.VALUE, "dub", "dub"),
        (Kind.NOT, "-", "-"),
        (Kind.FIELD, "label", "label:"),
        (Kind.EXACT, "=", "="),
        (Kind.VALUE, "studio one", '"studio one"'),
        (Kind.COMMA, ",", ","),
        (Kind.VALUE, "x", "x"),
        (Kind.VALUE, '7"', '7"'),
    ]


ORDERS: dict[str, tuple[str, ...]] = {
    "sort:artist": ("artist",),
    "SORT:-Added,catno": ("-added", "number"),
    'dub sort:"-year",artist,-artist,year': ("-year", "artist"),
    "sort:=media": ("media",),
}


@pytest.mark.parametrize(("text", "keys"), ORDERS.items())
def test_an_order_is_asked_for(text: str, keys: tuple[str, ...]) -> None:
    order = parse_order(",".join(keys))
    assert parse(text) == Query(parse("dub" if text.startswith("dub") else "").filter, order)
    assert parse(f"{text} genre:rock").order == order


@pytest.mark.parametrize(("text", "limit"), [("limit:50", 50), ("LIMIT:007", 7), ('limit:"1"', 1)])
def test_a_limit_is_asked_for(text: str, limit: int) -> None:
    assert parse(text) == Query(limit=limit)
    assert parse(f"{text} sort:year dub") == Query(Words("dub"), parse_order("year"), limit)


ONE_OF_ALL = "one of the fields " + ", ".join(field.name for field in ALL)
A_STATE = "one of wanted, owned, duplicate, enriched, shaped, picture, box, played"
A_PART = "one of notes, rating, media, sleeve, year, original, number, folder, country, barcode, tracks"
A_COLUMN = "a column to sort by, such as artist or -added"
A_DECADE = "a decade such as 1970s, 1960s..1980s, <1980s, >=1990s or none"
A_GRADE = "a grade such as VG+, >=VG, G..NM or none"
A_SLEEVE = 'a grade such as VG+, >=VG, G..NM, generic, "no cover" or none'
A_RATING = "a rating such as 4, 3..5, >=4 or none"
A_DAY = "a day or an age such as 2024, 2024-05, 2024-05-17, 2020..2022, <2020 or 30d"
ERRORS = {
    "unknown field": ("qqq:red", "qqq:", ONE_OF_ALL, ""),
    "mistyped genre": ("gnre:rock", "gnre:", "a field", "genre:"),
    "mistyped style": ("dub Styles:roots", "Styles:", "a field", "style:"),
    "mistyped format": ("-fromat:cd", "fromat:", "a field", "format:"),
    "mistyped label": ("lable:island dub", "lable:", "a field", "label:"),
    "mistyped folder": ("folders:jamaica", "folders:", "a field", "folder:"),
    "mistyped year": ("a years:1977", "years:", "a field", "year:"),
    "an address": ("https://example.org", "https:", ONE_OF_ALL, ""),
    "no value": ("dub genre:", "genre:", "a value after genre:", ""),
    "no value before a blank": ("genre: rock", "genre:", "a value after genre:", ""),
    "an empty phrase": ('label:""', "label:", "a value after label:", ""),
    "a blank phrase": ('-label:"  "', "label:", "a value after label:", ""),
    "only commas": ("style:,,", "style:", "a value after style:", ""),
    "no year": ("year:", "year:", "a value after year:", ""),
    "a word for a year": ("dub year:late", "late", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "two digits": ("year:77", "77", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "five digits": ("year:19770", "19770", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "only dots": ("year:..", "..", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "three dots": ("year:1970...1985", "1970...1985", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "no bound": ("year:<", "<", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "a hyphen": ("year:1970-1985", "1970-1985", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "a negative year": ("year:-1977", "-1977", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "the second value": ("year:1977,x,y", "x", "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "a phrase": ('year:"about 1977"', '"about 1977"', "a year such as 1977, 1970..1985, <1980 or >=1990", ""),
    "turned round": ("dub year:1985..1970", "1985..1970", "the earlier year first, as in 1970..1985", ""),
    "mistyped catno": ("catnr:x", "catnr:", "a field", "catno:"),
    "mistyped rating": ("ratings:4", "ratings:", "a field", "rating:"),
    "only a sign": ("label:=", "label:", "a value after label:", ""),
    "no number under its other name": ("catno:", "catno:", "a value after catno:", ""),
    "six stars": ("rating:6", "6", A_RATING, ""),
    "no stars": ("rating:0", "0", A_RATING, ""),
    "ratings turned round": ("rating:4..2", "4..2", "the lower rating first, as in 2..4", ""),
    "no grade": ("media:vg++", "vg++", A_GRADE, "VG+"),
    "two signs": ("media:>>vg", ">>vg", A_GRADE, "VG"),
    "a sleeve's word for media": ("media:generic", "generic", A_GRADE, ""),
    "grades turned round": ("media:nm..g", "nm..g", "the worse grade first, as in g..nm", ""),
    "better than generic": ("sleeve:>generic", ">generic", A_SLEEVE, ""),
    "from generic": ("sleeve:generic..nm", "generic..nm", A_SLEEVE, ""),
    "no such month": ("added:2024-13", "2024-13", A_DAY, ""),
    "no such day": ("added:2023-02-29", "2023-02-29", A_DAY, ""),
    "no unit": ("added:30", "30", A_DAY, ""),
    "no such unit": ("added:30h", "30h", A_DAY, ""),
    "long before records": ("added:<0001", "<0001", A_DAY, ""),
    "days turned round": ("added:2022..2020", "2022..2020", "the earlier day first, as in 2020..2022", ""),
    "ages turned round": ("added:30d..1y", "30d..1y", "the earlier day first, as in 1y..30d", ""),
    "a grade that is half known": ("media:>=vg-", ">=vg-", A_GRADE, "VG"),
    "no such state": ("is:ownd", "ownd", A_STATE, "owned"),
    "a state of the other": ("is:wanted,notes", "notes", A_STATE, "has:notes"),
    "the other way round": ("has:played", "played", A_PART, "is:played"),
    "nothing like a state": ("has:x", "x", A_PART, ""),
    "no state": ("not:plaid", "plaid", f"{A_STATE}, {A_PART.removeprefix('one of ')}", "played"),
    "not of both": (
        "-not:played,notes dub",
        "played,notes",
        "only words of is:, or only words of has:",
        "",
    ),
    "no state at all": ("is:", "is:", "a value after is:", ""),
    "no such column": ("sort:-aded", "-aded", A_COLUMN, "added"),
    "nothing like a column": ("sort:artist,zz", "zz", A_COLUMN, ""),
    "no column": ("sort:", "sort:", "a value after sort:", ""),
    "two orders": ("sort:artist dub sort:title,year", "sort:title,year", "only one sort:", ""),
    "not in an order": ("dub -sort:artist", "-sort:", "sort: without a dash before it", ""),
    "no limit": ("limit:0", "0", "a number of copies such as 50", ""),
    "half a limit": ("limit:1.5", "1.5", "a number of copies such as 50", ""),
    "a limit too many": ("limit:1,000 dub", "000", "only one number", ""),
    "two limits": ("limit:5 limit:5", "limit:5", "only one limit:", ""),
    "not so many": ("-limit:5", "-limit:", "limit: without a dash before it", ""),
    "in no decade": ("decade:1975", "1975", A_DECADE, ""),
    "decades turned round": ("decade:80s..70s", "80s..70s", "the earlier decade first, as in 70s..80s", ""),
    "no barcode": ("barcode:00-0", "00-0", "the digits of a barcode", ""),
    "no speed": ("speed:fast", "fast", "a speed such as 33, 45 or 78", ""),
    "no release": ("release:0", "0", "the number of a release such as 77", ""),
    "a word for a master": ("master:r77", "r77", "the number of a master such as 77, or none", ""),
    "no field": ("field:", "field:", "a value after field:", ""),
    "a field without a name": ("field:=A3", "field:", "the name of a field, as in field:Shelf=A3", ""),
    "a field of no name": ('field:""=A3', "field:", "the name of a field, as in field:Shelf=A3", ""),
    "a field of no value": ("field:Shelf=,", "Shelf=", "a value after =", ""),
    "two fields": ("field:Shelf,Box", "Box", "= between the name of a field and its values", ""),
    "the first of two": ("gnre:x year:y", "gnre:", "a field", "genre:"),
}


@pytest.mark.parametrize(("text", "wrong", "expected", "nearest"), ERRORS.values(), ids=ERRORS)
def test_an_error_marks_what_is_wrong_and_says_what_was_expected(
    text: str, wrong: str, expected: str, nearest: str
) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse(text)
    error = raised.value
    assert text[error.start : error.end] == wrong
    assert (error.expected, error.nearest) == (expected, nearest)


def test_a_negation_is_no_part_of_what_is_marked() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse("a -gnre:x")
    assert (raised.value.start, raised.value.end) == (3, 8)


def parsed(text: str) -> Query | QuerySyntaxError:
    """Any other exception ends the test."""
    try:
        return parse(text)
    except QuerySyntaxError as error:
        return error


@given(st.text() | QUERYISH | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Nd"])))
@example("year:２０００..１９９９")
@example('"a"-')
@example("-" * 200)
def test_any_text_is_a_tree_or_an_error_inside_of_the_text(text: str) -> None:
    found = parsed(text)
    if isinstance(found, QuerySyntaxError):
        assert 0 <= found.start < found.end <= len(text)
        assert found.expected
    else:
        assert isinstance(found, Query)


@given(st.text() | QUERYISH)
def test_the_text_of_every_token_is_where_it_says(text: str) -> None:
    before = 0
    for token in tokens(text):
        assert before <= token.start < token.end <= len(text)
        before = token.end
        piece = text[token.start : token.end]
        match token.kind:
            case Kind.FIELD:
                assert piece.lower() == f"{token.text}:"
            case Kind.VALUE if piece.startswith('"'):
                inside = re.fullmatch(r'"((?:[^"]|"")*)"' if not token.is_open else r'"((?:[^"]|"")*)', piece)
                assert inside is not None
                assert inside[1].replace('""', '"') == token.text
            case _:
                assert piece == token.text


@given(QUERYISH)
def test_what_stands_between_tokens_says_nothing(text: str) -> None:
    left = list(text)
    for token in tokens(text):
        left[token.start : token.end] = " " * (token.end - token.start)
    assert all(char.isspace() or char in "-–—" for char in left)


@given(QUERYISH, QUERYISH)
def test_two_queries_one_after_the_other_are_both_of_them(one: str, other: str) -> None:
    """Else what somebody types first would change its meaning by what they type next."""
    assume(not any(token.is_open for token in tokens(one)))
    first, second = parsed(one), parsed(other)
    assume(isinstance(first, Query) and isinstance(second, Query))
    assert isinstance(first, Query)
    assert isinstance(second, Query)
    assume(first.order is None or second.order is None)
    assume(first.limit is None or second.limit is None)
    both = parse(f"{one} {other}")
    assert parts(both.filter) == parts(first.filter) + parts(second.filter)
    assert (both.order, both.limit) == (first.order or second.order, first.limit or second.limit)


def parts(tree: Filter) -> tuple[Filter, ...]:
    match tree:
        case Everything():
            return ()
        case AllOf(inside):
            return inside
        case _:
            return (tree,)


@given(QUERYISH | ASKED | st.text())
@example("--dub")
@example('- "-"')
@example("added:<30d,>1y -added:2024-01-01..2024-01-31")
@example('sleeve:"no cover"')
@example("barcode:İ77")
def test_a_tree_has_one_text_and_the_text_that_tree(text: str) -> None:
    query = parsed(text)
    assume(isinstance(query, Query))
    assert isinstance(query, Query)
    written = canonical(query)
    assert parse(written) == query
    assert canonical(parse(written)) == written


@given(TREES)
@example(FieldHas("label", (Text('7" Records', exact=True), Text('"', exact=True), Text("=x"), Text("a,b"))))
@example(FieldHas("genre", (Text("Funk / Soul", exact=True), Text("-"), Text(" x "))))
@example(Words("genre:rock"))
def test_whatever_a_facet_makes_can_be_written_down(tree: Filter) -> None:
    assert parse(canonical(tree)) == Query(tree)


@given(TREES_OF_QUERIES)
def test_whatever_can_be_asked_can_be_written_down(query: Query) -> None:
    assert parse(canonical(query)) == query


CANONICAL = {
    " dub   -  roots ": "dub roots",
    '"dub"': "dub",
    '"studio one': '"studio one"',
    "CATNO:x": "number:x",
    'label:"island",,"a b"': 'label:island,"a b"',
    "year:1977..1977": "year:1977",
    "year:<1980": "year:<=1979",
    "year:1990..": "year:>=1990",
    'media:>vg,"near mint",none': "media:>=VG+,NM,none",
    "media:..vg": "media:<=VG",
    "media:g..nm": "media:G..NM",
    "sleeve:nocover": 'sleeve:"No Cover"',
    "added:30D": "added:30d",
    "added:<=30d": "added:30d",
    "added:..1y": "added:>=1y",
    "added:2024-01-01..2024-12-31": "added:2024",
    "added:2024-02-01..2024-02-29": "added:2024-02",
    "added:2024-01-01..2024-01-01": "added:2024-01-01",
    "added:>=2024-01-01": "added:>=2024",
    "added:<2024-03": "added:<=2024-02",
    "added:2020..30d": "added:2020..30d",
    "decade:70s..80s,<60s": "decade:1970s..1980s,<=1950s",
    "decade:>=0000s,<0000s,>9990s": "decade:>=0000s,<0000s,>9990s",
    "release:007": "release:7",
    "master:>9999999999,<1": "master:>9999999999,<1",
    "played:none": "played:never",
    "COLOR:Red": "colour:Red",
    'size:7"': "size:7",
    "not:Wanted,notes": "-is:wanted -has:notes",
    "-not:notes": "has:notes",
    'field:"Shelf"="A3"': "field:Shelf=A3",
    "limit:07 sort:catno dub": "dub sort:number limit:7",
}


@pytest.mark.parametrize(("text", "expected"), CANONICAL.items(), ids=[ascii(text) for text in CANONICAL])
def test_the_same_is_written_the_same(text: str, expected: str) -> None:
    assert canonical(parse(text)) == expected


@pytest.mark.parametrize("tree", [Not(AllOf((Words("a"), Words("b")))), Not(Not(Words("a"))), Not(Everything())])
def test_what_needs_brackets_has_no_text(tree: Filter) -> None:
    with pytest.raises(ValueError, match="Not"):
        canonical(tree)
