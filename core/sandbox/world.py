"""Everything that one stand-in server holds."""

import time

from core.sandbox.accounts import Account, Accounts, new_token
from core.sandbox.counts import Counts
from core.sandbox.faults import Faults
from core.sandbox.holding import Holding
from core.sandbox.limits import AUTHENTICATED, Clock, Limits
from core.sandbox.shelf import Shelf

USERNAME, USER_ID = "collector", 1_000_001


class World:
    """Accounts, quota, counts and faults. `account` is the first user: the one whose collection was given."""

    def __init__(self, holding: Holding, *, clock: Clock = time.monotonic, limit: int = AUTHENTICATED) -> None:
        self.limits = Limits(clock, limit)
        self.counts = Counts(clock)
        self.faults = Faults()
        self.accounts = Accounts()
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
        )
        self._next_id = max(self._next_id, account.user_id) + 1
        self.accounts.add(account)
        return account
