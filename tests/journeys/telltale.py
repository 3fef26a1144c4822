"""What must never be seen, and where it is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.sandbox.server import Running
from tests.journeys.installed import Installed, ended
from tests.processes import Done, start

CHATTY: Final = {"RUNOUT_LOG__LEVEL": "debug", "PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}
KEY_FILE: Final = "secret.key"


def secrets_of(installed: Installed, given_key: str = "") -> dict[str, str]:
    """Everything secret that an installation works with."""
    found = {
        "token": installed.token,
        "consumer key": installed.application.key,
        "consumer secret": installed.application.secret,
        "key": given_key or (installed.data / KEY_FILE).read_text().strip(),
    }
    if installed.access:
        found |= {"access token": installed.access.token, "its secret": installed.access.secret}
    return found


def told(secrets: Mapping[str, str], data: Path, *said: str | bytes) -> list[str]:
    """Which secrets stand where: in what was said, or in the bytes of any file but the key's."""
    assert all(secrets.values())
    places = {f"said {number}": text for number, text in enumerate(said)}
    places |= {
        str(file.relative_to(data)): file.read_bytes()
        for file in data.rglob("*")
        if file.is_file() and file.name != KEY_FILE
    }
    return [
        f"{name} in {place}"
        for place, content in places.items()
        for name, secret in secrets.items()
        if secret.encode() in (content.encode() if isinstance(content, str) else content)
    ]


async def run(data: Path, sandbox: Running | None, *arguments: str, given: str = "", **more: str) -> tuple[Done, bytes]:
    """Run a command; how it ended, and what `ps` showed of it and of what it started meanwhile."""
    process = await start(data, sandbox, *arguments, more=more)
    # Empty for a moment, while the program takes the place of what started it.
    while not (seen := Path(f"/proc/{process.pid}/cmdline").read_bytes()):
        await asyncio.sleep(0)
    ending = asyncio.create_task(ended(process, given=given))
    while arguments[:1] == ("demo",) and not ending.done():
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in children.read_text().split() if children.exists() else ():
            if (file := Path(f"/proc/{child}/cmdline")).exists():
                seen += file.read_bytes()
        await asyncio.wait((ending,), timeout=0.05)
    return await ending, seen
