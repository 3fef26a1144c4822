"""dev.py soak: long, and never without a way to have the same again."""

from __future__ import annotations

import itertools
import subprocess
import time
from collections.abc import Sequence

from tests import soak

import pytest


class Rounds:
    """What was run, none of it for real; each round takes a minute, and a week none. `codes` are those of all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, codes: Sequence[int]) -> None:
        self.seeds: list[str] = []
        self.weeks: list[str] = []
        self.environ: dict[str, str] = {}
        self._codes = itertools.chain(codes, itertools.repeat(0))
        monkeypatch.setattr(subprocess, "call", self._call)
        monkeypatch.setattr(time, "monotonic", lambda: 60.0 * len(self.seeds))

    def _call(self, command: Sequence[str], env: dict[str, str]) -> int:
        self.seeds += [part.rpartition("=")[2] for part in command if part.startswith("--hypothesis-seed=")]
        if "tests.week" in command:
            self.weeks.append(" ".join(part for part in command if part.startswith("--")))
        self.environ = env
        return next(self._codes)


def test_it_goes_on_with_the_next_seed_until_the_minutes_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch, [])

    assert soak.main(["--minutes", "3", "--seed", "7"]) == 0

    assert rounds.seeds == ["7", "8", "9"]
    assert "SOAK" in rounds.environ


def test_one_that_fails_ends_it_and_its_seed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = Rounds(monkeypatch, [0, 0, 1])

    assert soak.main(["--minutes", "3", "--seed", "7"]) == 1

    assert rounds.seeds == ["7", "8"]
    assert "soak --seed 8 --days 0 " in capsys.readouterr().err


def test_a_week_comes_first_and_one_that_fails_ends_it_and_its_seed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = Rounds(monkeypatch, [1])

    assert soak.main(["--minutes", "3", "--seed", "7"]) == 1

    assert (rounds.weeks, rounds.seeds) == (["--days=7 --seed=7"], [])
    assert "soak --seed 7 --days 7 --minutes 0" in capsys.readouterr().err


def test_of_no_days_there_is_no_week(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch, [])

    assert soak.main(["--minutes", "0", "--seed", "7", "--days", "0"]) == 0

    assert (rounds.weeks, rounds.seeds) == ([], ["7"])


def test_without_a_seed_one_is_found_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = Rounds(monkeypatch, [])

    assert soak.main(["--minutes", "0"]) == 0

    assert len(rounds.seeds) == 1
    assert f"seed {rounds.seeds[0]}" in capsys.readouterr().err
