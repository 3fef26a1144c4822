from __future__ import annotations

from core.domain.filters import AllOf, Everything, FieldHas, Filter, Not, Words, YearIn, YearSpan
from core.domain.query import FIELDS, Kind, parse, tokens
from core.errors import QuerySyntaxError

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st


def spans(*pairs: tuple[int | None, int | None]) -> YearIn:
    return YearIn(tuple(YearSpan(low, high) for low, high in pairs))


def has(field: str, *values: str) -> FieldHas:
    return FieldHas(field, values)


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
    "dub style:roots -format:cd year:1976": AllOf(
        (Words("dub"), has("style", "roots"), Not(has("format", "cd")), spans((1976, 1976)))
    ),
}


@pytest.mark.parametrize(("text", "tree"), GRAMMAR.items(), ids=[ascii(text) for text in GRAMMAR])
def test_a_text_is_this_tree(text: str, tree: Filter) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_takes_a_value_and_a_phrase(field: str) -> None:
    assert parse(f"{field}:1976") is not None
    assert parse(f'-{field}:"1976"') is not None


def test_tokens_know_what_they_are_and_where_they_stand() -> None:
    text = 'dub -label:"studio one",x  7"'
    assert [(token.kind, token.text, text[token.start : token.end]) for token in tokens(text)] == [
        (Kind.VALUE, "dub", "dub"),
        (Kind.NOT, "-", "-"),
        (Kind.FIELD, "label", "label:"),
        (Kind.VALUE, "studio one", '"studio one"'),
        (Kind.COMMA, ",", ","),
        (Kind.VALUE, "x", "x"),
        (Kind.VALUE, '7"', '7"'),
    ]


ONE_OF_ALL = "one of the fields genre, style, format, label, folder, year"
ERRORS = {
    "unknown field": ("colour:red", "colour:", ONE_OF_ALL, ""),
    "mistyped genre": ("gnre:rock", "gnre:", "a field", "genre"),
    "mistyped style": ("dub Styles:roots", "Styles:", "a field", "style"),
    "mistyped format": ("-fromat:cd", "fromat:", "a field", "format"),
    "mistyped label": ("lable:island dub", "lable:", "a field", "label"),
    "mistyped folder": ("folders:jamaica", "folders:", "a field", "folder"),
    "mistyped year": ("a years:1977", "years:", "a field", "year"),
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
    "the first of two": ("gnre:x year:y", "gnre:", "a field", "genre"),
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


QUERYISH = st.lists(
    st.sampled_from(
        [*(f"{field}:" for field in FIELDS), "year:1970..", "foo:", "-", "–", ",", '"', "..", "<=", " ", "\t", "　"]
    )
    | st.text(max_size=4)
    | st.integers(0, 99_999).map(str)
).map("".join)


def parsed(text: str) -> Filter | QuerySyntaxError:
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
        assert isinstance(found, Filter)


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
                assert piece.removeprefix('"').removesuffix('"') == token.text
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
    assume(one.count('"') % 2 == 0)
    first, second = parsed(one), parsed(other)
    assume(not isinstance(first, QuerySyntaxError) and not isinstance(second, QuerySyntaxError))
    assert parts(parse(f"{one} {other}")) == parts(first) + parts(second)


def parts(tree: Filter | QuerySyntaxError) -> tuple[Filter, ...]:
    match tree:
        case Everything() | QuerySyntaxError():
            return ()
        case AllOf(inside):
            return inside
        case _:
            return (tree,)
