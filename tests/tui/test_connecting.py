"""`runout connect`, the parts without a screen: what was asked for, what was pasted, whose browser came back."""

from __future__ import annotations

import asyncio
import contextlib
import io
from pathlib import Path

from core.config import Config, load
from core.domain.account import Identity, Newcomer, PersonalToken
from core.domain.ids import DiscogsUserId
from core.errors import OtherIdentity, SignInDenied, SignInError, TokenMalformed
from tests.factories import make_account
from tests.tui.test_loopback import page_at
from tui.arguments import parser
from tui.connecting import Options, _arrived, _may_switch, _token, _verifier, is_remote, verifier_in
from tui.loopback import loopback

import pytest

BACK = "http://127.0.0.1:8765/back"
NEWCOMER = Newcomer(Identity(DiscogsUserId(7), "somebody\x1b[31m"), None, PersonalToken("x"))


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard input that is a file: nobody can be asked."""
    given = io.StringIO()
    monkeypatch.setattr("sys.stdin", given)
    return given


def config(directory: Path, **more: str) -> Config:
    return load({"RUNOUT_DATA_DIR": str(directory), **more})


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ((), Options()),
        (("--token-stdin",), Options(token_stdin=True)),
        (("--personal-token", "--yes"), Options(personal_token=True, yes=True)),
        (("--no-browser",), Options(no_browser=True)),
        (("--public", "Some One"), Options(public="Some One")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_was_asked_for_is_what_is_done(words: tuple[str, ...], options: Options) -> None:
    assert Options.of(parser().parse_args(["connect", *words])) == options


@pytest.mark.parametrize(
    ("pasted", "verifier"),
    [
        ("aBcDeFgHiJ", "aBcDeFgHiJ"),
        ("  aBcDeFgHiJ\r\n", "aBcDeFgHiJ"),
        (f"{BACK}?oauth_token=key&oauth_verifier=aBcDeFgHiJ\n", "aBcDeFgHiJ"),
        (f"{BACK}?state=7&oauth_verifier=a%2Bb&oauth_token=key#top", "a+b"),
        ("https://records.example/back?oauth_verifier=code", "code"),
        (f"{BACK}?oauth_token=key", ""),
        (BACK, ""),
        ("", ""),
    ],
)
def test_the_code_is_found_in_what_was_pasted(pasted: str, verifier: str) -> None:
    assert verifier_in(pasted) == verifier


@pytest.mark.parametrize("pasted", [f"{BACK}?denied=key", f" {BACK}?state=7&denied=key "])
def test_an_address_that_says_no_is_a_no(pasted: str) -> None:
    with pytest.raises(SignInDenied):
        verifier_in(pasted)


@pytest.mark.parametrize("pasted", ["http://[", "http://[::1/back?oauth_verifier=code", "://", "http://a]b/"])
def test_what_was_pasted_badly_is_no_code_and_no_crash(pasted: str) -> None:
    with contextlib.suppress(SignInError):
        assert verifier_in(pasted) in ("", "code")


@pytest.mark.parametrize(
    ("environ", "remote"),
    [
        ({}, False),
        ({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, True),
        ({"SSH_TTY": "/dev/pts/1"}, True),
        ({"SSH_CONNECTION": "", "SSH_AUTH_SOCK": "/tmp/agent", "DISPLAY": ":0"}, False),
    ],
)
def test_over_ssh_the_browser_is_on_another_machine(environ: dict[str, str], remote: bool) -> None:
    assert is_remote(environ) is remote


async def passed_over(capsys: pytest.CaptureFixture[str], times: int) -> None:
    """Wait until it was said so often that a browser came with another answer."""
    told = ""
    while told.count("another sign-in") < times:
        await asyncio.sleep(0.01)
        told += capsys.readouterr().err


async def test_the_answer_to_another_sign_in_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    async with loopback() as back:
        waiting = asyncio.create_task(_arrived("mine", back))
        others = asyncio.create_task(page_at(back.address, oauth_token="theirs", oauth_verifier="theirs"))
        no = asyncio.create_task(page_at(back.address, denied="theirs"))
        await passed_over(capsys, 2)
        mine = asyncio.create_task(page_at(back.address, oauth_token="mine", oauth_verifier="code"))
        assert await waiting == "code"
        back.end("You are connected", "Done.")
        assert "You are connected" in (await mine)[1]
    await asyncio.gather(others, no)


async def test_a_browser_that_brought_the_answer_to_another_sign_in_is_not_told_that_it_is_connected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with loopback() as back:
        waiting = asyncio.create_task(_arrived("mine", back))
        others = asyncio.create_task(page_at(back.address, oauth_token="theirs", oauth_verifier="theirs"))
        await passed_over(capsys, 1)
        mine = asyncio.create_task(page_at(back.address, oauth_token="mine", oauth_verifier="code"))
        assert await waiting == "code"
        back.end("You are connected", "Runout may act for somebody.")
        assert "Runout may act for somebody." in (await mine)[1]
        assert "Runout may act for somebody." not in (await others)[1]


async def test_who_says_no_in_the_browser_is_shown_that_nothing_was_connected() -> None:
    async with loopback() as back:
        waiting = asyncio.create_task(_arrived("mine", back))
        coming = asyncio.create_task(page_at(back.address, denied="mine"))
        with pytest.raises(SignInDenied):
            await waiting
        assert "Nothing was connected" in (await coming)[1]


async def test_what_is_typed_counts_while_the_browser_does_not_come(stdin: io.StringIO) -> None:
    stdin.write(f"\n  {BACK}?oauth_token=mine&oauth_verifier=typed\n")
    stdin.seek(0)
    async with loopback() as back:
        assert await _verifier("mine", back) == "typed"


async def test_at_the_end_of_the_input_the_browser_is_waited_for(stdin: io.StringIO) -> None:
    async with loopback() as back:
        waiting = asyncio.create_task(_verifier("mine", back))
        coming = asyncio.create_task(page_at(back.address, oauth_token="mine", oauth_verifier="code"))
        assert await waiting == "code"
        back.end("", "")
        await coming


async def test_without_a_browser_the_end_of_the_input_is_the_end(stdin: io.StringIO) -> None:
    with pytest.raises(SignInError):
        await _verifier("mine", None)


def test_a_token_is_read_from_standard_input_when_that_was_said(tmp_path: Path, stdin: io.StringIO) -> None:
    stdin.write("from stdin\n")
    stdin.seek(0)
    settings = config(tmp_path, RUNOUT_DISCOGS__TOKEN="fromsettings")
    assert _token(settings, Options(token_stdin=True), is_well=True) == "from stdin\n"


def test_a_token_of_the_settings_is_taken_without_asking(tmp_path: Path, stdin: io.StringIO) -> None:
    settings = config(tmp_path, RUNOUT_DISCOGS__TOKEN="fromsettings")
    assert _token(settings, Options(), is_well=False) == "fromsettings"


def test_where_nobody_can_be_asked_the_option_is_named_and_who_is_connected_stays(
    tmp_path: Path, stdin: io.StringIO
) -> None:
    assert _token(config(tmp_path), Options(), is_well=True) is None
    with pytest.raises(TokenMalformed, match="--token-stdin"):
        _token(config(tmp_path), Options(), is_well=False)


async def test_to_somebody_else_is_switched_only_when_that_was_said(stdin: io.StringIO) -> None:
    current = make_account(1)
    with pytest.raises(OtherIdentity) as refused:
        await _may_switch(current, NEWCOMER, Options())
    assert refused.value == OtherIdentity(username=NEWCOMER.identity.username, current=current.username)
    assert await _may_switch(current, NEWCOMER, Options(yes=True))
    assert await _may_switch(None, NEWCOMER, Options())


async def test_who_connects_again_is_not_asked(stdin: io.StringIO) -> None:
    current = make_account(1)
    same = Newcomer(Identity(current.discogs_id, "renamed"), None, PersonalToken("x"))
    assert await _may_switch(current, same, Options())
