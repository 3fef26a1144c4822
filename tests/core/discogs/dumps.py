"""Reads dumps from files, for tests of what is read and of what is refused."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from core.discogs.dump import DumpReader
from core.discogs.unpacking import open_source
from core.domain.dump import Batch, Reached, Wanted
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master
from core.errors import DumpError

import pytest

ALL = Wanted(everything=True)


def batches(path: Path, wanted: Wanted = ALL, start: Reached | None = None, masters: int = 50) -> list[Batch]:
    with closing(open_source(path, lambda: False)) as source:
        return list(DumpReader(source, wanted, start).batches(masters, 1 << 14))


def read(path: Path, wanted: Wanted = ALL) -> list[Master]:
    return [master for batch in batches(path, wanted) for master in batch.masters]


def only(*numbers: int) -> Wanted:
    return Wanted(masters=frozenset(map(MasterId, numbers)))


def of_main(*numbers: int) -> Wanted:
    return Wanted(releases=frozenset(map(ReleaseId, numbers)))


def refused(path: Path, wanted: Wanted = ALL) -> DumpError:
    with pytest.raises(DumpError) as error:
        read(path, wanted)
    return error.value
