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
    │   ├── DatabaseDamaged      not closed the last time, and damaged since
    │   ├── DatabaseInUse        another process has it open
    │   ├── DirectoryUnusable    the data directory cannot be made or written
    │   ├── BackupExists         there is a file of that name already
    │   ├── BackupNotWritten     no copy of the database could be made
    │   ├── BackupUnusable       a file that cannot take the database's place
    │   └── NotRestored          one that could, but it failed
    ├── DumpError
    │   ├── DumpUnreadable       no such file, or one that the system does not let us read
    │   ├── NotMasters           a file of another kind
    │   ├── DumpBroken           what cannot be in a dump is in it
    │   ├── DumpCutOff           the file ends before the dump does
    │   ├── DumpDamaged          what is packed does not unpack
    │   ├── ChecksumWrong        the file is not the one that Discogs has published
    │   ├── ChecksumUnusable     a list of checksums that does not help
    │   ├── DumpAhead            of a day that is yet to come
    │   ├── DumpUnderWay         another import is at it
    │   └── DumpTakenOver        another process has gone on with it
    ├── SealBroken               a stored credential does not open with this key
    ├── KeyDamaged               the key file holds no key
    ├── NotConnected             no account has been connected yet
    ├── Disconnected             nothing reads this account any more
    ├── NoSuchAccount            no account of that name was connected here
    ├── OtherIdentity            what was given belongs to somebody else than the account in use
    ├── SignInError
    │   ├── SignInDenied         the member said no
    │   ├── SignInExpired        after a quarter of an hour, or never begun here
    │   ├── SignInUsed           completed before
    │   ├── SignInRefused        the code is not accepted
    │   └── ApplicationRefused   the application's key or secret is not
    ├── ClockWrong               this machine's clock is too far off to sign by
    ├── NoSuchMember             Discogs knows nobody of that name
    ├── CollectionPrivate        shown to its owner only
    ├── WantlistPrivate          shown to its owner only
    ├── TooSoon                  a sync was asked for again too soon
    ├── OwnersCopyHere           the owner's own copy is here already
    ├── NotSignedIn              only whoever is signed in is told this
    ├── KeyElsewhere             the key is the environment's, so it is not changed here
    ├── TokenMalformed           what was given cannot be a token
    ├── QuerySyntaxError         a filter that cannot be understood
    ├── SyncEnded                the process that synced died
    ├── ImportingError
    │   ├── FileUnreadable       the file is not there, or cannot be read
    │   ├── NotAnExport          it is no collection export, or a damaged one
    │   ├── NameUnusable         nothing can be called so
    │   ├── NameTaken            an account that was connected is called so
    │   ├── ChangedMeanwhile     somebody else has changed what is here of it
    │   ├── FromFile             it came from a file: nobody can be asked for it
    │   ├── NoSuchLocal          no collection of that name came from a file
    │   ├── NotSyncedYet         the account has no complete copy to pair with
    │   ├── BothFromFiles        the account to pair with came from a file itself
    │   ├── LocalPaired          fetched copies took the place of some from a file
    │   └── LocalNotPaired       too few were found again for that
    ├── PlayError
    │   ├── PlayAhead            a play at a moment that is yet to come
    │   ├── PlayTooEarly         a play from before there were records
    │   ├── NeverHere            a release that was never among somebody's records
    │   ├── NoSuchPlay           no such row in the listening log
    │   └── NothingOffered       no record was offered yet
    ├── ExportingError
    │   ├── ExportExists         there is a file of that name already
    │   └── ExportNotWritten     nothing can be written there
    ├── ViewError
    │   ├── NoSuchView           no view of that name was saved
    │   ├── ViewExists           one of that name was
    │   ├── ViewUnusable         a part of it is missing or too long
    │   ├── TooManyViews         so many are saved that no more are
    │   └── ViewTextUnusable     a text that should be a view is none
    ├── CoverNotWritten          a picture cannot be put into the cache directory
    ├── CoversOff                the limit of the picture cache is 0
    └── DemoFailed               the stand-in Discogs could not be started

