"""Whether several releases are one record, and whether words mean a release or only stand on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.domain.having_words import begins, without_noise
from core.domain.release import Release


def distinct(releases: Iterable[Release]) -> list[Release]:
    """Each release once, however often it stands on the shelves."""
    return list({one.id: one for one in releases}.values())


def are_one_record(releases: Iterable[Release]) -> bool:
    """Whether these are pressings of one master; where that is not known, of the same artist and title.

    None at all are, too.
    """
    some = list(releases)
    masters = {one.master_id for one in some}
    if len(some) <= 1 or (len(masters) == 1 and None not in masters):
        return True
    return len(masters - {None}) <= 1 and len({_name(one) for one in some}) == 1 and any(_name(some[0]))


def is_whole(words: Sequence[str], release: Release) -> bool:
    """Whether folded words are the title, or artist and title, and nothing else."""
    text = " ".join(words)
    artist, title = _name(release)
    return text in (title, f"{artist} {title}", f"{title} {artist}")


def is_meant(words: Sequence[str], release: Release) -> bool:
    """Whether folded words that all stand on a release are about it, and not only about its artist or label.

    They have all of the title, or two words of it and one of the artist.
    """
    artist, title = (without_noise(line.split()) for line in _name(release))
    said = without_noise(words)
    # As it is written: `love` begins Loverboy, and does not mean it.
    of_title = [word for word in title if word in said]
    if title and len(of_title) == len(title):
        return True
    return len(of_title) >= 2 and any(begins(artist, one) for one in said)


def _name(release: Release) -> tuple[str, str]:
    artist, title, *_ = (*release.folded.split("\n", 2), "", "")
    return artist, title
