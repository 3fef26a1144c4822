from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from core import errors
from core.domain.progress import Waiting, WaitReason
from core.errors import ConfigProblem, RunoutError
from core.errors.views import Flaw, Part
from tui.arguments import parser
from tui.wording import (
    EXIT_CODES,
    FAILED,
    INTERRUPTED,
    NEEDS_WORD,
    NOT_CONNECTED,
    USAGE,
    describe,
    exit_code,
    unexpected,
    waiting,
)

import pytest

ROOT = Path(__file__).resolve().parents[2]

SAMPLES: Final[tuple[RunoutError, ...]] = (
    errors.ConfigUnreadable(path="/home/x/config.toml", reason="Permission denied"),
    errors.ConfigInvalid(problems=(ConfigProblem("/home/x/config.toml", "log.level", "one of debug, info"),)),
    errors.Unreachable(host="api.discogs.com", reason="Name or service not known"),
    errors.Unavailable(status=503),
    errors.RateLimited(retry_after=30.0),
    errors.BrokenAnswer(route="collection", reason="JSON is malformed"),
    errors.NotAuthorised(said="You must authenticate to access this resource."),
    errors.NotYours(said="You are not allowed to view this resource."),
    errors.Blocked(status=403),
    errors.NotFound(route="profile", said="User does not exist."),
    errors.Rejected(status=422, said="Invalid page."),
    errors.WalkIncomplete(told=2188, seen=2100),
    errors.NeedsYourWord(missing=2188, here=2188),
    errors.CopiesUnconfirmed(count=3),
    errors.CopiesKept(count=21),
    errors.TakenOver(),
    errors.TotalMoved(first=2188, last=2189),
    errors.RowsUnreadable(count=2),
    errors.RowsSkipped(instances=(11, 12, 13)),
    errors.ReadAsStranger(),
    errors.DatabaseTooNew(path="/home/x/runout.db", found=7, known=3),
    errors.DatabaseUnusable(path="/home/x/runout.db", reason="file is not a database"),
    errors.DirectoryUnusable(path="/home/x", reason="Permission denied"),
    errors.DatabaseDamaged(path="/home/x/runout.db", reason="database disk image is malformed", backup=""),
    errors.DatabaseInUse(path="/home/x/runout.db", processes=2),
    errors.BackupExists(path="/home/x/runout-2026.db"),
    errors.BackupNotWritten(path="/home/x/runout-2026.db", reason="database or disk is full"),
    errors.BackupUnusable(path="/home/x/runout-2026.db", reason="file is not a database"),
    errors.NotRestored(path="/home/x/runout.db", reason="database or disk is full"),
    errors.DumpUnreadable(path="/home/x/discogs_20260801_masters.xml.gz", reason="No such file or directory"),
    errors.NotMasters(path="/home/x/a.gz", found=errors.Instead.OTHER_XML, name="releases"),
    errors.DumpBroken(path="/home/x/a.gz", reason="mismatched tag", byte=7_000, line=4, master=18_500),
    errors.DumpCutOff(path="-", byte=7_000, line=4, master=None),
    errors.DumpDamaged(
        path="/home/x/a.gz", reason="incorrect data check", packed=900, byte=7_000, line=4, master=18_500
    ),
    errors.ChecksumWrong(path="/home/x/a.gz", listed="0a" * 32, found="0b" * 32),
    errors.ChecksumUnusable(path="/home/x/CHECKSUM.txt", reason="it does not list a.gz"),
    errors.DumpAhead(path="/home/x/a.gz", day=date(2031, 8, 1)),
    errors.DumpUnderWay(path="a.gz"),
    errors.DumpTakenOver(path="/home/x/a.gz"),
    errors.SealBroken(username="collector_a"),
    errors.KeyDamaged(path="/home/somebody/.config/runout/secret.key"),
    errors.PlayAhead(at=datetime(2031, 1, 1, 12, tzinfo=UTC)),
    errors.PlayTooEarly(at=datetime(1700, 1, 1, 12, tzinfo=UTC)),
    errors.NeverHere(release=99, username="collector_a"),
    errors.NoSuchPlay(number=7),
    errors.NothingOffered(),
    errors.NotConnected(),
    errors.Disconnected(username="collector_a"),
    errors.NoSuchAccount(name="collector_x", known=("collector_a", "collector_b")),
    errors.OtherIdentity(username="collector_b", current="collector_a"),
    errors.SignInDenied(),
    errors.SignInExpired(),
    errors.SignInUsed(),
    errors.SignInRefused(said="Invalid verifier."),
    errors.ApplicationRefused(said="Invalid consumer."),
    errors.ClockWrong(seconds=-3_723.0),
    errors.NoSuchMember(username="collector_x"),
    errors.CollectionPrivate(username="collector_a"),
    errors.WantlistPrivate(username="collector_a"),
    errors.TooSoon(until=datetime(2026, 11, 21, 18, 15, tzinfo=UTC)),
    errors.OwnersCopyHere(username="collector_a"),
    errors.NotSignedIn(username="collector_a"),
    errors.KeyElsewhere(),
    errors.TokenMalformed(reason="it is empty"),
    errors.ExportExists(path="/home/x/mine.csv"),
    errors.ExportNotWritten(path="/home/x/mine.csv", reason="No space left on device"),
    errors.NoSuchView(name="To hear", known=("Dub",)),
    errors.ViewExists(name="To hear"),
    errors.ViewUnusable(part=Part.QUERY, found="x", most=2_000),
    errors.TooManyViews(most=500),
    errors.ViewTextUnusable(flaw=Flaw.CUT),
    errors.CoverNotWritten(path="/home/x/.cache/runout/covers", reason="No space left on device"),
    errors.CoversOff(),
    errors.QuerySyntaxError(start=0, end=5, expected="a field", nearest="genre:"),
    errors.DemoFailed(reason="The file cannot be read."),
    errors.SyncEnded(reference="0a1b2c3d"),
    errors.FileUnreadable(path="/home/x/collection.csv", reason="No such file or directory"),
    errors.NotAnExport(path="collection.csv", found=errors.Found.NO_RELEASE_ID, detail="Artist, Title"),
    errors.NameUnusable(name=""),
    errors.NameTaken(name="collector_a"),
    errors.ChangedMeanwhile(name="mine"),
    errors.FromFile(username="mine"),
    errors.NoSuchLocal(name="theirs", known=("mine",)),
    errors.NotSyncedYet(username="collector_a"),
    errors.BothFromFiles(username="mine"),
    errors.LocalPaired(name="mine", username="collector_a", pairs=310, left=6),
    errors.LocalNotPaired(name="mine", username="collector_a", pairs=3, rows=316),
)


