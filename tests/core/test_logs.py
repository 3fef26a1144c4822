from __future__ import annotations

import json
import logging
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.discogs.oauth import Signer
from core.domain.account import AccessToken, Consumer, PersonalToken
from core.errors import DirectoryUnusable
from core.logs import blanked, log_to_file

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

SECRET: Final = "xVkWqRbTzLmNpQsGhJdFcYaBeUoIiEwXrTyKlMnO"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, httpx_logger = logging.getLogger(), logging.getLogger("httpx")
    oauthlib_logger = logging.getLogger("oauthlib")
    handlers, levels = root.handlers.copy(), (root.level, httpx_logger.level, oauthlib_logger.level)
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    httpx_logger.setLevel(levels[1])
    oauthlib_logger.setLevel(levels[2])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "runout.log"


SHAPES: dict[str, Callable[[str], str]] = {
    "a personal token's header": lambda secret: f"Authorization: Discogs token={secret}",
    "a header in small letters": lambda secret: f"authorization: discogs token={secret}",
    "a quoted token": lambda secret: f'Authorization: Discogs token="{secret}"',
    "an application's header": lambda secret: f"Authorization: Discogs key={secret}, secret={secret}",
    "an OAuth header": lambda secret: (
        f'Authorization: OAuth oauth_consumer_key="{secret}", oauth_token="{secret}",'
        f' oauth_signature="{secret}&{secret}"'
    ),
    "an OAuth header with a realm": lambda secret: f'Authorization: OAuth realm="", oauth_token="{secret}"',
    "a bearer": lambda secret: f"Authorization: Bearer {secret}",
    "a name and password": lambda secret: f"Authorization: Basic {secret}==",
    "a bare header": lambda secret: f"Authorization: {secret}",
    "an address": lambda secret: f"GET https://api.discogs.com/oauth/identity?token={secret}&page=1 200",
    "an address at its end": lambda secret: f"https://api.discogs.com/database/search?q=x&key={secret}&secret={secret}",
    "a form": lambda secret: f"oauth_token={secret}&oauth_token_secret={secret}&oauth_callback_confirmed=true",
    "JSON": lambda secret: json.dumps({"token": secret, "page": 1}),
    "tight JSON": lambda secret: json.dumps({"access_token": secret, "n": 1}, separators=(",", ":")),
    "JSON in JSON": lambda secret: json.dumps({"body": json.dumps({"token": secret})}),
    "a repr": lambda secret: repr({"token": secret}),
    "a repr of headers": lambda secret: repr({"Authorization": f"Discogs token={secret}", "Accept": "*/*"}),
    "a repr of OAuth headers": lambda secret: repr({"Authorization": f'OAuth oauth_token="{secret}"'}),
    "a repr of raw headers": lambda secret: repr([(b"Authorization", b"Discogs token=" + secret.encode())]),
    "a repr of bytes": lambda secret: repr({b"token": secret.encode()}),
    "a repr of a repr": lambda secret: repr([repr({"it's": 1, "token": secret}), '"']),
    "an argument by name": lambda secret: f"connect(token='{secret}', username='x')",
    "a setting": lambda secret: f"PERSONAL_TOKEN={secret}",
    "TOML": lambda secret: f'consumer_secret = "{secret}"',
    "YAML": lambda secret: f"token: {secret}",
}


@given(
    st.sampled_from(list(SHAPES)),
    st.text(string.ascii_letters, min_size=40, max_size=40),
    st.sampled_from(["", "x ", "request failed: ", "{", "('", "Tokens are kept. "]),
    st.sampled_from(["", " x", "}", "')", "\nnext line", ", status 401"]),
)
def test_a_secret_survives_in_no_shape(shape: str, secret: str, before: str, after: str) -> None:
    written = blanked(before + SHAPES[shape](secret) + after)
    assert secret not in written
    assert not any(secret[start : start + 8] in written for start in range(33)), "a part of it is left"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_blank_stands_where_the_secret_was(shape: str) -> None:
    """And the rest is left for whoever looks for a mistake."""
    written = SHAPES[shape](SECRET)
    assert blanked(f"before {written} after").startswith("before ")
    assert blanked(f"before {written} after").endswith(" after")
    assert "***" in blanked(written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"Authorization: Discogs token={SECRET}", "Authorization: Discogs token=***"),
        (f"GET /x?token={SECRET}&page=1", "GET /x?token=***&page=1"),
        (f"{{'token': '{SECRET}', 'page': 1}}", "{'token': '***', 'page': 1}"),
        (f'OAuth oauth_token="{SECRET}", page=1', 'OAuth oauth_token="***", page=1'),
        (f"Authorization: Discogs key={SECRET}, secret={SECRET}", "Authorization: Discogs key=***, secret=***"),
    ],
)
def test_nothing_but_the_secret_is_blanked(text: str, written: str) -> None:
    assert blanked(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the key of the house",
        "token bucket closed",
        "token bucket closed for 2.5 s, 14 waiting",
        "secret.key could not be read",
        "The stored token of somebody does not open with this key.",
        "KeyError 'folder'",
        "authorization was refused",
        "sync of 00000000-0000-4000-8000-000000000001 done: 2188 copies",
        "page 3 of 22: 300 of 2,188 copies",
        "Monk: keys, tokens & secrets",
        "GET https://api.discogs.com/users/x/collection/folders/0/releases?page=1&per_page=100&sort=added",
    ],
)
def test_an_ordinary_sentence_stays_as_it_is(text: str) -> None:
    assert blanked(text) == text


