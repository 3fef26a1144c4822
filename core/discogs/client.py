"""The calls we make to Discogs: each takes a slot, is tried again when that can help, and returns values."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

from core.clock import Clock
from core.discogs import facts, parse, searching
from core.discogs.flights import Flights
from core.discogs.oauth import Sign, signer_for
from core.discogs.protocol import (
    ANONYMOUS_LIMIT,
    Answer,
    Request,
    headers_for,
    may_pass,
    rate_headers,
    refusal,
)
from core.discogs.throttle import OnWait, TokenBucket
from core.domain.account import Consumer, Credential, Identity, Profile
from core.domain.collection import Field, Folder
from core.domain.details import KnownDetails
from core.domain.having_found import Found
from core.domain.ids import ALL_FOLDER, AccountId, MasterId, ReleaseId, Shelf
from core.domain.ledger import Lane, Work
from core.domain.master import Source, Told
from core.domain.progress import Waiting, WaitReason
from core.domain.walk import CollectionPage, Order
from core.errors import DiscogsError, RateLimited, ReadAsStranger

T = TypeVar("T")

TRIES: Final = 3
"""How often a read is asked when Discogs or the line fails."""

REFUSALS: Final = 6
"""How often one request may be refused for being too fast before the caller hears of it."""


_EVERYTHING: Final = {
    Shelf.COLLECTION: f"collection/folders/{ALL_FOLDER}/releases",
    Shelf.WANTLIST: "wants",
}
"""Where a member's shelves are, below the member."""


class Carrier(Protocol):
    """What carries a request: `core.discogs.http.Http`."""

    async def send(self, request: Request, headers: Mapping[str, str], sign: Sign | None = None) -> Answer:
        """One request, one answer of any status. `sign` makes the Authorization header of a request that is signed."""

    async def close(self) -> None:
        """Close every connection."""


class Discogs:
    """The door to Discogs, one for the whole process. The carrier is opened with the first request."""

    def __init__(
        self,
        open_carrier: Callable[[], Awaitable[Carrier]],
        bucket: TokenBucket,
        clock: Clock,
        rng: random.Random,
        *,
        user_agent: str,
        consumer: Consumer | None = None,
        anonymous: TokenBucket | None = None,
    ) -> None:
        self._open_carrier = open_carrier
        self._bucket = bucket
        self._anonymous = anonymous or bucket
        self._clock = clock
        self._rng = rng
        self._user_agent = user_agent
        self.consumer = consumer
        self.limit: int | None = None
        """Requests a minute that the last answer granted; None before the first."""
        self.skew: float | None = None
        """Seconds by which our clock is ahead of Discogs', as the last answer had it; None before the first."""
        self._flights = Flights()

    def session(
        self,
        token: Credential | None,
        *,
        account: AccountId | None = None,
        lane: Lane = Lane.PEOPLE,
        work: Work | None = None,
        head_start: int = 0,
        on_wait: OnWait | None = None,
        once: bool = False,
    ) -> Session:
        """Calls on behalf of one person; the first `head_start` of them go in the people's lane.

        `work`: what they are for, when nobody waits for them. `once`: whatever fails is not asked again.
        """
        session = Session(self, token, account=account, lane=lane, work=work, head_start=head_start, on_wait=on_wait)
        session.once = once
        return session

    def now(self) -> datetime:
        """The moment at which an answer counts as given."""
        return self._clock.now()

    async def ask(self, request: Request, asker: Session, read: Callable[[Answer], T]) -> T:
        """One good answer, read. Whoever asks the same for the same person meanwhile gets the same answer.

        Raises the DiscogsError that the last answer stands for.
        """
        if request.method != "GET" or request.sign_in:
            return await self._insist(request, asker, read)
        # Somebody who waits for it is not made to wait in the background's place.
        is_patient = asker.lane is Lane.BACKGROUND
        key = (asker.token, is_patient, request.path, tuple(sorted(request.params.items())))
        return await self._flights.join(key, self._insist(request, asker, read))

    async def _insist(self, request: Request, asker: Session, read: Callable[[Answer], T]) -> T:
        """Ask again when that can help. A refusal for being too fast is no try; a failure of Discogs or the line is."""
        tries = refusals = 0
        while True:
            try:
                return read(await self._once(request, asker, again=refusals > 0))
            except RateLimited:
                refusals += 1
                if refusals >= REFUSALS or asker.once:
                    raise
            except DiscogsError as error:
                tries += 1
                asker.failures += 1
                if tries >= TRIES or asker.once or not may_pass(error) or request.method != "GET":
                    raise
                seconds = 2.0 ** (tries - 1) * (1.0 + 0.25 * self._rng.random())
                asker.waits(Waiting(seconds=seconds, reason=WaitReason.RETRY))
                await self._clock.sleep(seconds)

    async def _once(self, request: Request, asker: Session, *, again: bool) -> Answer:
        signer = request.sign_in or signer_for(self.consumer, asker.token)
        sign = partial(signer.header, now=self._clock.now) if signer else None
        # Who is nobody is at least told apart by the application, if there is one.
        shown = None if signer else asker.token or self.consumer
        headers = headers_for(shown, self._user_agent, form=request.sign_in is not None)
        bucket = self._bucket if signer or shown else self._anonymous
        carrier = await self._open_carrier()
        slot = await bucket.take(asker.next_lane(), asker.account, work=asker.work, again=again, on_wait=asker.waits)
        asker.requests += 1
        try:
            answer = await carrier.send(request, headers, sign)
        except BaseException:
            await bucket.unanswered(slot)
            raise
        if answer.told_at is not None:
            self.skew = (self._clock.now() - answer.told_at).total_seconds()
        error = refusal(request, answer)
        rate = rate_headers(answer)
        self.limit = rate.limit
        if isinstance(error, RateLimited):
            await bucket.refused(slot, error.retry_after, limit=rate.limit, remaining=rate.remaining)
            raise error
        await bucket.answered(slot, str(answer.status), limit=rate.limit, remaining=rate.remaining)
        if error is not None:
            raise error
        return answer


