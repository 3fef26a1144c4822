"""Draw the picture in the README from the running program: `.venv/bin/python docs/picture.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from core import config
from core.app import open_core
from core.domain.ids import Shelf
from core.sandbox.server import serve
from core.sandbox.shipped import shipped
from core.sandbox.world import World
from tui.app import RunoutApp

PICTURE = Path(__file__).with_name("terminal.svg")
SIZE = (132, 34)
KEYS = ("slash", *"year", "colon", *"1965..1985", "space", "minus", *"format", "colon", *"cd", "enter", *("down",) * 3)


async def draw() -> str:
    """The first screen of the demo with a filter typed, as SVG."""
    with tempfile.TemporaryDirectory() as directory:
        async with serve(World(shipped())) as sandbox:
            settings = config.load({"RUNOUT_DATA_DIR": directory, "RUNOUT_DISCOGS__API_URL": sandbox.url})
            async with open_core(settings) as core:
                account = await core.connect.with_token(sandbox.token)
                for shelf in Shelf:
                    await core.sync.run(account, lambda _event: None, shelf=shelf)
                app = RunoutApp(core, site_url=settings.discogs.site_url)
                async with app.run_test(size=SIZE) as pilot:
                    await pilot.pause(0.5)
                    for key in KEYS:
                        await pilot.press("full_stop" if key == "." else key)
                    await pilot.pause(0.5)
                    return app.export_screenshot(title="Runout")


def main() -> None:
    """Write the picture. Fonts from elsewhere and numbers that change from run to run are left out."""
    svg = re.sub(r"@font-face \{.*?\}", "", asyncio.run(draw()), flags=re.DOTALL)
    PICTURE.write_text(re.sub(r"terminal-\d+", "terminal", svg), encoding="utf-8")


if __name__ == "__main__":
    main()
