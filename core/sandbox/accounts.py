"""Accounts: who there is, and what is theirs."""

import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.sandbox.holding import JsonObject, Want
from core.sandbox.shelf import Shelf

TOKEN_LENGTH = 40


@dataclass(slots=True)
class Account:
    """A user. `collection_lag` is by how much the count in the profile differs from folder 0.

    A token of "" is none. `value` holds the three recorded prices of the collection, if there are any.
    """

    user_id: int
    username: str
    shelf: Shelf
    token: str
    profile: JsonObject = field(default_factory=dict)
    collection_public: bool = True
    wantlist_public: bool = True
    collection_lag: int = 0
    wants: tuple[Want, ...] = ()
    value: JsonObject = field(default_factory=dict)
    seller_settings: bool = True
    _wanted: "Wanted | None" = field(default=None, repr=False)

    @property
    def wanted(self) -> "Wanted":
        """The wants, to be found by number. Made anew when `wants` is another tuple."""
        if self._wanted is None or self._wanted.wants is not self.wants:
            self._wanted = Wanted(self.wants)
        return self._wanted


class Wanted:
    """The wants of one moment by release, and their releases by master."""

    def __init__(self, wants: tuple[Want, ...]) -> None:
        self.wants = wants
        self.by_release = {want.release["id"]: want for want in wants}
        self.by_master: dict[int, dict[int, JsonObject]] = {}
        for want in wants:
            if want.release["master_id"]:
                self.by_master.setdefault(want.release["master_id"], {})[want.release["id"]] = want.release


class Accounts:
    """All users of one world."""

    def __init__(self) -> None:
        self._by_name: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        """All users, the first one first."""
        return iter([*self._by_name.values()])

    def add(self, account: Account) -> None:
        """Let an account exist; one of the same name is replaced."""
        self._by_name[account.username.lower()] = account

    def named(self, username: str) -> Account | None:
        """Return the account of that name in any case, or None."""
        return self._by_name.get(username.lower())

    def of_token(self, token: str) -> Account | None:
        """Return the account of that personal token, or None."""
        return next((account for account in self._by_name.values() if account.token == token != ""), None)


def new_token() -> str:
    """40 random letters, as the real ones."""
    return letters(TOKEN_LENGTH)


def letters(length: int) -> str:
    """Draw so many letters that nobody can guess."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(length))
