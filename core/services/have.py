"""Safe to buy? What the copy tells of a barcode, a number, a link or words; and one question to Discogs, if wanted."""

from __future__ import annotations

import asyncio
import contextlib

from core.discogs.client import Discogs, Session
from core.discogs.searching import of_release
from core.discogs.throttle import OnWait
from core.domain.account import Access, Account, Credential
from core.domain.collection import Collection
from core.domain.having import Having
from core.domain.having_answers import Answer
from core.domain.having_asked import settled
from core.domain.having_found import Found, Question
from core.domain.having_text import Sought
from core.domain.ids import Shelf
from core.errors import Disconnected, FromFile, NotAuthorised, NotConnected, NotFound, NotSignedIn
from core.services.library import LibraryService
from core.store.repositories import Repositories


class HaveService:
    """Looks in what is here; nothing of it waits for Discogs but `ask`."""

    def __init__(self, discogs: Discogs, stores: Repositories, library: LibraryService) -> None:
        self._discogs = discogs
        self._stores = stores
        self._library = library

    async def shelves(self, account: Account, collection: Collection | None = None) -> Having:
        """Both shelves of an account, ready to be asked; `collection` is the one that is at hand already.

        Of 100,000 copies that takes some seconds, all of them in threads.
        """
        ages, account = await self._stores.shelves.ages(account.id), await self._now(account)
        wants = await self._library.collection(account, Shelf.WANTLIST)
        if collection is None:
            collection = await self._library.collection(account)
        wanted, is_local = ages.get(Shelf.WANTLIST), account.access is Access.LOCAL
        return await asyncio.to_thread(
            Having,
            collection,
            wants,
            is_read=account.last_sync_at is not None or is_local,
            wants_read=wanted is not None and wanted.walked_at is not None,
            tells_masters=not is_local,
        )

    async def ask(self, account: Account, having: Having, answer: Answer, on_wait: OnWait | None = None) -> Answer:
        """The answer after one request to Discogs; the same without any, when there is nothing that it could settle.

        One is sent and no more, whatever comes of it: somebody stands there with a record in their hand. Raises
        RunoutError; the answer from the copy stands then.
        """
        question = answer.question
        if question is None:
            return answer
        account = await self._now(account)
        credential = await self._credential(account)
        session = self._discogs.session(credential, account=account.id, on_wait=on_wait, once=True)
        return settled(having, answer, question, await _asked(session, question, answer.sought))

    async def _now(self, account: Account) -> Account:
        """The account as it is now: it may have been synced, or disconnected, since somebody began to look at it."""
        with contextlib.suppress(NotConnected):
            return await self._stores.accounts.by_id(account.id)
        return account

    async def _credential(self, account: Account) -> Credential:
        match account.access:
            case Access.LOCAL:
                raise FromFile(account.username)
            case Access.NONE:
                raise Disconnected(account.username)
            case Access.PUBLIC:
                raise NotSignedIn(account.username)
        if account.refused_at is not None:
            raise NotAuthorised
        credential = await self._stores.accounts.credential(account)
        if credential is None:
            raise NotSignedIn(account.username)
        return credential


async def _asked(session: Session, question: Question, sought: Sought) -> Found:
    match question:
        case Question.BARCODE:
            return await session.search(barcode="".join(filter(str.isdigit, sought.text)))
        case Question.NUMBER:
            return await session.search(catno=sought.text)
    if sought.release is None:
        return Found((), 0, 0)
    try:
        known = await session.release(sought.release)
    except NotFound:
        return Found((), 0, 0)
    return of_release(known.details)
