"""What arrives is made of what is here already, and stays what it was."""

from __future__ import annotations

from core.domain.collection import Copy
from core.domain.release import Release
from core.domain.sharing import Sharing
from tests.factories import make_copy, make_release

import msgspec
from msgspec.structs import replace


def anew(copy: Copy) -> Copy:
    """An equal that shares nothing."""
    return msgspec.json.decode(msgspec.json.encode(copy), type=Copy)


def test_a_copy_that_has_not_changed_is_the_published_one() -> None:
    published = make_copy(1, make_release(7), fields={1: "Mint (M)"})

    assert Sharing().of(anew(published), published) is published


def test_a_copy_that_has_changed_keeps_the_published_release() -> None:
    published = make_copy(1, make_release(7))
    arrived = replace(anew(published), rating=4)

    found = Sharing().of(arrived, published)

    assert found == arrived
    assert found.release is published.release


def test_a_release_that_has_changed_is_as_it_arrived() -> None:
    published = make_copy(1, make_release(7))
    release: Release = replace(published.release, title="Another", year=1999)
    arrived = replace(anew(published), release=release)

    assert Sharing().of(arrived, published) == arrived


def test_new_copies_share_what_they_have_in_common() -> None:
    sharing = Sharing()
    first, second = (make_copy(number, make_release(number), fields={1: "Mint (M)"}) for number in (1, 2))

    found = [sharing.of(anew(copy), None) for copy in (first, second)]

    assert found == [first, second]
    assert found[0].release.genres is found[1].release.genres
    assert found[0].fields is found[1].fields
