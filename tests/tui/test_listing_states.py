"""Lists of a collection that is empty, old, or read by nobody any more: each says how it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from core.config import Config
from core.domain.ids import Shelf
from tests.tui.states import disconnected, refused, synced
from tui import duplicates, exporting, listing, picking, playing, stats
from tui.arguments import parse
from tui.viewing import views

import pytest

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "command",
    [
        lambda config: listing.list_copies(config, "", listing.Options()),
        lambda config: stats.stats(config, stats.Options()),
        lambda config: picking.random(config, picking.Options()),
        lambda config: playing.played(config, playing.Options(words="dub")),
        lambda config: exporting.export(config, exporting.Options()),
        lambda config: duplicates.list_duplicates(config, duplicates.Options()),
        lambda config: views(config, parse(["views", "show", "All"])),
    ],
    ids=["list", "stats", "random", "played", "export", "duplicates", "views"],
)
def test_an_empty_collection_that_was_read_is_said_to_be_empty(
    tmp_path: Path, capsys: Captured, command: Callable[[Config], int]
) -> None:
    config = synced(tmp_path, timedelta(hours=1), ())
    views(config, parse(["views", "save", "All"]))
    capsys.readouterr()

    command(config)

    told = capsys.readouterr().err
    assert "The collection of collector_1 is empty." in told
    assert "runout sync" not in told


def test_an_old_one_is_said_to_be_old_too(tmp_path: Path, capsys: Captured) -> None:
    stats.stats(synced(tmp_path, timedelta(days=3), ()), stats.Options())

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "The collection of collector_1 is empty."
    assert said[1].startswith("What is here is from 3 d ago;")


def test_of_wants_it_is_said_that_none_are_here_and_what_looks_for_them(tmp_path: Path, capsys: Captured) -> None:
    config = synced(tmp_path, timedelta(hours=1), ())
    listing.list_copies(config, "", listing.Options(shelf=Shelf.WANTLIST))

    said = "Nothing of the wantlist of collector_1 is here; `runout sync` looks whether there is anything.\n"
    assert tuple(capsys.readouterr()) == ("", said)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (lambda data: synced(data, timedelta(days=3)), "What is here is from 3 d ago; to renew it, run `runout sync`."),
        (refused, "Discogs no longer accepts the token of collector_1."),
        (disconnected, "collector_1 is disconnected."),
        (lambda data: synced(data, timedelta(hours=1)), ""),
    ],
    ids=["old", "refused", "disconnected", "current"],
)
@pytest.mark.parametrize(
    "command",
    [
        lambda config: listing.list_copies(config, "", listing.Options(as_json=True)),
        lambda config: duplicates.list_duplicates(config, duplicates.Options(as_json=True)),
    ],
    ids=["list", "duplicates"],
)
def test_what_is_not_current_is_not_listed_as_if_it_were(
    tmp_path: Path, capsys: Captured, command: Callable[[Config], int], state: Callable[[Path], Config], said: str
) -> None:
    assert command(state(tmp_path)) == 0

    first = capsys.readouterr().err.split("\n")[0]
    assert first.startswith(said) if said else not any(one in first for one in ("renew", "disconnected", "accepts"))