Errors carry facts, never sentences and never secrets; each front end has its own words for them. Exceptions of
libraries are translated in the room that owns the library. They are dataclasses, but no frozen ones: Python itself sets
`__context__` and `__traceback__` on exceptions.
"""

from __future__ import annotations

from core.errors.account import (
    ApplicationRefused,
    ClockWrong,
    CollectionPrivate,
    Disconnected,
    KeyDamaged,
    KeyElsewhere,
    NoSuchAccount,
    NoSuchMember,
    NotConnected,
    NotSignedIn,
    OtherIdentity,
    OwnersCopyHere,
    SealBroken,
    SignInDenied,
    SignInError,
    SignInExpired,
    SignInRefused,
    SignInUsed,
    TokenMalformed,
    TooSoon,
    WantlistPrivate,
)
from core.errors.backup import BackupExists, BackupNotWritten, BackupUnusable, DatabaseInUse, NotRestored
from core.errors.base import RunoutError
from core.errors.covers import CoverNotWritten, CoversOff
from core.errors.discogs import (
    Blocked,
    BrokenAnswer,
    DiscogsError,
    NotAuthorised,
    NotFound,
    NotYours,
    RateLimited,
    Rejected,
    Unavailable,
    Unreachable,
)
from core.errors.dump import (
    ChecksumUnusable,
    ChecksumWrong,
    DumpAhead,
    DumpBroken,
    DumpCutOff,
    DumpDamaged,
    DumpError,
    DumpTakenOver,
    DumpUnderWay,
    DumpUnreadable,
    Instead,
    NotMasters,
)
from core.errors.exporting import ExportExists, ExportNotWritten
from core.errors.front import DemoFailed, QuerySyntaxError, SyncEnded
from core.errors.importing import (
    BothFromFiles,
    ChangedMeanwhile,
    FileUnreadable,
    Found,
    FromFile,
    ImportingError,
    LocalNotPaired,
    LocalPaired,
    NameTaken,
    NameUnusable,
    NoSuchLocal,
    NotAnExport,
    NotSyncedYet,
)
from core.errors.plays import NeverHere, NoSuchPlay, NothingOffered, PlayAhead, PlayError, PlayTooEarly
from core.errors.settings import ConfigError, ConfigInvalid, ConfigProblem, ConfigUnreadable
from core.errors.store import DatabaseDamaged, DatabaseTooNew, DatabaseUnusable, DirectoryUnusable, StoreError
from core.errors.views import NoSuchView, TooManyViews, ViewExists, ViewTextUnusable, ViewUnusable
from core.errors.walk import (
    CopiesKept,
    CopiesUnconfirmed,
    NeedsYourWord,
    ReadAsStranger,
    RowsSkipped,
    RowsUnreadable,
    TakenOver,
    TotalMoved,
    WalkError,
    WalkIncomplete,
)

__all__ = (
    "ApplicationRefused",
    "BackupExists",
    "BackupNotWritten",
    "BackupUnusable",
    "Blocked",
    "BothFromFiles",
    "BrokenAnswer",
    "ChangedMeanwhile",
    "ChecksumUnusable",
    "ChecksumWrong",
    "ClockWrong",
    "CollectionPrivate",
    "ConfigError",
    "ConfigInvalid",
    "ConfigProblem",
    "ConfigUnreadable",
    "CopiesKept",
    "CopiesUnconfirmed",
    "CoverNotWritten",
    "CoversOff",
    "DatabaseDamaged",
    "DatabaseInUse",
    "DatabaseTooNew",
    "DatabaseUnusable",
    "DemoFailed",
    "DirectoryUnusable",
    "DiscogsError",
    "Disconnected",
    "DumpAhead",
    "DumpBroken",
    "DumpCutOff",
    "DumpDamaged",
    "DumpError",
    "DumpTakenOver",
    "DumpUnderWay",
    "DumpUnreadable",
    "ExportExists",
    "ExportNotWritten",
    "FileUnreadable",
    "Found",
    "FromFile",
    "ImportingError",
    "Instead",
    "KeyDamaged",
    "KeyElsewhere",
    "LocalNotPaired",
    "LocalPaired",
    "NameTaken",
    "NameUnusable",
    "NeedsYourWord",
    "NeverHere",
    "NoSuchAccount",
    "NoSuchLocal",
    "NoSuchMember",
    "NoSuchPlay",
    "NoSuchView",
    "NotAnExport",
    "NotAuthorised",
    "NotConnected",
    "NotFound",
    "NotMasters",
    "NotRestored",
    "NotSignedIn",
    "NotSyncedYet",
    "NotYours",
    "NothingOffered",
    "OtherIdentity",
    "OwnersCopyHere",
    "PlayAhead",
    "PlayError",
    "PlayTooEarly",
    "QuerySyntaxError",
    "RateLimited",
    "ReadAsStranger",
    "Rejected",
    "RowsSkipped",
    "RowsUnreadable",
    "RunoutError",
    "SealBroken",
    "SignInDenied",
    "SignInError",
    "SignInExpired",
    "SignInRefused",
    "SignInUsed",
    "StoreError",
    "SyncEnded",
    "TakenOver",
    "TokenMalformed",
    "TooManyViews",
    "TooSoon",
    "TotalMoved",
    "Unavailable",
    "Unreachable",
    "ViewExists",
    "ViewTextUnusable",
    "ViewUnusable",
    "WalkError",
    "WalkIncomplete",
    "WantlistPrivate",
)
