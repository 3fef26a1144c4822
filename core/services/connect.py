"""Connect a Discogs account: by a token, by signing in on Discogs' own page, or by the name of a public collection."""

from __future__ import annotations

import uuid
from typing import Final

from core.clock import Clock
from core.discogs.client import Discogs
from core.discogs.oauth import OUT_OF_BAND
from core.discogs.signin import SignIn
from core.domain.account import TOLERATED, Access, Account, Credential, Identity, Newcomer, PersonalToken, SignInAsked
from core.domain.ids import AccountId
from core.errors import (
    ApplicationRefused,
    ClockWrong,
    CollectionPrivate,
    DiscogsError,
    NoSuchMember,
    NotAuthorised,
    NotFound,
    NotYours,
    OwnersCopyHere,
    Rejected,
    SignInRefused,
    TokenMalformed,
)
from core.store.repositories import Repositories

_LONGEST_TOKEN: Final = 200


class ConnectService:
    """Who may read which collection."""

    def __init__(self, discogs: Discogs, stores: Repositories, clock: Clock, *, site_url: str) -> None:
        self._discogs = discogs
        self._stores = stores
        self._clock = clock
        self._sign_in = SignIn(discogs, site_url=site_url)

    @property
    def can_sign_in(self) -> bool:
        """Whether an application is configured, so that members can sign in on Discogs' own page."""
        return self._discogs.consumer is not None

    async def with_token(self, text: str) -> Account:
        """Connect the account that a personal access token belongs to; one that is known is joined."""
        return await self.join(await self.by_token(text))

    async def by_token(self, text: str) -> Newcomer:
        """Whose a personal access token is.

        Raises TokenMalformed before anything is sent, NotAuthorised when Discogs does not know the token.
        """
        return await self._by_credential(PersonalToken(_checked(text)))

    async def begin_sign_in(self, callback: str = OUT_OF_BAND) -> SignInAsked:
        """The page on which a member says whether Runout may act for them, good for 15 minutes.

        Raises ConfigInvalid without an application, ApplicationRefused when Discogs does not know it, ClockWrong.
        """
        try:
            consent = await self._sign_in.request_token(callback)
        except (NotAuthorised, Rejected) as error:
            self._blame_the_clock()
            raise ApplicationRefused(said=error.said) from error
        async with self._stores.database.tx() as tx:
            await self._stores.accounts.begin_sign_in(tx, consent.token, self._clock.now())
        return SignInAsked(consent.token.key, consent.address)

    async def finish_sign_in(self, key: str, verifier: str) -> Newcomer:
        """Whoever said yes. `key` is the request token's, as the callback and the page's address name it.

        Raises SignInUsed, SignInExpired, SignInRefused, ClockWrong.
        """
        code = verifier.strip()
        async with self._stores.database.tx() as tx:
            token = await self._stores.accounts.take_sign_in(tx, key, self._clock.now())
        if not (code.isascii() and code.isprintable() and code):
            raise SignInRefused
        try:
            return await self._by_credential(await self._sign_in.access_token(token, code))
        except (NotAuthorised, Rejected) as error:
            self._blame_the_clock()
            raise SignInRefused(said=error.said) from error

    async def by_public_name(self, name: str) -> Newcomer:
        """A member whose collection everybody may see.

        Raises NoSuchMember, CollectionPrivate, or OwnersCopyHere when the owner has connected it before.
        """
        session = self._discogs.session(None)
        try:
            profile = await session.profile(name.strip())
        except NotFound:
            raise NoSuchMember(username=name.strip()) from None
        except NotAuthorised as error:
            raise (ApplicationRefused(said=error.said) if self.can_sign_in else error) from None
        known = await self._stores.accounts.by_discogs_id(profile.id)
        if known is not None and (
            known.access is Access.OWNER or await self._stores.accounts.holds_owners_copy(known.id)
        ):
            raise OwnersCopyHere(username=known.username)
        try:
            await session.newest_page(profile.username)
        except (NotYours, NotAuthorised):
            raise CollectionPrivate(username=profile.username) from None
        return Newcomer(Identity(profile.id, profile.username), None, None)

    async def copies_of(self, newcomer: Newcomer) -> int | None:
        """How many copies they have: what there is to fetch. None when Discogs does not say."""
        session = self._discogs.session(newcomer.credential)
        try:
            return (await session.newest_page(newcomer.identity.username)).told
        except DiscogsError:
            return None

    async def join(self, newcomer: Newcomer) -> Account:
        """Make whom Discogs knows an account of the terminal, and the one that it opens next time.

        Raises OwnersCopyHere when its owner has connected it since it was looked at as anybody.
        """
        now = self._clock.now()
        known = await self._stores.accounts.by_discogs_id(newcomer.identity.id)
        if known is not None and known.access is Access.OWNER and newcomer.credential is None:
            raise OwnersCopyHere(username=known.username)
        account = Account(
            id=known.id if known else AccountId(str(uuid.uuid4())),
            discogs_id=newcomer.identity.id,
            username=newcomer.identity.username,
            connected_at=now,
            currency=newcomer.currency,
            access=Access.PUBLIC if newcomer.credential is None else Access.OWNER,
        )
        async with self._stores.database.tx() as tx:
            await self._stores.local.make_room(tx, account.username)
            kept = await self._stores.accounts.save(tx, account, newcomer.credential, now)
            await self._stores.accounts.use_in_terminal(tx, kept.id, now)
            await self._stores.shelves.begin(tx, kept.id, now)
        return kept

    async def _by_credential(self, credential: Credential) -> Newcomer:
        session = self._discogs.session(credential)
        identity = await session.identity()
        profile = await session.profile(identity.username)
        return Newcomer(identity, profile.currency, credential)

    def _blame_the_clock(self) -> None:
        """A signature by a clock that is far off is refused like a wrong one."""
        skew = self._discogs.skew
        if skew is not None and abs(skew) > TOLERATED:
            raise ClockWrong(seconds=skew)


def _checked(text: str) -> str:
    """A token that can stand in a header. What was typed is never repeated."""
    token = text.strip()
    if not token:
        raise TokenMalformed(reason="it is empty")
    if len(token) > _LONGEST_TOKEN:
        raise TokenMalformed(reason="it is too long")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise TokenMalformed(reason="it holds characters that no token has")
    return token
