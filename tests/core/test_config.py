from __future__ import annotations

import re
from pathlib import Path

from core import config
from core.config import CUSTOMARY, DiscogsSettings, LogSettings, default_user_agent, find_paths
from core.errors import ConfigInvalid, ConfigProblem, ConfigUnreadable
from tests.core.configured import load, problems

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my settings.toml"


def unreadable(path: Path) -> ConfigUnreadable:
    with pytest.raises(ConfigUnreadable) as raised:
        config.load({"RUNOUT_CONFIG": str(path)})
    return raised.value


def test_without_file_and_environment_the_defaults_hold() -> None:
    found = config.load({})
    assert found.discogs == DiscogsSettings(
        api_url="https://api.discogs.com",
        site_url="https://www.discogs.com",
        user_agent=default_user_agent(),
        requests_per_minute=60,
    )
    assert found.discogs.consumer is None
    assert found.log == LogSettings(level="info")


def test_the_default_user_agent_is_product_version_and_address() -> None:
    assert re.fullmatch(r"Runout/\d+\.\d+\.\d+\S* \+https://\S+", default_user_agent())


def test_the_file_says_otherwise(path: Path) -> None:
    found = load(
        path, '[discogs]\nrequests_per_minute = 25\napi_url = "http://127.0.0.1:8080/api"\n[log]\nlevel = "ERROR"'
    )
    assert found.discogs.requests_per_minute == 25
    assert found.discogs.api_url == "http://127.0.0.1:8080/api"
    assert found.discogs.site_url == "https://www.discogs.com"
    assert found.log.level == "ERROR"


def test_the_environment_comes_before_the_file(path: Path) -> None:
    found = load(
        path,
        '[discogs]\nrequests_per_minute = 25\nuser_agent = "from the file"',
        RUNOUT_DISCOGS__REQUESTS_PER_MINUTE="30",
        RUNOUT_LOG__LEVEL="debug",
    )
    assert found.discogs.requests_per_minute == 30
    assert found.discogs.user_agent == "from the file"
    assert found.log.level == "debug"


def test_a_mistake_in_the_file_is_told_even_where_the_environment_overrules_it(path: Path) -> None:
    assert [problem.where for problem in problems(path, '[log]\nlevel = "loud"', RUNOUT_LOG__LEVEL="info")] == [
        str(path)
    ]


def test_the_environment_of_other_programs_is_none_of_ours() -> None:
    environ = {"LOG__LEVEL": "loud", "MY_RUNOUT_LOG__LEVEL": "loud", "DISCOGS__API_URL": "", "RUNOUT": "x"}
    assert config.load(environ).log.level == "info"


def test_an_empty_file_is_a_file(path: Path) -> None:
    assert load(path) == load(path, "\n# nothing\n[discogs]\n[log]\n")


def test_a_byte_order_mark_is_no_part_of_the_text(path: Path) -> None:
    assert load(path, b'\xef\xbb\xbf[log]\r\nlevel = "debug"\r\n').log.level == "debug"


def test_a_file_in_the_usual_place_is_read() -> None:
    usual = find_paths({}).config
    assert config.load({}).log.level == "info"
    usual.parent.mkdir(parents=True)
    usual.write_text('[log]\nlevel = "error"', encoding="utf-8")
    assert config.load({}).log.level == "error"


def test_a_file_that_was_named_has_to_be_there(path: Path) -> None:
    assert unreadable(path) == ConfigUnreadable(path=str(path), reason="there is no such file")


def test_a_directory_is_no_file(path: Path) -> None:
    path.mkdir()
    assert unreadable(path) == ConfigUnreadable(path=str(path), reason="it is a directory")


