"""Whatever goes wrong, wherever a sync is: it ends in a right state, says why, and the next one mends it."""

from __future__ import annotations

import asyncio
import gc
import logging
from pathlib import Path

from tests.core.services.bad_days import MAY_BE_HALF_OPEN
from tests.core.services.cells import Published, published, run
from tests.core.services.matrix import CELLS, Cell

import pytest

REFUSED = tuple(cell for cell in CELLS if "refused" in cell.row.parameters)
OTHERS = tuple(cell for cell in CELLS if cell not in REFUSED)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A published copy, made once."""
    return asyncio.run(published(tmp_path_factory.mktemp("morning")))


@pytest.mark.parametrize("cell", OTHERS, ids=str)
async def test_every_fault_at_every_stage_ends_in_a_right_state(
    cell: Cell, morning: Published, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    happened = await run(cell, morning, tmp_path)

    assert happened.wrong == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@MAY_BE_HALF_OPEN
@pytest.mark.parametrize("cell", REFUSED, ids=str)
async def test_a_refused_connection_at_every_stage_ends_in_a_right_state(
    cell: Cell, morning: Published, tmp_path: Path
) -> None:
    happened = await run(cell, morning, tmp_path)
    gc.collect()

    assert happened.wrong == []
