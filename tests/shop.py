"""Somebody in a shop: records with numbers of their own, barcodes, and records that only others have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from core.domain.ids import Shelf
from core.sandbox.holding import Copy, Want
from core.sandbox.world import World
from tests.stand_in import Evening, evening, holding_of, owned

CODE: Final = "5012394144777"
LABEL: Final = {"name": "Hall", "entity_type": "1", "entity_type_name": "Label", "id": 9, "resource_url": ""}


def record(number: int, **changes: Any) -> Copy:
    """A copy of a release that has a number of its own."""
    catno = changes.pop("catno", f"NW {number}")
    return owned(number, labels=[{**LABEL, "catno": catno}], **changes)


def coded(world: World, release: int, code: str = CODE) -> None:
    """Let a release have that barcode, and no other."""
    body = world.catalogue.body(release)
    assert body is not None
    world.catalogue.record({release: body | {"identifiers": [{"type": "Barcode", "value": code}]}})


def owned_by_another(world: World, *copies: Copy) -> None:
    """Let releases exist that the collector does not have."""
    world.open_account("somebody_else", holding_of(*copies))


def wants_of(*copies: Copy) -> tuple[Want, ...]:
    """The same releases as wants."""
    return tuple(Want(0, "2022-05-11T18:29:49-07:00", "", copy.release) for copy in copies)


@asynccontextmanager
async def synced(directory: Path, *copies: Copy, wanted: tuple[Copy, ...] = ()) -> AsyncIterator[Evening]:
    """A collection and a wantlist that were read; nothing is counted before."""
    async with evening(directory, holding_of(*copies)) as tonight:
        tonight.sandbox.world.account.wants = wants_of(*wanted)
        await tonight.sync()
        await tonight.core.sync.run(tonight.account, lambda _event: None, shelf=Shelf.WANTLIST)
        tonight.sandbox.world.counts.reset()
        yield tonight
