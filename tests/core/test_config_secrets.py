"""Secrets among the settings: where they may stand, what they must be, and that nothing shows them."""

from __future__ import annotations

import base64
import json
import string
import traceback
from pathlib import Path

from core.config.settings import SECRETS
from core.domain.account import Consumer, PersonalToken
from core.domain.ids import AccountId
from core.errors import ConfigError, ConfigProblem
from core.store.cipher import Cipher
from tests.core.configured import load, problems
from tui.wording import describe

import pytest
from cryptography.fernet import Fernet
from hypothesis import example, given
from hypothesis import strategies as st
from rich.pretty import pretty_repr

SECRET = "sEcReTsEcReTsEcReT"
KEY = "bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE="
OLDER = "YW4gb2xkZXIga2V5LCBhbHNvIDMyIGJ5dGVzIGxvbmc="
BOTH = f'[discogs]\nconsumer_key = "kEy"\nconsumer_secret = "{SECRET}"'
BY_NAME = {"RUNOUT_DISCOGS__CONSUMER_KEY": "kEy", "RUNOUT_DISCOGS__CONSUMER_SECRET": SECRET}
ME = AccountId("me")
BY_FILE = "RUNOUT_DISCOGS__CONSUMER_SECRET_FILE"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my settings.toml"


def test_the_application_is_read_from_file_or_environment(path: Path) -> None:
    assert load(path, BOTH).discogs.consumer == Consumer("kEy", SECRET)
    assert load(path, **BY_NAME).discogs.consumer == Consumer("kEy", SECRET)
    assert load(path, BOTH, RUNOUT_DISCOGS__CONSUMER_KEY="other").discogs.consumer == Consumer("other", SECRET)


def test_an_application_may_stand_in_files_of_its_own(path: Path, tmp_path: Path) -> None:
    for name in ("key", "secret"):
        (tmp_path / name).write_text(f"{name}-of-a-file\n", encoding="utf-8")
    files = {f"RUNOUT_DISCOGS__CONSUMER_{name.upper()}_FILE": str(tmp_path / name) for name in ("key", "secret")}

    assert load(path, **files).discogs.consumer == Consumer("key-of-a-file", "secret-of-a-file")
    assert load(path, BOTH, **files).discogs.consumer == Consumer("key-of-a-file", "secret-of-a-file")
    assert load(path, BOTH, **{BY_FILE: ""}).discogs.consumer == Consumer("kEy", SECRET)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no file", "no text"])
def test_a_file_with_a_secret_has_to_be_readable(path: Path, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    found = problems(path, BOTH, **{BY_FILE: str(tmp_path / "secret")})

    where = f"environment variable {BY_FILE}"
    assert found == (ConfigProblem(where=where, key="discogs.consumer_secret", expected="in a file that can be read"),)


def test_a_secret_is_given_once(path: Path) -> None:
    (found,) = problems(path, **BY_NAME, **{BY_FILE: str(path)})

    assert found.expected == "given once, here or as RUNOUT_DISCOGS__CONSUMER_SECRET"


def test_only_secrets_are_read_from_files(path: Path) -> None:
    (found,) = problems(path, RUNOUT_DISCOGS__USER_AGENT_FILE=str(path))

    assert (found.key, found.nearest) == ("discogs.user_agent_file", "discogs.user_agent")


@pytest.mark.parametrize(("given", "missing"), [("key", "secret"), ("secret", "key")])
def test_half_an_application_is_none(path: Path, given: str, missing: str) -> None:
    (found,) = problems(path, f'[discogs]\nconsumer_{given} = "x"')

    assert (found.key, found.expected) == (f"discogs.consumer_{missing}", "set, because its other half is")


GOOD = {"consumer_key": "kEy", "consumer_secret": SECRET, "token": "tOkEn", "key": f"{KEY} {OLDER}"}


def variable(section: str, key: str) -> str:
    return f"RUNOUT_{section}__{key}".upper()


def test_these_are_the_secrets() -> None:
    assert {key for _, key in SECRETS} == GOOD.keys()


@pytest.mark.parametrize(("section", "key"), sorted(SECRETS))
def test_every_secret_is_read_from_the_environment_and_from_a_file_of_its_own(
    path: Path, tmp_path: Path, section: str, key: str
) -> None:
    name, file = variable(section, key), tmp_path / "secret"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD[key].encode() + b"\r\n")

    for environ in ({name: GOOD[key]}, {f"{name}_FILE": str(file)}, {f"{name}_FILE": str(file), name: ""}):
        assert getattr(getattr(load(path, BOTH, **environ), section), key) == GOOD[key]
    (twice,) = problems(path, BOTH, **{f"{name}_FILE": str(file), name: GOOD[key]})
    assert twice.expected == f"given once, here or as {name}"


