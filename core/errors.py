"""Everything that can go wrong, as facts.

    RunoutError
    ├── ConfigError
    │   ├── ConfigUnreadable     the file cannot be read or is no TOML
    │   └── ConfigInvalid        keys or values that cannot be meant
    ├── DiscogsError
    │   ├── Unreachable          no connection, or no answer in time
    │   ├── Unavailable          Discogs answers, but with a failure of its own
    │   ├── RateLimited          refused again and again for being too fast
    │   ├── BrokenAnswer         an answer that cannot be read
    │   ├── NotAuthorised        401: the credential is not, or no longer, good
    │   ├── NotYours             403: only the owner may see it
    │   ├── Blocked              403 with a web page instead of data
    │   ├── NotFound             404
    │   └── Rejected             another 4xx
    ├── WalkError
    │   ├── WalkIncomplete       fewer copies seen than told of
    │   ├── NeedsYourWord        so many copies seem to be gone that their owner is asked
    │   ├── CopiesUnconfirmed    copies that were not seen, and could not be asked for one by one
    │   ├── CopiesKept           copies that Discogs no longer shows, kept by their owner's word
    │   ├── TotalMoved           the collection changed while it was read
    │   ├── RowsUnreadable       rows of which not even the copy's number could be read
    │   ├── RowsSkipped          rows that could not be read, of copies that are known by number
    │   ├── ReadAsStranger       the owner was served as somebody else
    │   └── TakenOver            another process has begun to sync the same account
    ├── StoreError
    │   ├── DatabaseTooNew       written by a later version of the program
    │   ├── DatabaseUnusable     not a database, damaged, locked, read-only, disk full
    │   └── DirectoryUnusable    the data directory cannot be made or written
    ├── SealBroken               a stored credential does not open with this key
    ├── KeyDamaged               the key file holds no key
    ├── NotConnected             no account has been connected yet
    ├── TokenMalformed           what was given cannot be a token
    ├── QuerySyntaxError         a filter that cannot be understood
    └── DemoFailed               the stand-in Discogs could not be started

Errors carry facts, never sentences and never secrets; each front end has its own words for them. Exceptions of
libraries are translated in the room that owns the library. They are dataclasses, but no frozen ones: Python itself sets
`__context__` and `__traceback__` on exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(unsafe_hash=True)
class RunoutError(Exception):
    """The root. Every leaf below has words in each front end."""

    def __str__(self) -> str:
        return repr(self)


class ConfigError(RunoutError):
    """The configuration cannot be used."""


@dataclass(unsafe_hash=True)
class ConfigUnreadable(ConfigError):
    """The configuration file cannot be read or is no TOML."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One key that cannot be meant; `where` is the file, or the environment variable."""

    where: str
    key: str
    expected: str
    """What would be right, in a few words; empty when the key itself is unknown."""
    nearest: str = ""
    """The known key most like an unknown one."""


@dataclass(unsafe_hash=True)
class ConfigInvalid(ConfigError):
    """Keys or values that cannot be meant; all of them at once."""

    problems: tuple[ConfigProblem, ...]


class DiscogsError(RunoutError):
    """Discogs could not be asked, or said no."""


@dataclass(unsafe_hash=True)
class Unreachable(DiscogsError):
    """No connection, or no answer in time."""

    host: str
    reason: str
    timed_out: bool = False


@dataclass(unsafe_hash=True)
class Unavailable(DiscogsError):
    """Discogs answers with a failure of its own."""

    status: int


@dataclass(unsafe_hash=True)
class RateLimited(DiscogsError):
    """Refused again and again for being too fast; with seconds to wait, when Discogs named them."""

    retry_after: float | None = None


@dataclass(unsafe_hash=True)
class BrokenAnswer(DiscogsError):
    """An answer that cannot be read."""

    route: str
    reason: str


@dataclass(unsafe_hash=True)
class NotAuthorised(DiscogsError):
    """The credential is not, or no longer, good."""

    said: str = ""
    """Discogs' own words."""


@dataclass(unsafe_hash=True)
class NotYours(DiscogsError):
    """Only the owner may see it."""

    said: str = ""


@dataclass(unsafe_hash=True)
class Blocked(DiscogsError):
    """A web page instead of data: no accepted User-Agent, or a challenge of the firewall."""

    status: int


@dataclass(unsafe_hash=True)
class NotFound(DiscogsError):
    """What was asked for does not exist."""

    route: str
    said: str = ""


@dataclass(unsafe_hash=True)
class Rejected(DiscogsError):
    """Another refusal of the request."""

    status: int
    said: str = ""


class WalkError(RunoutError):
    """Discogs answered, but what it said does not make the copy complete, or must not replace it."""


@dataclass(unsafe_hash=True)
class WalkIncomplete(WalkError):
    """Fewer, or more, copies seen than told of."""

    told: int
    seen: int


@dataclass(unsafe_hash=True)
class NeedsYourWord(WalkError):
    """So many copies seem to be gone that their owner has to say whether they are; until then they stay."""

    missing: int
    here: int
    """Copies that can be browsed, the missing ones included."""


@dataclass(unsafe_hash=True)
class CopiesUnconfirmed(WalkError):
    """Copies that were not seen and could not be asked for one by one; they stay."""

    count: int


@dataclass(unsafe_hash=True)
class CopiesKept(WalkError):
    """Copies that Discogs no longer shows, and that stay because their owner said so."""

    count: int


@dataclass(unsafe_hash=True)
class TotalMoved(WalkError):
    """The collection changed while it was read."""

    first: int
    last: int


@dataclass(unsafe_hash=True)
class RowsUnreadable(WalkError):
    """Rows of which not even the copy's number could be read."""

    count: int


@dataclass(unsafe_hash=True)
class RowsSkipped(WalkError):
    """Rows that could not be read, of copies that are known by number; the rest was published."""

    instances: tuple[int, ...]
    missing: int = 0
    """Of these, those of which nothing was known before."""


@dataclass(unsafe_hash=True)
class ReadAsStranger(WalkError):
    """The owner was served as somebody who is not signed in: copies, or names that can be done without."""

    what: str = "copies"


@dataclass(unsafe_hash=True)
class TakenOver(WalkError):
    """Another process has begun to sync the same account, because this one seemed to be gone; it published nothing."""


class StoreError(RunoutError):
    """The local database cannot be used."""


@dataclass(unsafe_hash=True)
class DatabaseTooNew(StoreError):
    """Written by a later version of the program."""

    path: str
    found: int
    known: int


@dataclass(unsafe_hash=True)
class DatabaseUnusable(StoreError):
    """Not a database, damaged, locked, read-only, or no room on the disk."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class DirectoryUnusable(StoreError):
    """A directory of ours cannot be made, read or written."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class SealBroken(RunoutError):
    """A stored credential does not open with this key: the key was lost, or the row is another account's."""

    username: str


@dataclass(unsafe_hash=True)
class KeyDamaged(RunoutError):
    """The key file holds no key, so nothing can be sealed or opened."""

    path: str


@dataclass(unsafe_hash=True)
class NotConnected(RunoutError):
    """No account has been connected yet."""


@dataclass(unsafe_hash=True)
class TokenMalformed(RunoutError):
    """What was given cannot be a token; it is not repeated here."""

    reason: str


@dataclass(unsafe_hash=True)
class QuerySyntaxError(RunoutError):
    """A filter that cannot be understood, from `start` to before `end`."""

    start: int
    end: int
    expected: str
    nearest: str = ""


@dataclass(unsafe_hash=True)
class DemoFailed(RunoutError):
    """The stand-in Discogs of the demo could not be started; the reason is its own sentence."""

    reason: str
