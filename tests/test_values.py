"""Values: quantities, tolerances and units, dates, text; which of them exclude each other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.datatypes import is_ill_typed, is_in
from kg.terms import RDF_LANG_STRING, XSD, Iri, Literal
from kg.values import BadQuantity, Range, as_range, canonical, earlier, incompatible, parse_quantity, simultaneous
from kg.vocab import EDTF, NEG, RDFS


def quantity(text: str) -> Literal:
    return Literal(text, NEG.Quantity)


def typed(text: str, name: str) -> Literal:
    return Literal(text, Iri(XSD + name))


# -- reading quantities --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "scale", "low", "high"),
    [
        ("10 %", "%", 10, 10),
        ("10%", "%", 10, 10),
        (" 10  % ", "%", 10, 10),
        ("-2.5 °C", "°C", Fraction(-5, 2), Fraction(-5, 2)),
        ("1,500 t", "t", 1500, 1500),
        ("1,500,000", "", 1_500_000, 1_500_000),
        ("1_500 t", "t", 1500, 1500),
        ("1.5e3 t", "t", 1500, 1500),
        ("3 m3", "m3", 3, 3),
        ("5 EUR/t", "EUR/t", 5, 5),
        ("10 per cent", "per cent", 10, 10),
        ("~200", "", 180, 220),
        ("~-200", "", -220, -180),
        (">= 5 t", "t", 5, None),
        ("≥5 t", "t", 5, None),
        ("<= 5 t", "t", None, 5),
        ("10..12 %", "%", 10, 12),
        ("10 .. 12 %", "%", 10, 12),
    ],
)
def test_a_quantity_is_a_range_on_a_scale(text: str, scale: str, low: Fraction | None, high: Fraction | None) -> None:
    assert parse_quantity(text) == Range(scale, low, high)


def test_more_than_and_less_than_leave_the_end_out() -> None:
    assert parse_quantity("> 5") == Range("", Fraction(5), None, low_strict=True)
    assert parse_quantity("< 5") == Range("", None, Fraction(5), high_strict=True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "%", "about ten", "ten", "5-10 %", "5–10 %", "5 to 10 %", "1,5 %", "1,50", "12..10", "~10..12 %", "1e99999", "1.2.3"),
        *("10 or 12 %", ">> 5", "5.."),
    ],
)  # fmt: skip
def test_what_is_no_quantity_is_refused_and_not_half_read(text: str) -> None:
    with pytest.raises(BadQuantity):
        parse_quantity(text)


# -- which values exclude each other -------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        (quantity("10 %"), quantity("25 %"), True),
        (quantity("10 %"), quantity("10%"), False),
        (quantity("10 %"), quantity("10.0 %"), False),
        (quantity("about half"), quantity("52 %"), False),  # not a quantity: nothing is compared
        (quantity("~50 %"), quantity("52 %"), False),
        (quantity("~50 %"), quantity("60 %"), True),
        (quantity("~200"), quantity("212"), False),
        (quantity("10 %"), quantity("10 t"), False),  # two scales
        (quantity(">= 5 t"), quantity("4 t"), True),
        (quantity(">= 5 t"), quantity("5 t"), False),
        (quantity("> 5 t"), quantity("5 t"), True),
        (quantity("< 5 t"), quantity(">= 5 t"), True),
        (quantity("<= 5 t"), quantity(">= 5 t"), False),
        (quantity("10..12 %"), quantity("12..15 %"), False),
        (quantity("10..12 %"), quantity("13..15 %"), True),
        (quantity("5"), typed("5", "integer"), False),
        (quantity("5"), typed("6", "integer"), True),
        (typed("1", "integer"), typed("1.0", "decimal"), False),
        (typed("01", "integer"), typed("1", "int"), False),
        (typed("1", "integer"), typed("2", "double"), True),
        (typed("INF", "double"), typed("1", "double"), False),
        (Literal("2019-01", EDTF), Literal("2019-01-30", EDTF), False),
        (Literal("2019-01", EDTF), Literal("2019-02-01", EDTF), True),
        (Literal("2019-01-22", EDTF), typed("2019-01-22", "date"), False),
        (Literal("2019-01-22~", EDTF), Literal("2019-01-24", EDTF), False),
        (typed("2019", "gYear"), typed("2019-06", "gYearMonth"), False),
        (Literal("steel"), Literal("soy"), True),
        (Literal("Wien", language="de"), Literal("Vienna", language="en"), False),  # two languages
        (Literal("Wien", language="de"), Literal("Graz", language="de"), True),
        (typed("true", "boolean"), typed("1", "boolean"), False),
        (typed("true", "boolean"), typed("0", "boolean"), True),
        (quantity("about ten"), quantity("a dozen"), False),
        (typed("INF", "double"), typed("NaN", "double"), False),
        (typed("ten", "integer"), typed("10", "integer"), False),  # one is no number: nothing is compared
    ],
)
def test_two_values_exclude_each_other_only_if_they_share_nothing(one: Literal, other: Literal, excluded: bool) -> None:
    assert incompatible(one, other) == excluded
    assert incompatible(other, one) == excluded


numbers = st.integers(-100, 100)
texts = st.one_of(
    numbers.map(str),
    numbers.map(lambda n: f"~{n}"),
    st.tuples(st.sampled_from([">", "<", ">=", "<="]), numbers).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(numbers, st.integers(0, 50)).map(lambda pair: f"{pair[0]}..{pair[0] + pair[1]}"),
)


@given(texts)
def test_no_value_excludes_itself(text: str) -> None:
    assert not incompatible(quantity(text), quantity(text + " "))


@given(texts, texts)
def test_ranges_that_share_a_value_do_not_exclude_each_other(one: str, other: str) -> None:
    ranges = parse_quantity(one), parse_quantity(other)
    # Ends are at tenths, so that hundredths show whatever two ranges share, but for a single strict end.
    shared = any(all(_inside(Fraction(n, 20), r) for r in ranges) for n in range(-4_500, 4_500))
    assert incompatible(quantity(one), quantity(other)) == (not shared)


def _inside(number: Fraction, found: Range) -> bool:
    above = found.low is None or (number > found.low if found.low_strict else number >= found.low)
    below = found.high is None or (number < found.high if found.high_strict else number <= found.high)
    return above and below


@given(st.text(max_size=12))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    try:
        found = parse_quantity(text)
    except BadQuantity:
        return
    assert found.low is not None or found.high is not None


# -- one way to write a value --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (quantity("10%"), quantity(" 10.0 %")),
        (typed("007", "int"), typed("7", "integer")),
        (typed("1.50", "decimal"), typed("1.5", "double")),
        (typed("1", "boolean"), typed("true", "boolean")),
        (typed("2019-01-22", "date"), Literal("2019-01-22", EDTF)),
    ],
)
def test_equal_values_are_written_alike(one: Literal, other: Literal) -> None:
    assert canonical(one) == canonical(other)


@given(
    st.one_of(texts.map(quantity), numbers.map(lambda n: typed(str(n), "integer")), st.text(max_size=5).map(Literal))
)
def test_writing_a_value_alike_changes_no_value(literal: Literal) -> None:
    once = canonical(literal)
    assert canonical(once) == once
    assert not isinstance(once, Literal) or as_range(once) == as_range(literal)


def test_a_thing_is_left_as_it_is() -> None:
    assert canonical(Iri("https://example.org/x")) == Iri("https://example.org/x")


# -- value spaces --------------------------------------------------------------------------------

INTEGERS = ["byte", "short", "int", "long", "integer", "decimal"]


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("abc", "integer", True),
        ("1.0", "integer", True),
        ("007", "integer", False),
        (" 7 ", "integer", False),
        ("٣", "integer", True),  # digits of another script
        ("1e5", "decimal", True),
        ("1e5", "double", False),
        ("INF", "double", False),
        ("INF", "decimal", True),
        ("-1", "nonNegativeInteger", True),
        ("-0", "nonNegativeInteger", False),
        ("0", "positiveInteger", True),
        ("1", "nonPositiveInteger", True),
        ("0", "negativeInteger", True),
        ("128", "byte", True),
        ("-128", "byte", False),
        ("256", "unsignedByte", True),
        ("18446744073709551615", "unsignedLong", False),
        ("9" * 5_000, "integer", False),
        ("9" * 5_000, "unsignedLong", True),
        ("yes", "boolean", True),
        ("1", "boolean", False),
        ("abc", "hexBinary", True),
        ("abcd", "hexBinary", False),
        ("two  blanks", "token", True),
        ("en-GB", "language", False),
        ("2019-02-30", "date", True),
        ("2019-02", "date", True),
        ("2020-02-29Z", "date", False),
        ("2019-01-22T10:00", "dateTime", True),
        ("2019-01-22T24:00:00", "dateTime", False),
        ("2019-01-22T10:00:00", "dateTimeStamp", True),
        ("12019-02-30", "date", False),  # beyond the calendar that is counted here
        ("2019-13", "gYearMonth", True),
    ],
)
def test_a_literal_that_is_no_value_of_its_type_is_ill_typed(text: str, name: str, wrong: bool) -> None:
    assert is_ill_typed(typed(text, name)) == wrong
    assert (canonical(typed(text, name)) == typed(text, name)) or not wrong


def test_of_an_unknown_type_nothing_is_known() -> None:
    blood = Iri("https://example.org/blood-group")
    assert not is_ill_typed(Literal("AB", blood))
    assert is_in(Literal("AB", blood), blood) is True
    assert is_in(Literal("AB", blood), Iri(XSD + "integer")) is None
    assert is_in(typed("7", "integer"), blood) is None


@pytest.mark.parametrize(
    ("literal", "datatype", "inside"),
    [
        (typed("7", "integer"), "decimal", True),
        (typed("7.0", "decimal"), "integer", True),
        (typed("7.5", "decimal"), "integer", False),
        (typed(".5", "decimal"), "integer", False),
        (typed("-7", "integer"), "unsignedInt", False),
        (typed("1e3", "double"), "decimal", None),
        (typed("NaN", "double"), "integer", False),
        (typed("7", "integer"), "string", False),
        (typed("7", "integer"), "boolean", False),
        (Literal("7"), "integer", False),
        (Literal("plain text"), "token", True),
        (Literal("plain  text"), "token", False),
        (Literal("text", RDF_LANG_STRING, "en"), "string", False),
        (quantity("7 %"), "decimal", None),
        (quantity("7 %"), "string", False),
        (Literal("2019-01", EDTF), "date", None),
        (Literal("2019-01", EDTF), "decimal", False),
        (typed("abc", "integer"), "decimal", False),
    ],
)
def test_which_type_a_value_belongs_to(literal: Literal, datatype: str, inside: bool | None) -> None:
    assert is_in(literal, Iri(XSD + datatype)) is inside


def test_every_literal_is_a_literal() -> None:
    assert is_in(Literal("x"), RDFS.Literal) is True


@given(st.integers(-(2**65), 2**65))
def test_a_number_in_a_narrow_type_is_in_every_wider_one(number: int) -> None:
    inside = [is_in(typed(str(number), "integer"), Iri(XSD + name)) for name in INTEGERS]
    assert inside == sorted(inside, key=bool) and inside[-1] is True


@given(st.integers(-300, 300), st.sampled_from([*INTEGERS, "unsignedByte", "positiveInteger"]))
def test_what_is_not_ill_typed_is_in_its_own_type(number: int, name: str) -> None:
    literal = typed(str(number), name)
    assert is_in(literal, literal.datatype) is not is_ill_typed(literal)


# -- order and moments ---------------------------------------------------------------------------

DAYS = st.integers(1, 28).map(lambda day: f"2019-01-{day:02}")
DATES = st.builds(lambda one, other: Literal(f"{min(one, other)}/{max(one, other)}", EDTF), DAYS, DAYS) | DAYS.map(
    lambda day: Literal(day, EDTF)
)
AMOUNTS = st.integers(-9, 9).flatmap(lambda n: st.sampled_from([f"{n} %", f">= {n} %", f"< {n} %", f"{n}..{n + 3} %"]))


@given(st.data())
def test_earlier_is_a_strict_order_of_what_shares_nothing(data: st.DataObject) -> None:
    values = data.draw(st.sampled_from([DATES, AMOUNTS.map(quantity)]))
    a, b, c = (data.draw(values) for _ in range(3))
    assert not earlier(a, a)
    assert not (earlier(a, b) and earlier(b, a))
    assert not (earlier(a, b) and earlier(b, c)) or earlier(a, c)
    assert not earlier(a, b) or incompatible(a, b)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2019-01-22", "2019-01-23", True),
        ("2019-01-22", "2019-01-22", False),
        ("2019-01-22", "2019-01", False),
        ("2019-01-22~", "2019-01-24", False),
        ("../2019-01-22", "2019-02", True),
        ("2019-01-22/..", "2019-02", False),
    ],
)
def test_a_date_is_earlier_only_if_all_of_it_is(one: str, other: str, expected: bool) -> None:
    assert earlier(Literal(one, EDTF), Literal(other, EDTF)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2019-01-22T10:00/2019-01-22T12:00", "2019-01-22T11:00/2019-01-22T13:00", True),
        ("2019-01-22T10:00/2019-01-22T12:00", "2019-01-22T13:00/2019-01-22T14:00", False),
        ("2019-01-22T10:00Z", "2019-01-22T18:00+08:00", True),
        ("2019-01-22", "2019-01-22", False),
        ("2019-01-22T10:00/2019-01-22", "2019-01-22T11:00", False),
        ("2019-01-22T10:00~", "2019-01-22T10:00", False),
    ],
)
def test_only_the_clock_says_that_two_things_are_at_once(one: str, other: str, expected: bool) -> None:
    assert simultaneous(Literal(one, EDTF), Literal(other, EDTF)) == expected
    assert simultaneous(Literal(other, EDTF), Literal(one, EDTF)) == expected


def test_a_moment_is_written_in_utc_and_text_as_text() -> None:
    assert canonical(typed("2019-01-22T23:30:00+08:00", "dateTime")) == Literal("2019-01-22T15:30:00Z", EDTF)
    assert canonical(typed("2019-01-22T24:00:00+08:00", "dateTime")) == Literal("2019-01-22T24:00:00+08:00", EDTF)
    assert canonical(typed("word", "token")) == Literal("word")
