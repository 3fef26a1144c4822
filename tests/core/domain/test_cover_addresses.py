"""Where a picture may come from: Discogs' own hosts, and nothing that only looks like them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from core.domain.cover_addresses import LONGEST, Known, is_allowed, is_near, of_details, of_row, picture_of
from core.domain.covers import Size
from core.domain.details import Picture, ReleaseDetails
from core.domain.ids import ReleaseId

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

REAL = (
    "https://i.discogs.com/cvL-vDI0RrgabwX0oIcnPXIVHsOxcFeZUviZsNeEG7k/rs:fit/g:sm/q:40/h:150/w:150/"
    "czM6Ly9kaXNjb2dz/LWRhdGFiYXNlLWlt/YWdlcy9SLTg5NzM1/MzQtMTYyMjI5ODk5/OS0zNzEwLmpwZWc.jpeg"
)
OLD = (
    "https://img.discogs.com/-S3RUg7K9NE9KmXGUJGlfgac7HY=/fit-in/150x150/filters:strip_icc():format(jpeg):mode_rgb():"
    "quality(40)/discogs-images/R-6794957-1426780517-4728.jpeg.jpg"
)
NEAR = ("http://127.0.0.1:8080/x/y.jpeg", "http://localhost/x", "https://[::1]:1/x", "http://127.255.0.9:65535/")


@pytest.mark.parametrize("address", [REAL, OLD, "HTTPS://I.Discogs.COM/x", "https://i.discogs.com/x?a=b%20c"])
def test_discogs_own_hosts_may_be_asked(address: str) -> None:
    assert is_allowed(address, near=False)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "i.discogs.com/x",
        "//i.discogs.com/x",
        "http://i.discogs.com/x",
        "ftp://i.discogs.com/x",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://discogs.com/x",
        "https://api.discogs.com/images/R-1.jpeg",
        "https://www.discogs.com/x",
        "https://API.discogs.com/x",
        "https://notdiscogs.com/x",
        "https://i.discogs.com.evil.test/x",
        "https://evil.test/i.discogs.com/x",
        "https://evil.test#i.discogs.com/x",
        "https://evil.test?https://i.discogs.com/x",
        "https://evil.test\\@i.discogs.com/x",
        "https://i.discogs.com\\@evil.test/x",
        "https://user:pass@i.discogs.com/x",
        "https://i.discogs.com@evil.test/x",
        "https://i.discogs.com:443/x",
        "https://i.discogs.com:8443/x",
        "https://i.discogs.com:@evil.test/x",
        "https://i.discogs.com./x",
        "https://.discogs.com/x",
        "https://i..discogs.com/x",
        "https://-i.discogs.com/x",
        "https://i_i.discogs.com/x",
        "https://i.discogſ.com/x",
        "https://i.discogs.com/x y",
        "https://i.discogs.com/x\n",
        " https://i.discogs.com/x",
        "https://i.discogs.com/x#y",
        "https://i.discogs.com/\x00",
        "https://i.discogs.com",
        "https://127.0.0.1/x",
        "https://i.discogs.com/" + "x" * LONGEST,
        *NEAR,
    ],
)
def test_nobody_else_is_asked(address: str) -> None:
    assert not is_allowed(address, near=False)


@pytest.mark.parametrize("address", NEAR)
def test_this_machine_is_asked_when_the_api_is_a_stand_in_on_it(address: str) -> None:
    assert is_allowed(address, near=True)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1.evil.test/x",
        "http://127.0.0.256/x",
        "http://127.1/x",
        "http://128.0.0.1/x",
        "http://0.0.0.0/x",
        "http://192.168.0.1/x",
        "http://169.254.169.254/latest",
        "http://localhost.evil.test/x",
        "http://user@localhost/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://localhost:/x",
        "http://localhost:123456/x",
        "http://localhost:65536/x",
        "http://localhost:99999/x",
        "http://localhost:0/x",
        "http://localhost:080/x",
        "http://i.discogs.com/x",
        "file://localhost/etc/passwd",
    ],
)
def test_even_then_nobody_else_is_asked(address: str) -> None:
    assert not is_allowed(address, near=True)


_PRINTABLE = st.text(alphabet=[chr(code) for code in range(33, 127)], max_size=40)
_WEIRD = st.text(alphabet=st.sampled_from("htps:/@\\.#?[]%0a1:7discogs.comiſKevil-_ \t\n\x00é"), max_size=60)


@given(
    st.one_of(
        st.text(max_size=80),
        _WEIRD,
        st.builds("https://{}discogs.com{}".format, _WEIRD, _WEIRD),
        st.builds("https://i.discogs.com/{}".format, _PRINTABLE),
        st.builds("http://localhost:{}/{}".format, st.integers(0, 99_999), _PRINTABLE),
        st.builds("http{}127.0.0.1{}".format, _WEIRD, _WEIRD),
    ),
    st.booleans(),
)
@example("https://x.discogs.com/\u2028", False)
def test_what_may_be_asked_is_the_same_host_for_everybody_who_reads_the_address(address: str, near: bool) -> None:
    """Also for the library that will ask there: readers that differ are what such rules are got round with."""
    if not is_allowed(address, near=near):
        return
    host, asked = urlsplit(address).hostname, httpx.URL(address)
    assert host is not None
    assert asked.host.lower() == host.strip("[]")
    is_loopback = near and (host in ("localhost", "::1") or re.fullmatch(r"127(\.\d+){3}", host))
    if not is_loopback:
        assert asked.scheme == "https"
        assert asked.host.endswith(".discogs.com")
        assert asked.port is None
    assert not asked.userinfo
    assert asked.raw_path.isascii()


@pytest.mark.parametrize(
    ("api", "near"),
    [
        ("https://api.discogs.com", False),
        ("http://127.0.0.1:8080", True),
        ("http://LOCALHOST:1", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.evil.test", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_a_stand_in_is_known_by_the_address_of_the_api(api: str, near: bool) -> None:
    assert is_near(api) is near


def test_a_signature_does_not_tell_pictures_apart_and_everything_else_does() -> None:
    renewed = REAL.replace("cvL-vDI0RrgabwX0oIcnPXIVHsOxcFeZUviZsNeEG7k", "another-signature")
    assert picture_of(renewed) == picture_of(REAL)
    assert picture_of(REAL.replace("LmpwZWc", "LmpwZWd")) != picture_of(REAL)
    assert picture_of(REAL.replace("h:150", "h:600")) != picture_of(REAL)
    assert picture_of(OLD) == OLD


@pytest.mark.parametrize(
    ("thumb", "cover", "small", "large"),
    [
        ("t", "c", "t", "c"),
        ("t", "", "t", "t"),
        ("", "c", "c", "c"),
        ("", "", "", ""),
        ("https://s.discogs.com/4fec/images/spacer.gif", "c", "c", "c"),
        ("https://s.discogs.com/4fec/images/spacer.gif", "https://api.discogs.com/images/spacer.gif", "", ""),
    ],
)
def test_a_row_says_where_a_picture_is_and_a_spacer_is_none(thumb: str, cover: str, small: str, large: str) -> None:
    assert (of_row(Size.SMALL, thumb, cover), of_row(Size.LARGE, thumb, cover)) == (small, large)


def details(*pictures: Picture) -> ReleaseDetails:
    return ReleaseDetails(id=ReleaseId(1), title="x", pictures=pictures)


def test_details_say_the_primary_picture_else_the_first() -> None:
    first, primary = Picture("a", "b"), Picture("c", "d", is_primary=True)
    assert of_details(Size.LARGE, details(first, primary)) == Known("c")
    assert of_details(Size.SMALL, details(first, primary)) == Known("d")
    assert of_details(Size.SMALL, details(first)) == Known("b")
    assert of_details(Size.SMALL, details(Picture("a"))) == Known("a")


def test_details_without_pictures_say_that_there_is_none_and_blank_ones_do_not() -> None:
    assert of_details(Size.LARGE, details()) == Known(is_told=True)
    assert of_details(Size.LARGE, details(Picture("", ""))) == Known()