@pytest.mark.parametrize(("section", "key"), sorted(SECRETS))
def test_a_file_with_a_secret_is_not_empty(path: Path, section: str, key: str) -> None:
    name = f"{variable(section, key)}_FILE"
    empty = path.with_name("empty")
    empty.write_text("\n")

    where = f"environment variable {name}"
    assert problems(path, **{name: str(empty)}) == (
        ConfigProblem(where, f"{section}.{key}", "in a file that is not empty"),
    )


KEYS = "one or more Fernet keys (url-safe base64 of 32 bytes, 44 characters), with blanks or commas between"


@pytest.mark.parametrize(
    "key",
    [",", " ", "key", KEY[:-1], f"x{KEY}", f"{KEY}{OLDER}", f"{KEY};{OLDER}", f"{KEY} key", "+" * 43 + "=", "é" * 44],
)
def test_what_is_no_fernet_key_is_refused_without_being_repeated(path: Path, key: str) -> None:
    in_file = problems(path, f'[secrets]\nkey = "{key}"')
    assert in_file == (ConfigProblem(str(path), "secrets.key", KEYS),)
    (in_environ,) = problems(path, RUNOUT_SECRETS__KEY=key)
    assert in_environ == ConfigProblem("environment variable RUNOUT_SECRETS__KEY", "secrets.key", KEYS)


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n", " , \t"])
def test_the_newest_key_seals_and_all_of_them_open(path: Path, tmp_path: Path, between: str) -> None:
    token = PersonalToken("tOkEn")
    before = Cipher(tmp_path / "none", load(path, RUNOUT_SECRETS__KEY=OLDER).secrets.key).seal(ME, token)
    both = Cipher(tmp_path / "none", load(path, RUNOUT_SECRETS__KEY=f"{KEY}{between}{OLDER}").secrets.key)

    assert both.open(ME, before) == token
    assert Cipher(tmp_path / "none", KEY).open(ME, both.seal(ME, token)) == token


@given(st.binary(min_size=32, max_size=32).map(base64.urlsafe_b64encode).map(bytes.decode))
def test_every_key_that_can_be_made_is_taken(tmp_path_factory: pytest.TempPathFactory, key: str) -> None:
    assert load(tmp_path_factory.getbasetemp() / "keys.toml", RUNOUT_SECRETS__KEY=key).secrets.key == key


@given(st.from_regex(r"[A-Za-z0-9_-]{43}=", fullmatch=True) | st.text(string.ascii_letters + "+/=-_", max_size=50))
@example(KEY)
def test_every_key_that_is_taken_is_one(tmp_path_factory: pytest.TempPathFactory, key: str) -> None:
    try:
        found = load(tmp_path_factory.getbasetemp() / "keys.toml", RUNOUT_SECRETS__KEY=key).secrets.key
    except ConfigError:
        return
    for each in found.split():
        Fernet(each)


words = st.text(string.ascii_letters + string.digits + "-_", min_size=8, max_size=60).map("7Q-{}".format)
"""None of them is a word of the program's by chance, which hypothesis likes to try."""
keys = st.binary(min_size=32, max_size=32).map(base64.urlsafe_b64encode).map(bytes.decode)
given_secrets = st.fixed_dictionaries({"consumer_key": words, "consumer_secret": words, "token": words, "key": keys})


