"""`python -m core.sandbox` as a parent process sees it."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.sandbox.faults import NAMES as FAULTS
from core.sandbox.generate import generated, with_gaps

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "core.sandbox"]
GUARD_SECONDS = 60


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, *options], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def ended(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=GUARD_SECONDS,
        stdin=subprocess.DEVNULL,
    )


def test_the_ready_line_tells_where_who_and_how_many() -> None:
    with running("--items", "120", "--attached") as (process, ready):
        assert ready == ready | {"ready": True, "username": "generated", "user_id": 1000001, "items": 120}
        assert len(ready["token"]) == 40
        headers = {"Authorization": f"Discogs token={ready['token']}", "User-Agent": "Test/1.0"}
        asked = urllib.request.Request(f"{ready['url']}/oauth/identity", headers=headers)
        with urllib.request.urlopen(asked, timeout=GUARD_SECONDS) as response:
            assert json.load(response)["username"] == "generated"
        process.communicate("", timeout=GUARD_SECONDS)


def test_holdings_are_answered_in_full_and_the_end_of_stdin_ends_it_cleanly(samples: Path) -> None:
    with running("--collection", str(samples / "collections" / "collector_b"), "--attached") as (process, _):
        out, err = process.communicate("holdings\nwhat\n", timeout=GUARD_SECONDS)
        answered, unknown = out.splitlines()
        holdings = json.loads(answered)["holdings"]
        assert (holdings["username"], holdings["user_id"]) == ("collector_b", 1000002)
        assert len(holdings["items"]) == 621
        assert {"folder_id", "instance_id", "basic_information"} <= holdings["items"][0].keys()
        assert holdings["folders"][0]["count"] == 621
        assert len(holdings["fields"]) == 4
        assert holdings["counts"]["total"] == 0
        assert "No command is called 'what'" in json.loads(unknown)["error"]
        assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with running() as (process, ready):
        assert ready["username"] == "sample_shelf"
        process.send_signal(number)
        out, err = process.communicate(timeout=GUARD_SECONDS)
        assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--collection", "nowhere"], "nowhere does not exist; give a Discogs CSV export"),
        (["--items", "many"], "invalid number from 0 to 10000000 value: 'many'; see --help."),
        (["--items", "-1"], "see --help."),
        (["--items", "1", "--collection", "x"], "not allowed with argument"),
        (["--port", "70000"], "invalid number from 0 to 65535 value: '70000'; see --help."),
        (["--limit", "0"], "see --help."),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        (["--time-scale", "0"], "invalid number above 0 value: '0'; see --help."),
        (["--time-scale", "inf"], "invalid number above 0 value: 'inf'; see --help."),
        (["--epoch", "soon"], "see --help."),
        (["--latency", "-1"], "see --help."),
        (["--picture-limit", "0"], "see --help."),
        (["--wat"], "Unrecognized arguments: --wat; see --help."),
    ],
)
def test_bad_input_is_one_sentence_on_both_streams_and_exit_code_2(options: list[str], sentence: str) -> None:
    done = ended(*options)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ready"]) == (2, False)
    assert sentence in told["error"]
    assert done.stderr == f"{told['error']}\n"
    assert ended(*options, "--attached").stderr == ""


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ended("--items", "0", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "choose another --port, or 0 for a free one." in json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr


def test_help_explains_the_protocol() -> None:
    done = ended("--help")
    assert done.returncode == 0
    for word in ("--collection", "--items", "--attached", '"ready": true', "holdings", "Discogs token=TOKEN"):
        assert word in done.stdout
    for word in ("/_control/", "oauth/authorize", "--time-scale", "Examples:", *FAULTS):
        assert word in done.stdout


def test_the_ready_line_gives_the_application_and_the_clock() -> None:
    options = ("--time-scale", "60", "--epoch", "1700000000", "--consumer-key", "K", "--consumer-secret", "S")
    with running("--items", "1", "--attached", "--foreign", "30", "--latency", "1", *options) as (process, ready):
        assert ready == ready | {
            "consumer_key": "K",
            "consumer_secret": "S",
            "time_scale": 60.0,
            "epoch": 1_700_000_000.0,
        }
        with urllib.request.urlopen(f"{ready['url']}/_control/clock", timeout=GUARD_SECONDS) as response:
            clock = json.load(response)
        assert clock["now"] > 1_700_000_000 + 60 * 1_000_000
        process.communicate("", timeout=GUARD_SECONDS)


def test_gaps_and_a_limit_of_pictures_can_be_asked_for() -> None:
    options = ("--items", "60", "--seed", "8", "--gaps", "--picture-limit", "1")
    with running(*options, "--attached") as (process, ready):
        headers = {"Authorization": f"Discogs token={ready['token']}", "User-Agent": "Test/1.0"}

        def status(address: str) -> int:
            try:
                with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as response:
                    return int(response.status)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code

        gaps = with_gaps(generated(60, 8), 8).gaps
        assert {status(f"{ready['url']}/masters/{number}") for number in gaps.masters} == {404}
        with urllib.request.urlopen(f"{ready['url']}/_control/holdings", timeout=60) as response:
            rows = [item["basic_information"] for item in json.load(response)["items"]]
        first, second, *_ = sorted({row["thumb"] for row in rows} - {""})
        assert [status(first), status(second)] == [200, 429]
        process.communicate("", timeout=GUARD_SECONDS)


def test_two_runs_without_options_have_applications_of_their_own() -> None:
    with running("--items", "0") as (_, first), running("--items", "0") as (_, second):
        assert len(first["consumer_key"]) == 20
        assert len(first["consumer_secret"]) == 32
        assert first["consumer_key"] != second["consumer_key"]
        assert first["time_scale"] == 1.0


def test_repeated_instances_are_told_on_stderr(tmp_path: Path) -> None:
    item = {"id": 1, "instance_id": 2, "basic_information": {}}
    (tmp_path / "mine.json").write_text(json.dumps([item, item]))
    with running("--collection", str(tmp_path), "--attached") as (process, ready):
        assert ready["items"] == 1
        assert "1 items repeat an instance_id" in process.communicate("", timeout=GUARD_SECONDS)[1]
