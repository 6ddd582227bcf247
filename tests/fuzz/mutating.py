"""Broken versions of real input, as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fuzz.targets import Target

LONGEST = 6_000
_ODD = (
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\n",
    b"\r",
    b"\x1b",
    b"\\",
    b'"',
    b"'",
    b"\xf4\x8f\xbf\xbf",
)


@st.composite
def broken(draw: st.DrawFn, target: Target) -> bytes:
    """Take real input and flip, cut, double, splice and put in a few times."""
    data = draw(st.sampled_from(target.seeds))
    for _ in range(draw(st.integers(0, 5))):
        data = _changed(draw, data, target)[:LONGEST]
    return data


def _changed(draw: st.DrawFn, data: bytes, target: Target) -> bytes:
    start = draw(st.integers(0, len(data)))
    stop = min(len(data), start + draw(st.integers(0, 40)))
    piece = data[start:stop]
    match draw(st.sampled_from(("flip", "cut", "double", "splice", "put", "put", "end", "swap", "noise"))):
        case "flip":
            return (
                data[:start]
                + bytes(byte ^ draw(st.sampled_from((1, 2, 4, 8, 16, 32, 64, 128))) for byte in piece[:3])
                + data[start + 3 :]
            )
        case "cut":
            return data[:start] + data[stop:]
        case "double":
            return data[:start] + piece * draw(st.integers(2, 50)) + data[stop:]
        case "splice":
            other = draw(st.sampled_from(target.seeds))
            at = draw(st.integers(0, len(other)))
            return data[:start] + other[at:]
        case "end":
            return data[:start]
        case "swap":
            return data[:start] + data[stop : stop + 20] + piece + data[stop + 20 :]
        case "noise":
            return data[:start] + draw(st.binary(max_size=8)) + data[stop:]
    return (
        data[:start] + draw(st.sampled_from((*_ODD, *target.pieces))) + data[stop if draw(st.booleans()) else start :]
    )


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Return broken real input, and now and then bytes or text of no sort at all."""
    pieces = st.sampled_from((*_ODD, *target.pieces, b" ", b"a", b"1"))
    return st.one_of(
        broken(target),
        broken(target),
        broken(target),
        st.lists(pieces, max_size=30).map(b"".join),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=60),
    )