def test_a_file_that_may_not_be_read_is_told_by_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator may read everything, so the refusal of the system is put in by hand."""

    def refused(_path: Path, **_how: str) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refused)
    assert unreadable(path) == ConfigUnreadable(path=str(path), reason="Permission denied")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[discogs", "(at line 1, the last one)"),
        (b"level = ", "line 1"),
        (b"[log]\nlevel = loud", "line 2, column 9"),
        (b"[log]\nlevel = 'a'\nlevel = 'b'", "line 3"),
        (b"\x00", "line 1"),
        (b"[log]\n[log]", "line 2"),
        (b"level = " + b"1" * 5_000, "it is no TOML: "),
        (b"level = " + b"[" * 100_000, ""),
        (b"\xff\xfe[\x00l\x00", "it is no text in UTF-8"),
    ],
    ids=[
        "not closed",
        "no value",
        "no quotes",
        "a key twice",
        "a zero byte",
        "a section twice",
        "long",
        "deep",
        "UTF-16",
    ],
)
def test_what_is_no_toml_is_told_by_name_and_reason(path: Path, text: bytes, reason: str) -> None:
    path.write_bytes(text)
    error = unreadable(path)
    assert error.path == str(path)
    assert reason in error.reason
    assert error.reason


@given(st.binary() | st.text().map(str.encode))
def test_no_file_is_worse_than_unreadable_or_invalid(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    problem: object = None
    try:
        load(tmp_path_factory.getbasetemp() / "any.toml", content)
    except ConfigUnreadable as error:
        problem = error.reason
    except ConfigInvalid as error:
        problem = error.problems
    assert problem != ""
    assert problem != ()


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("[discog]\n", "discog", "discogs"),
        ("[logs]\nlevel = 'info'", "logs", "log"),
        ("[zebra]\n", "zebra", ""),
        ("levels = 'info'", "levels", ""),
        ("[discogs]\nuser-agent = 'x'", "discogs.user-agent", "discogs.user_agent"),
        ("[discogs]\nrequest_per_minutes = 5", "discogs.request_per_minutes", "discogs.requests_per_minute"),
        ("[discogs]\npersonal = 'x'", "discogs.personal", ""),
        ("[discogs]\nTOKENS = 'x'", "discogs.TOKENS", "discogs.token"),
        ("[secret]\nkey = ''", "secret", "secrets"),
        ("[log]\nLevel = 'info'", "log.Level", "log.level"),
    ],
)
def test_what_is_not_known_is_told_with_the_nearest_that_is(path: Path, text: str, key: str, nearest: str) -> None:
    assert problems(path, text) == (ConfigProblem(where=str(path), key=key, expected="", nearest=nearest),)


@pytest.mark.parametrize(
    ("name", "key", "nearest"),
    [
        ("RUNOUT_DISCOG__API_URL", "discog", "discogs"),
        ("RUNOUT_LOG__LEVELS", "log.levels", "log.level"),
        ("RUNOUT_LOG__", "log.", ""),
        ("RUNOUT_DISCOGS__API__URL", "discogs.api__url", "discogs.api_url"),
    ],
)
def test_an_unknown_variable_is_told_with_the_nearest_key(path: Path, name: str, key: str, nearest: str) -> None:
    expected = ConfigProblem(where=f"environment variable {name}", key=key, expected="", nearest=nearest)
    assert problems(path, **{name: "x"}) == (expected,)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("RUNOUT_DATADIR", "RUNOUT_DATA_DIR"),
        ("RUNOUT_CONFIG_FILE", "RUNOUT_CONFIG"),
        ("RUNOUT_config", "RUNOUT_CONFIG"),
        ("RUNOUT_TIMESCALE", "RUNOUT_TIME_SCALE"),
        ("RUNOUT_DISCOGS_TOKEN", "RUNOUT_DISCOGS__TOKEN"),
        ("RUNOUT_TOKEN", "RUNOUT_DISCOGS__TOKEN"),
        ("RUNOUT_TOKEN_FILE", "RUNOUT_DISCOGS__TOKEN_FILE"),
        ("RUNOUT_LOG_LEVEL", "RUNOUT_LOG__LEVEL"),
        ("RUNOUT_ZEBRA", ""),
        ("RUNOUT_", ""),
    ],
)
def test_a_variable_without_a_section_is_told_with_the_nearest(path: Path, name: str, nearest: str) -> None:
    expected = ConfigProblem(where="the environment", key=name, expected="", nearest=nearest)
    assert problems(path, **{name: ""}) == (expected,)


def test_variables_that_are_no_settings_are_known(path: Path, tmp_path: Path) -> None:
    found = load(path, RUNOUT_DATA_DIR=str(tmp_path), RUNOUT_TIME_SCALE="60", RUNOUT_TIME_EPOCH="5")
    assert (found.time.factor, found.time.epoch) == (60.0, 5.0)


URL = "an address such as https://api.discogs.com"
NAMED = "a name and an address; Discogs answers nobody without one"
AS_SHOWN = "as Discogs shows it, without blanks, commas and quotes"
BACK = "http://127.0.0.1:PORT/..., http://localhost:PORT/... or an https address"
NUMBER = "a whole number"
FROM_TO = "a whole number from 1 to 100,000"
ROOM = "a whole number from 0 to 10,000,000"
LEVELS = "one of debug, info, warning, error"

WRONG = {
    "no text": ("discogs.api_url", "5", "a text"),
    "a list": ("discogs.user_agent", '["a"]', "a text"),
    "a table": ("log.level", "{a = 1}", "a text"),
    "a text for a number": ("discogs.requests_per_minute", '"60"', NUMBER),
    "a fraction": ("discogs.requests_per_minute", "59.5", NUMBER),
    "no number": ("discogs.requests_per_minute", "nan", NUMBER),
    "yes or no": ("discogs.requests_per_minute", "true", NUMBER),
    "a date": ("discogs.requests_per_minute", "2020-01-01", NUMBER),
    "zero": ("discogs.requests_per_minute", "0", FROM_TO),
    "less than nothing": ("discogs.requests_per_minute", "-1", FROM_TO),
    "too much": ("discogs.requests_per_minute", "100001", FROM_TO),
    "no scheme": ("discogs.api_url", '"api.discogs.com"', URL),
    "another scheme": ("discogs.api_url", '"ftp://api.discogs.com"', URL),
    "a file": ("discogs.site_url", '"file:///etc/passwd"', URL),
    "no host": ("discogs.site_url", '"https://"', URL),
    "only a port": ("discogs.site_url", '"https://:80"', URL),
    "port nought": ("discogs.api_url", '"http://h:0"', URL),
    "port too high": ("discogs.api_url", '"http://h:65536"', URL),
    "half an address": ("discogs.api_url", '"http://[::1"', URL),
    "a blank inside": ("discogs.api_url", '"https://api discogs.com"', URL),
    "a line break after it": ("discogs.api_url", '"https://api.discogs.com\\n"', URL),
    "nothing for an address": ("discogs.api_url", '""', URL),
    "nobody": ("discogs.user_agent", '""', NAMED),
    "nobody, at length": ("discogs.user_agent", '" \\t "', NAMED),
    "an accent": ("discogs.user_agent", '"Café/1.0"', "plain ASCII characters in one line"),
    "two lines": ("discogs.user_agent", '"a\\r\\nHost: b"', "plain ASCII characters in one line"),
    "a blank in a key": ("discogs.consumer_key", '"a b"', AS_SHOWN),
    "a comma in a secret": ("discogs.consumer_secret", '"a,b"', AS_SHOWN),
    "a line break in a secret": ("discogs.consumer_secret", '"a\\n"', AS_SHOWN),
    "an umlaut in a secret": ("discogs.consumer_secret", '"ä"', AS_SHOWN),
    "a blank in a token": ("discogs.token", '"a b"', AS_SHOWN),
    "a number for a token": ("discogs.token", "5", "a text"),
    "back to no address": ("discogs.callback_url", '"oob"', BACK),
    "back to another machine": ("discogs.callback_url", '"http://records.example:80/back"', BACK),
    "back to one that is called like us": ("discogs.callback_url", '"http://localhost.example:80/"', BACK),
    "back to no port": ("discogs.callback_url", '"http://127.0.0.1/back"', BACK),
    "back to port nought": ("discogs.callback_url", '"http://127.0.0.1:0/back"', BACK),
    "back as somebody": ("discogs.callback_url", '"http://localhost:80@records.example:80/"', BACK),
    "back into the middle": ("discogs.callback_url", '"https://records.example/back#here"', BACK),
    "back to an umlaut": ("discogs.callback_url", '"https://records.example/zurück"', BACK),
    "less room than none": ("covers.limit_mb", "-1", ROOM),
    "more room than there is": ("covers.limit_mb", "10000001", ROOM),
    "half a megabyte": ("covers.limit_mb", "0.5", NUMBER),
    "perhaps": ("covers.fetch", '"maybe"', "true or false"),
    "another level": ("log.level", '"loud"', LEVELS),
    "no level": ("log.level", '""', LEVELS),
}


@pytest.mark.parametrize(("key", "value", "expected"), WRONG.values(), ids=WRONG)
def test_a_value_that_cannot_be_meant_is_refused(path: Path, key: str, value: str, expected: str) -> None:
    section, name = key.split(".")
    wrong = ConfigProblem(where=str(path), key=key, expected=expected)
    assert problems(path, f"[{section}]\n{name} = {value}") == (wrong,)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("discogs.user_agent", "", NAMED),
        ("discogs.user_agent", "  ", NAMED),
        ("discogs.user_agent", "Café", "plain ASCII characters in one line"),
        ("discogs.api_url", "", URL),
        ("discogs.requests_per_minute", "", NUMBER),
        ("discogs.requests_per_minute", "many", NUMBER),
        ("discogs.requests_per_minute", "0", FROM_TO),
        ("log.level", "LOUD", LEVELS),
    ],
)
def test_a_variable_that_cannot_be_meant_is_refused(path: Path, key: str, value: str, expected: str) -> None:
    name = "RUNOUT_" + key.replace(".", "__").upper()
    wrong = ConfigProblem(where=f"environment variable {name}", key=key, expected=expected)
    assert problems(path, **{name: value}) == (wrong,)


@pytest.mark.parametrize("text", ["discogs = 5", "[[discogs]]\napi_url = 'https://h'", "discogs = []"])
def test_what_is_no_section_is_refused(path: Path, text: str) -> None:
    assert problems(path, text) == (ConfigProblem(where=str(path), key="discogs", expected="a section [discogs]"),)


def test_everything_that_is_wrong_is_told_at_once_with_its_place(path: Path) -> None:
    text = '[discogs]\napi_url = "nowhere"\nuser_agent = ""\nagent = "x"\n[log]\nlevel = 3\n[colours]\nred = 1'
    found = problems(
        path, text, RUNOUT_LOG__LEVEL="loud", RUNOUT_LOGS__LEVEL="info", RUNOUT_DISCOGS__API_URL="https://h"
    )
    assert {(problem.where, problem.key) for problem in found} == {
        (str(path), "discogs.api_url"),
        (str(path), "discogs.user_agent"),
        (str(path), "discogs.agent"),
        (str(path), "log.level"),
        (str(path), "colours"),
        ("environment variable RUNOUT_LOG__LEVEL", "log.level"),
        ("environment variable RUNOUT_LOGS__LEVEL", "logs"),
    }
    assert len(found) == 7


def test_one_variable_moves_everything_but_the_configuration(tmp_path: Path) -> None:
    usual, moved = find_paths({}), find_paths({"RUNOUT_DATA_DIR": str(tmp_path)})
    assert moved.config == usual.config
    assert moved.data == tmp_path
    for name in ("database", "budget", "key", "log", "covers"):
        assert getattr(moved, name).parent == tmp_path
        assert getattr(usual, name).parent != tmp_path
        assert getattr(moved, name).name == getattr(usual, name).name


def test_the_usual_places_are_below_the_home_of_who_asks() -> None:
    usual = find_paths({})
    for name in usual.__struct_fields__:
        assert getattr(usual, name).is_relative_to(Path.home()), name


def test_empty_variables_say_nothing() -> None:
    assert find_paths({"RUNOUT_DATA_DIR": "", "RUNOUT_CONFIG": ""}) == find_paths({})


def test_relative_paths_are_seen_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = find_paths({"RUNOUT_DATA_DIR": "data", "RUNOUT_CONFIG": "my.toml"})
    monkeypatch.chdir("/")
    assert (found.config, found.data) == (tmp_path / "my.toml", tmp_path / "data")
    assert found.database == tmp_path / "data" / "runout.db"
    assert found.budget == tmp_path / "data" / "budget.db"


def test_a_tilde_is_the_home() -> None:
    found = find_paths({"RUNOUT_DATA_DIR": "~/records", "RUNOUT_CONFIG": "~/runout.toml"})
    assert (found.data, found.config) == (Path.home() / "records", Path.home() / "runout.toml")


@pytest.mark.parametrize("name", ["RUNOUT_DATA_DIR", "RUNOUT_CONFIG"])
def test_a_home_that_nobody_has_is_refused(name: str) -> None:
    with pytest.raises(ConfigInvalid) as raised:
        config.load({name: "~nobody-has-this-name/records"})
    assert [problem.key for problem in raised.value.problems] == [name]


BACKS = ["", "http://127.0.0.1:8765/back", "http://localhost:80", "https://records.example", "https://h:8443/a?b=c"]


@pytest.mark.parametrize("address", BACKS)
def test_a_member_is_led_back_to_this_machine_or_by_https(path: Path, address: str) -> None:
    assert load(path, f'[discogs]\ncallback_url = "{address}"').discogs.callback_url == address


CUSTOMARY_NAMES = [(key, name) for key, names in CUSTOMARY.items() for name in names]
APPLICATION = {"consumer_key": "https://key", "consumer_secret": "https://secret"}


def written(**settings: str) -> str:
    """A file with these settings, and both halves of an application."""
    return "\n".join(["[discogs]", *(f"{key} = {value!r}" for key, value in (APPLICATION | settings).items())])


@pytest.mark.parametrize(("key", "name"), CUSTOMARY_NAMES)
def test_customary_names_come_after_our_own_and_before_the_file(path: Path, key: str, name: str) -> None:
    text, own = written(**{key: "https://file"}), f"RUNOUT_DISCOGS__{key.upper()}"

    assert getattr(load(path, text).discogs, key) == "https://file"
    assert getattr(load(path, text, **{name: "https://customary"}).discogs, key) == "https://customary"
    both = {name: "https://customary", own: "https://own"}
    assert getattr(load(path, text, **both).discogs, key) == "https://own"


@pytest.mark.parametrize(("key", "name"), CUSTOMARY_NAMES)
def test_an_empty_customary_variable_is_not_set(path: Path, key: str, name: str) -> None:
    assert load(path, written(), **{name: ""}) == load(path, written())


@pytest.mark.parametrize("key", ["consumer_key", "consumer_secret", "token", "callback_url"])
def test_an_empty_variable_for_what_may_be_empty_is_not_set(path: Path, key: str) -> None:
    own, customary = f"RUNOUT_DISCOGS__{key.upper()}", CUSTOMARY[key][0]
    assert getattr(load(path, written(**{key: "https://file"}), **{own: ""}).discogs, key) == "https://file"
    assert getattr(load(path, written(), **{own: "", customary: "https://x"}).discogs, key) == "https://x"


TWICE = [(key, names) for key, names in CUSTOMARY.items() if len(names) > 1]


@pytest.mark.parametrize(("key", "names"), TWICE)
def test_two_customary_names_have_to_agree(path: Path, key: str, names: tuple[str, str]) -> None:
    one, other = names
    where, own = f"environment variables {one} and {other}", f"RUNOUT_DISCOGS__{key.upper()}"

    assert problems(path, written(), **{one: "a", other: "b"}) == (
        ConfigProblem(where, f"discogs.{key}", "the same in both"),
    )
    assert getattr(load(path, written(), **{one: "a", other: "a"}).discogs, key) == "a"
    assert getattr(load(path, written(), **{one: "a", other: ""}).discogs, key) == "a"
    assert getattr(load(path, written(), **{one: "a", other: "b", own: "c"}).discogs, key) == "c"


def test_a_customary_value_that_cannot_be_meant_is_told_by_its_name(path: Path) -> None:
    wrong = {"DISCOGS_CALLBACK_URL": "http://records.example/", "DISCOGS_TOKEN": "a b"}
    assert {(problem.where, problem.key) for problem in problems(path, **wrong)} == {
        ("environment variable DISCOGS_CALLBACK_URL", "discogs.callback_url"),
        ("environment variable DISCOGS_TOKEN", "discogs.token"),
    }
