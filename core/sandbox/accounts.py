"""Accounts, and whose a request is."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.sandbox.holding import JsonObject
from core.sandbox.shelf import Shelf

UNKNOWN_CREDENTIAL = "Invalid consumer token. Please register an app before making requests."
UNKNOWN_KEY = "Invalid consumer key/secret. Please register an app before making requests."
TOKEN_LENGTH = 40


@dataclass(slots=True)
class Account:
    """A user. `collection_lag` is by how much the count in the profile differs from folder 0."""

    user_id: int
    username: str
    shelf: Shelf
    token: str
    profile: JsonObject = field(default_factory=dict)
    collection_public: bool = True
    wantlist_public: bool = True
    collection_lag: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose a request is. `authenticated` picks the quota; `refusal` is the 401 text of a wrong credential."""

    account: Account | None = None
    authenticated: bool = False
    refusal: str | None = None


class Accounts:
    """All users of one world."""

    def __init__(self) -> None:
        self._by_name: dict[str, Account] = {}

    def add(self, account: Account) -> None:
        """Let an account exist; one of the same name is replaced."""
        self._by_name[account.username.lower()] = account

    def named(self, username: str) -> Account | None:
        """Return the account of that name in any case, or None."""
        return self._by_name.get(username.lower())

    def caller(self, authorization: str | None, query: Mapping[str, str]) -> Caller:
        """Who asks. A scheme word other than `Discogs` counts as nothing sent, as measured on the real API."""
        scheme, _, rest = (authorization or "").partition(" ")
        given = _pairs(rest) if scheme == "Discogs" else query
        if "token" in given:
            account = self._of_token(given["token"])
            return Caller(account, authenticated=True, refusal=None if account else UNKNOWN_CREDENTIAL)
        if "key" in given and "secret" in given:
            return Caller(authenticated=True, refusal=UNKNOWN_KEY)
        return Caller()

    def _of_token(self, token: str) -> Account | None:
        return next((account for account in self._by_name.values() if account.token == token), None)


def new_token() -> str:
    """40 random letters, as the real ones."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(TOKEN_LENGTH))


def _pairs(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}