def test_a_traceback_is_blanked(path: Path) -> None:
    log_to_file(path, "info")
    try:
        dict[str, int]()[f"token={SECRET}"]
    except KeyError:
        logging.getLogger("tui").exception("unexpected, reference %s", "0a1b2c3d")
    written = path.read_text(encoding="utf-8")
    assert "reference 0a1b2c3d" in written
    assert "Traceback (most recent call last)" in written
    assert "KeyError: 'token=***'" in written
    assert SECRET not in written


def test_what_is_signed_is_not_noted(path: Path) -> None:
    """At its own level of detail oauthlib would write down tokens and verifiers, in a form that is not recognised."""
    log_to_file(path, "debug")
    signer = Signer(Consumer("app", SECRET), AccessToken("mYtOkEn", SECRET), verifier="vErIfIeR")
    signer.header("GET", "https://api.discogs.test/x", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    logging.getLogger("core").debug("signed")
    written = path.read_text(encoding="utf-8")
    assert "signed" in written
    assert not any(one in written for one in (SECRET, "mYtOkEn", "vErIfIeR"))


def test_arguments_of_a_message_are_blanked(path: Path) -> None:
    log_to_file(path, "info")
    logging.getLogger("core").warning(
        "headers %s and %r", {"Authorization": f"Discogs token={SECRET}"}, f"token={SECRET}"
    )
    logging.getLogger("core").warning("account opened with %r", PersonalToken(SECRET))
    written = path.read_text(encoding="utf-8")
    assert written.count("***") == 3
    assert SECRET not in written


def test_a_line_says_when_how_bad_who_and_what(path: Path) -> None:
    log_to_file(path, "info")
    logging.getLogger("core.services.sync").info("ŁÓDŹ %s", "東京")
    line = path.read_text(encoding="utf-8")
    assert line.endswith(" INFO core.services.sync: ŁÓDŹ 東京\n")
    assert line[:4].isdigit()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "ERROR"])
def test_what_is_below_the_level_is_left_out(path: Path, level: str) -> None:
    log_to_file(path, level)
    names = ["debug", "info", "warning", "error"]
    for name in names:
        getattr(logging.getLogger("core"), name)("said %s", name)
    written = [line.rsplit(" ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]
    assert written == names[names.index(level.lower()) :]


@pytest.mark.parametrize(
    ("level", "is_written"), [("debug", True), ("info", False), ("warning", False), ("error", False)]
)
def test_what_httpx_asks_for_is_written_down_for_debugging_only(path: Path, level: str, *, is_written: bool) -> None:
    """The addresses hold user names."""
    log_to_file(path, level)
    answer = httpx.MockTransport(lambda _request: httpx.Response(200))
    with httpx.Client(transport=answer, base_url="https://api.discogs.com") as client:
        client.get("/users/somebody/collection/folders")
    assert ("somebody" in path.read_text(encoding="utf-8")) is is_written


def test_a_log_that_has_grown_makes_room_for_another(path: Path) -> None:
    log_to_file(path, "info")
    for _ in range(45):
        logging.getLogger("core").info("x" * 100_000)
    found = sorted(file.name for file in path.parent.iterdir())
    assert found == ["runout.log", "runout.log.1", "runout.log.2"]
    assert all(file.stat().st_size <= 1_000_000 for file in path.parent.iterdir())


def test_an_old_log_is_carried_on(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("before\n", encoding="utf-8")
    log_to_file(path, "info")
    logging.getLogger("core").info("after")
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first == "before"
    assert second.endswith("after")


def test_a_directory_that_cannot_be_made_is_told_by_name(path: Path) -> None:
    path.parent.write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(DirectoryUnusable) as raised:
        log_to_file(path, "info")
    assert raised.value.path == str(path.parent)
    assert raised.value.reason


def test_a_log_that_cannot_be_opened_is_told_by_its_directory(path: Path) -> None:
    path.mkdir(parents=True)
    handlers = logging.getLogger().handlers.copy()
    with pytest.raises(DirectoryUnusable) as raised:
        log_to_file(path, "info")
    assert raised.value.path == str(path.parent)
    assert logging.getLogger().handlers == handlers


def test_a_directory_that_may_not_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator may write everywhere, so the refusal of the system is put in by hand."""

    def refused(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path.parent))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(DirectoryUnusable) as raised:
        log_to_file(path, "info")
    assert raised.value == DirectoryUnusable(path=str(path.parent), reason="Permission denied")