@given(given_secrets)
def test_no_text_form_of_the_settings_shows_a_secret(
    tmp_path_factory: pytest.TempPathFactory, secrets: dict[str, str]
) -> None:
    environ = {variable(section, key): secrets[key] for section, key in SECRETS}
    found = load(tmp_path_factory.getbasetemp() / "none.toml", **environ)

    assert {key: getattr(getattr(found, section), key) for section, key in SECRETS} == secrets
    sections = (found, found.discogs, found.secrets)
    for shown in [form(each) for form in (repr, str, format, pretty_repr) for each in sections]:
        assert not [key for key, secret in secrets.items() if secret in shown]
        assert "***" in shown
    assert "api_url='https://api.discogs.com'" in repr(found)


spoilt = st.sampled_from(["{} ä", "{},,x", '"{}"', " {}", "{}\n{}", "\x00{}", "{}é"])
"""None of these can be meant, of any of the secrets."""


@given(given_secrets, spoilt)
def test_no_problem_repeats_a_secret(
    tmp_path_factory: pytest.TempPathFactory, secrets: dict[str, str], spoil: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    wrong = {(section, key): spoil.format(secrets[key], secrets[key]) for section, key in sorted(SECRETS)}
    for (_, key), value in wrong.items():
        (folder / key).write_text(f"x{value}x", encoding="utf-8")
    as_text = "".join(f"[{section}]\n" + "".join(assigned(wrong, section)) for section in ("discogs", "secrets"))
    by_list = as_text.replace(' = "', ' = ["').replace('"\n', '"]\n')
    unquoted = f"[discogs]\ntoken = {secrets['token']}"
    half_quoted = f'[discogs]\ntoken = "{secrets["token"]}'
    unsectioned = f'token = "{secrets["token"]}"'
    doubled = f'[discogs]\ntoken = "{secrets["token"]}"\ntoken = "{secrets["token"]}"'
    undecodable = as_text.encode("utf-16") + secrets["token"].encode()
    customary = {
        "DISCOGS_CONSUMER_KEY": secrets["consumer_key"],
        "DISCOGS_OAUTH_CONSUMER_KEY": secrets["consumer_secret"],
        "DISCOGS_TOKEN": wrong["discogs", "token"],
        "RUNOUT_TOKEN": secrets["token"],
        "RUNOUT_DISCOGS__TOKENS": secrets["token"],
        "RUNOUT_DISCOG__TOKEN": secrets["token"],
        "RUNOUT_TIME_SCALE": secrets["token"],
    }
    own = {variable(*place): value for place, value in wrong.items()}
    files = {f"{variable(section, key)}_FILE": str(folder / key) for section, key in wrong}
    astray = {f"{variable(section, key)}_FILE": secrets[key] for section, key in wrong}

    for text in (as_text, by_list, unquoted, half_quoted, unsectioned, doubled, undecodable):
        said(folder, text, {}, secrets)
    for environ in (customary, own, files, astray, own | files):
        said(folder, "", environ, secrets)


def assigned(wrong: dict[tuple[str, str], str], section: str) -> list[str]:
    """Lines of a file; JSON's quotes are TOML's."""
    return [f"{key} = {json.dumps(value)}\n" for (where, key), value in wrong.items() if where == section]


def said(folder: Path, text: str | bytes, environ: dict[str, str], secrets: dict[str, str]) -> None:
    """Settings that are refused, in words that hold no secret."""
    with pytest.raises(ConfigError) as raised:
        load(folder / "wrong.toml", text, **environ)
    error = raised.value
    forms = [repr(error), str(error), pretty_repr(error), describe(error), "".join(traceback.format_exception(error))]
    forms += [repr(each) for each in (error.__cause__, error.__context__) if each is not None]
    for shown in forms:
        assert not [key for key, secret in secrets.items() if secret in shown]