class Session:
    """The typed calls, for one person in one lane; counts the requests it sent."""

    def __init__(
        self,
        discogs: Discogs,
        token: Credential | None,
        *,
        account: AccountId | None,
        lane: Lane,
        work: Work | None,
        head_start: int,
        on_wait: OnWait | None,
    ) -> None:
        self._discogs = discogs
        self._on_wait = on_wait
        self.lane = lane
        self.work = work
        self._head_start = head_start
        self.token = token
        self.account = account
        self.once = False
        """Whether whatever fails is left at that."""
        self.requests = 0
        self.failures = 0
        """Answers that failed and were asked for again, or were the last of it."""

    @property
    def has_application(self) -> bool:
        """Whether an application vouches for those who are not signed in."""
        return self._discogs.consumer is not None

    @property
    def skew(self) -> float | None:
        """Seconds by which our clock is ahead of Discogs'; None before the first answer."""
        return self._discogs.skew

    def next_lane(self) -> Lane:
        """The lane of the next request."""
        if self._head_start > 0:
            self._head_start -= 1
            return Lane.PEOPLE
        return self.lane

    def waits(self, waiting: Waiting) -> None:
        """Hand on that nothing is sent for a while."""
        if self._on_wait is not None:
            self._on_wait(waiting)

    async def identity(self) -> Identity:
        """Whose token it is. Raises NotAuthorised when it is nobody's."""
        return await self._read("/oauth/identity", parse.identity)

    async def profile(self, username: str) -> Profile:
        """What a member's profile says; more for its owner."""
        return await self._read(f"/users/{quote(username, safe='')}", parse.profile)

    async def folders(self, username: str) -> tuple[Folder, ...]:
        """All folders for the owner, folder 0 alone for others."""
        return await self._names(f"/users/{quote(username, safe='')}/collection/folders", parse.folders)

    async def fields(self, username: str) -> tuple[Field, ...]:
        """The collection's fields; others than the owner see the public ones."""
        return await self._names(f"/users/{quote(username, safe='')}/collection/fields", parse.fields)

    async def shelf_page(
        self, username: str, page: int, order: Order = Order.ADDED, shelf: Shelf = Shelf.COLLECTION
    ) -> CollectionPage:
        """One page of everything on a shelf, in ascending order."""
        return await self._page(_EVERYTHING[shelf], username, page, sort=order, sort_order="asc")

    async def newest_page(self, username: str, shelf: Shelf = Shelf.COLLECTION) -> CollectionPage:
        """The newest copies of a shelf, newest first, as many as fit on a page."""
        return await self._page(_EVERYTHING[shelf], username, sort=Order.ADDED, sort_order="desc")

    async def copies_of(self, username: str, release: ReleaseId, page: int = 1) -> CollectionPage:
        """The copies of one release in a collection; an empty page when there is none."""
        return await self._page(f"collection/releases/{release}", username, page)

    async def release(self, release: ReleaseId) -> KnownDetails:
        """All that is known of a release. What was merged into another may be answered under that one's number."""
        details = await self._read(f"/releases/{release}", facts.release)
        return KnownDetails(details, self._discogs.now())

    async def master(self, master: MasterId) -> Told:
        """The facts of a master. As with a release, the number may be another."""
        return Told(await self._read(f"/masters/{master}", facts.master), Source.API, self._discogs.now())

    async def search(self, *, barcode: str = "", catno: str = "", page: int = 1) -> Found:
        """Records with a barcode, or a catalogue number or one alike. Raises NotFound past the last page."""
        what = {"barcode": barcode} if barcode else {"catno": catno}
        asked = {**what, "page": str(page), "per_page": str(parse.MOST_PER_PAGE)}
        return await self._checked(Request("/database/search", asked), lambda answer: searching.found(answer.body))

    async def _names(self, path: str, read: Callable[[bytes], T]) -> T:
        """Raises ReadAsStranger when a credential was sent and not understood: then most of them are left out."""

        def checked(answer: Answer) -> T:
            if self.token is not None and _is_for_anybody(answer):
                raise ReadAsStranger
            return read(answer.body)

        return await self._checked(Request(path), checked)

    async def _page(self, below: str, username: str, page: int = 1, **how: str) -> CollectionPage:
        path = f"/users/{quote(username, safe='')}/{below}"
        asked = {"page": str(page), "per_page": str(parse.MOST_PER_PAGE), **how}
        parsed = parse.wantlist_page if below == _EVERYTHING[Shelf.WANTLIST] else parse.collection_page

        def read(answer: Answer) -> CollectionPage:
            return parsed(answer.body, anonymous_limit=_is_for_anybody(answer))

        return await self._checked(Request(path, asked), read)

    async def _read(self, path: str, read: Callable[[bytes], T]) -> T:
        return await self._checked(Request(path), lambda answer: read(answer.body))

    async def _checked(self, request: Request, read: Callable[[Answer], T]) -> T:
        return await self._discogs.ask(request, self, read)


def _is_for_anybody(answer: Answer) -> bool:
    """Whether an answer was counted against the limit of somebody who is not signed in."""
    limit = rate_headers(answer).limit
    return limit is not None and limit <= ANONYMOUS_LIMIT
