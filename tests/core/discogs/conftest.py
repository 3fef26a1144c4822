"""Doors to Discogs and buckets, opened and closed again."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

from core.discogs.client import Discogs
from core.discogs.http import Http
from core.discogs.throttle import TokenBucket
from core.domain.account import Consumer
from core.domain.ledger import SIGNED_IN, Terms
from tests.core.discogs.door import AGENT, API, Door, MakeDoor
from tests.core.discogs.line import Made
from tests.fakes import FakeClock, MemorySlots

import httpx
import pytest
import respx


@pytest.fixture
async def make_door(clock: FakeClock) -> AsyncIterator[MakeDoor]:
    """Makes doors, and closes them."""
    doors: list[Door] = []

    def make(per_minute: int = 60, consumer: Consumer | None = None) -> Door:
        router = respx.Router(base_url=API, assert_all_called=False)
        opened: list[Http] = []

        async def open_carrier() -> Http:
            if not opened:
                opened.append(Http(API, transport=httpx.MockTransport(router.async_handler)))
            return opened[0]

        slots = MemorySlots()
        bucket = TokenBucket(slots, clock, random.Random(1), window=SIGNED_IN, terms=Terms(per_minute=per_minute))
        discogs = Discogs(open_carrier, bucket, clock, random.Random(1), user_agent=AGENT, consumer=consumer)
        doors.append(Door(discogs, bucket, slots, clock, router, opened))
        return doors[-1]

    yield make
    for door in doors:
        await door.bucket.close()
        for http in door.opened:
            await http.close()


@pytest.fixture
def door(make_door: MakeDoor) -> Door:
    return make_door()


@pytest.fixture
async def made(clock: FakeClock) -> AsyncIterator[Made]:
    """Makes buckets, and closes them."""
    buckets: list[TokenBucket] = []

    def make(per_minute: int = 60, slots: MemorySlots | None = None) -> TokenBucket:
        terms = Terms(per_minute=per_minute)
        buckets.append(TokenBucket(slots or MemorySlots(), clock, random.Random(1), window=SIGNED_IN, terms=terms))
        return buckets[-1]

    yield make
    for bucket in buckets:
        await bucket.close()