def leaves(kind: type[RunoutError] = RunoutError) -> Iterator[type[RunoutError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from leaves(one)


LEAVES: Final = tuple(leaves())
FOREIGN: Final = "a\x1b[31mred\x1b]0;title\x07\x00b\r\nnext\u202eright\u200bto\ufeff left\u2066\x9b2J\ud800 [/b] ok"
"""Escape codes, line breaks, direction and zero-width marks, half a character, markup."""


def sample(kind: type[RunoutError]) -> RunoutError:
    found = [error for error in SAMPLES if type(error) is kind]
    assert len(found) == 1, f"SAMPLES needs one {kind.__name__}"
    return found[0]


def hostile(error: RunoutError) -> RunoutError:
    """The same error with foreign text in every text that it carries."""
    strings = {
        field.name: FOREIGN for field in dataclasses.fields(error) if isinstance(getattr(error, field.name), str)
    }
    if isinstance(error, errors.NoSuchAccount):
        return errors.NoSuchAccount(name=FOREIGN, known=(FOREIGN, FOREIGN))
    if isinstance(error, errors.NotMasters):
        return errors.NotMasters(path=FOREIGN, found=error.found, name=FOREIGN)
    if isinstance(error, errors.NotAnExport):
        return errors.NotAnExport(path=FOREIGN, found=error.found, detail=FOREIGN)
    if isinstance(error, errors.ConfigInvalid):
        return errors.ConfigInvalid(
            problems=(ConfigProblem(FOREIGN, FOREIGN, FOREIGN), ConfigProblem(FOREIGN, FOREIGN, "", FOREIGN))
        )
    if isinstance(error, errors.ViewTextUnusable):
        return error
    if isinstance(error, errors.ViewUnusable):
        return errors.ViewUnusable(part=error.part, found=FOREIGN)
    return dataclasses.replace(error, **strings)


def is_safe(text: str) -> bool:
    """Nothing that a terminal would act on: no controls, no marks of direction, no half characters."""
    return all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co") for char in text.replace("\n", ""))


def ends_like_a_sentence(text: str) -> bool:
    return text.endswith((".", "?")) and text.rstrip(".?") == text[:-1]


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_has_words_of_its_own(kind: type[RunoutError]) -> None:
    said = describe(sample(kind))
    assert "omething went wrong" not in said
    assert kind.__name__ not in said
    assert ends_like_a_sentence(said)
    assert "  " not in said
    assert ".)." not in said


@pytest.mark.parametrize("kind", LEAVES)
def test_foreign_text_in_words_is_safe_to_show(kind: type[RunoutError]) -> None:
    said = describe(hostile(sample(kind)))
    assert is_safe(said)
    assert "\\x1b" not in said
    lines = len(said.split("\n"))
    assert lines == (2 if kind is errors.ConfigInvalid else 1)


def test_a_host_that_is_too_slow_is_named_safely() -> None:
    assert is_safe(describe(errors.Unreachable(host=FOREIGN, reason="", timed_out=True)))


def test_a_sample_that_is_no_leaf_is_not_wanted() -> None:
    assert {type(error) for error in SAMPLES} == set(LEAVES)


@pytest.mark.parametrize(
    "kind",
    [RunoutError, errors.ConfigError, errors.DiscogsError, errors.WalkError, errors.StoreError, errors.SignInError],
)
def test_an_error_without_words_is_named_at_least(kind: type[RunoutError]) -> None:
    assert describe(kind()) == f"Something went wrong: {kind.__name__}."


@pytest.mark.parametrize("kind", LEAVES)
def test_the_code_at_the_end_says_whose_move_it_is(kind: type[RunoutError]) -> None:
    usage = {errors.ConfigUnreadable, errors.ConfigInvalid, errors.TokenMalformed, errors.QuerySyntaxError}
    usage |= {errors.NoSuchAccount, errors.OtherIdentity, errors.NoSuchMember}
    usage |= {errors.NoSuchLocal, errors.NameTaken, errors.NameUnusable}
    usage |= {errors.NoSuchView, errors.ViewExists, errors.ViewUnusable, errors.ViewTextUnusable}
    usage |= {errors.PlayAhead, errors.PlayTooEarly, errors.NeverHere, errors.NoSuchPlay}
    unconnected = {errors.NotConnected, errors.SealBroken, errors.KeyDamaged, errors.NotAuthorised, errors.ClockWrong}
    unconnected |= {errors.FromFile, errors.Disconnected, errors.SignInDenied, errors.SignInExpired, errors.SignInUsed}
    unconnected |= {errors.SignInRefused, errors.ApplicationRefused, errors.NotSignedIn}
    expected = USAGE if kind in usage else NOT_CONNECTED if kind in unconnected else FAILED
    expected = NEEDS_WORD if kind is errors.NeedsYourWord else expected
    assert exit_code(sample(kind)) == expected


def test_the_codes_are_those_of_the_manual() -> None:
    assert (FAILED, USAGE, NOT_CONNECTED, NEEDS_WORD, INTERRUPTED) == (1, 2, 3, 4, 130)
    said = ", ".join(f"{code} {means}" for code, means in EXIT_CODES.items())
    assert said == (
        "0 done, 1 failed, 2 usage, 3 not connected, 4 needs your word,"
        " 10 another pressing owned, 11 wanted, 12 not owned, 13 cannot tell, 130 interrupted"
    )
    manual = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"Exit codes: {said}." in manual
    assert f"exit codes: {said}\n" in parser().format_help()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            errors.ConfigInvalid(
                problems=(
                    ConfigProblem("f.toml", "log.level", "one of debug, info"),
                    ConfigProblem("environment variable RUNOUT_LOGS__X", "logs", "", "log"),
                    ConfigProblem("f.toml", "zebra", ""),
                )
            ),
            (
                "f.toml: log.level should be one of debug, info.\n"
                "environment variable RUNOUT_LOGS__X: there is no setting logs. Did you mean log?\n"
                "f.toml: there is no setting zebra. See config.example.toml for all keys."
            ),
        ),
        (errors.QuerySyntaxError(0, 5, "a field", "genre:"), "Expected a field; did you mean genre:?"),
        (errors.QuerySyntaxError(0, 6, "a value after genre:"), "Expected a value after genre:."),
        (
            errors.NotFound(route="profile", said="User does not exist."),
            "Discogs does not have profile (it says: User does not exist).",
        ),
        (errors.NotFound(route="profile"), "Discogs does not have profile."),
        (
            errors.ClockWrong(seconds=723.4),
            (
                "The clock of this machine is 12 min 3 s ahead of Discogs' own, too far for it to trust us."
                " Set the clock and try again."
            ),
        ),
        (
            errors.ClockWrong(seconds=-400),
            (
                "The clock of this machine is 6 min 40 s behind Discogs' own, too far for it to trust us."
                " Set the clock and try again."
            ),
        ),
        (
            errors.NoSuchAccount("collector_x", ("collector_a", "collector_b")),
            (
                "There is no account collector_x here, only collector_a, collector_b. Name one of these, or run"
                " `runout connect`."
            ),
        ),
        (
            errors.NoSuchAccount("collector_x"),
            "There is no account collector_x here, nor any other. Run `runout connect`.",
        ),
        (
            errors.Unreachable("api.discogs.com", "timed out", timed_out=True),
            "api.discogs.com does not answer in time. What you have is kept; try again later.",
        ),
        (errors.NoSuchPlay(), "Nothing was logged yet, so there is nothing to take back."),
        (
            errors.RowsSkipped(instances=(4,)),
            "1 row could not be read; what was known before is kept.",
        ),
        (
            errors.WalkIncomplete(told=12_345, seen=1),
            (
                "Discogs told of 12,345 copies but showed 1. What was seen is here and nothing was removed;"
                " sync again in a while."
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, RunoutError) else "",
)
def test_the_words_are(error: RunoutError, said: str) -> None:
    assert describe(error) == said


def test_a_token_that_is_malformed_is_not_repeated() -> None:
    assert "secret" not in describe(errors.TokenMalformed(reason="it has blanks"))
    assert [field.name for field in dataclasses.fields(errors.TokenMalformed)] == ["reason"]


def test_what_nobody_foresaw_has_a_reference_to_quote() -> None:
    said = unexpected("0a1b2c3d")
    assert "0a1b2c3d" in said
    assert "runout paths" in said


@pytest.mark.parametrize("reason", WaitReason)
def test_every_wait_says_how_long_and_why(reason: WaitReason) -> None:
    said = waiting(Waiting(seconds=48.2, reason=reason))
    assert said.startswith("waiting 48 s ")
    assert "Discogs" in said


def test_reasons_to_wait_are_told_apart() -> None:
    """A failure of Discogs is not to be blamed on a limit."""
    assert len({waiting(Waiting(seconds=1, reason=reason)) for reason in WaitReason}) == len(WaitReason)
    assert waiting(Waiting(seconds=1, reason=WaitReason.LIMIT)) == "waiting 1.0 s for Discogs' limit"
