"""Everything that one stand-in server holds."""

from core.sandbox.accounts import Account, Accounts, new_token
from core.sandbox.callers import Application, Callers, new_application
from core.sandbox.catalogue import Catalogue
from core.sandbox.consents import Access, Consents
from core.sandbox.counts import Counts
from core.sandbox.faults import Faults
from core.sandbox.holding import Holding
from core.sandbox.limits import AUTHENTICATED, Limits
from core.sandbox.pictures import UNCACHED, Pictures
from core.sandbox.shelf import Shelf
from core.sandbox.timing import Clock, ScaledClock, pause
from core.sandbox.views import CONSUMER
from core.sandbox.website import Website

USERNAME, USER_ID = "collector", 1_000_001


class World:
    """Accounts, quota, counts and faults. `account` is the first user: the one whose collection was given.

    `clock` tells seconds; without one it is the wall clock, which runs `time_scale` times as fast from `epoch` on (real
    seconds since 1970; now, if not given). `limit` and `foreign` are requests a minute, `picture_limit` the pictures a
    minute that are not cached yet, `latency` is in seconds of the world. `application` is the one registered
    application; without one its key and secret are made up.
    """

    application_name = CONSUMER

    def __init__(
        self,
        holding: Holding,
        *,
        clock: Clock | None = None,
        limit: int = AUTHENTICATED,
        time_scale: float = 1.0,
        epoch: float | None = None,
        latency: float = 0.0,
        foreign: int = 0,
        picture_limit: int = UNCACHED,
        application: Application | None = None,
    ) -> None:
        wall = ScaledClock(time_scale, epoch)
        self.clock: Clock = clock or wall
        self.time_scale, self.epoch, self.latency = wall.scale, wall.epoch, latency
        self.application = application or new_application()
        self.limits = Limits(self.clock, limit, foreign)
        self.counts = Counts(self.clock)
        self.pictures = Pictures(self.clock, picture_limit)
        self.faults = Faults(self.clock)
        self.accounts = Accounts()
        self.consents = Consents(self.clock)
        self.callers = Callers(self.accounts, self.application, self.consents)
        self.catalogue = Catalogue(self.accounts)
        self.website = Website(self.accounts, self.catalogue, self.clock)
        self._next_id = USER_ID
        self.account = self.open_account(str(holding.profile.get("username") or USERNAME), holding)

    def open_account(self, username: str, holding: Holding | None = None, *, public: bool = True) -> Account:
        """Make a new user with a token of its own and, unless a holding is given, an empty collection."""
        holding = holding or Holding((), (), ())
        shelf, given = Shelf(holding), holding.profile
        account = Account(
            user_id=int(given.get("id") or self._next_id),
            username=username,
            shelf=shelf,
            token=new_token(),
            profile=given,
            collection_public=public,
            wantlist_public=public,
            collection_lag=int(given.get("num_collection") or len(shelf)) - len(shelf),
            wants=holding.wants,
            value=holding.value,
        )
        self._next_id = max(self._next_id, account.user_id) + 1
        self.accounts.add(account)
        self.catalogue.record(dict(holding.bodies))
        self.catalogue.lose(holding.gaps)
        return account

    def grant(self, username: str | None = None) -> Access:
        """Give the application an access token for a user (the first, if not named), without any page."""
        return self.consents.grant(self.member(username))

    def revoke(self, username: str | None = None) -> None:
        """End every credential of a user: the personal token and all access tokens."""
        account = self.member(username)
        account.token = ""
        for access in self.consents.granted_to(account):
            self.consents.revoke(access.token)

    def renew(self, username: str | None = None) -> str:
        """Give a user a new personal token, which ends the old one, and return it."""
        account = self.member(username)
        account.token = new_token()
        return account.token

    def set_public(self, username: str | None = None, *, collection: bool = True, wantlist: bool = True) -> None:
        """Decide what of a user others may see."""
        account = self.member(username)
        account.collection_public, account.wantlist_public = collection, wantlist

    def member(self, username: str | None = None) -> Account:
        """Return the user of that name, or the first one; ValueError if there is none."""
        account = self.account if username is None else self.accounts.named(username)
        if account is None:
            message = f"no account is called {username!r}"
            raise ValueError(message)
        return account

    async def pause(self, seconds: float) -> None:
        """Wait so many seconds of this world."""
        await pause(seconds, self.time_scale)
