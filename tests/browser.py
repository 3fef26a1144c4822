"""A member with a browser, on the page of the stand-in that asks whether the application may act for them."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from core.sandbox.server import Running

import httpx

BACK: Final = "http://127.0.0.1:9/back?state=7"
"""Where the browser is led back to; nobody has to be there."""

_FORM: Final = re.compile(r'<form method="post" action="([^"]*)">(.*?)</form>', re.DOTALL)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_CODE: Final = re.compile(r'<code id="verifier">(\w+)</code>')


def application(sandbox: Running, **changes: str) -> dict[str, str]:
    """The environment of a program that is registered with the stand-in; `changes` to its key or its secret."""
    app = sandbox.world.application
    return {
        "RUNOUT_DISCOGS__CONSUMER_KEY": changes.get("key", app.key),
        "RUNOUT_DISCOGS__CONSUMER_SECRET": changes.get("secret", app.secret),
        "RUNOUT_DISCOGS__SITE_URL": sandbox.url,
    }


async def led_back(address: str, decision: str = "approve", username: str = "") -> dict[str, str]:
    """Open the page, press the button, and tell what the browser brings back to the program."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(address)
        assert page.status_code == 200, page.text
        form = next(one for one in _FORM.findall(page.text) if f'value="{decision}"' in one[1])
        fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(form[1])}
        answers = {"decision": decision} | ({"username": username} if username else {})
        done = await browser.post(urljoin(address, form[0]), data=fields | answers)
    assert done.status_code == 302, done.text
    return dict(parse_qsl(urlsplit(done.headers["Location"]).query))


async def code_shown(address: str, username: str = "") -> str:
    """Open the page, agree, and read the code that has to be typed."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        token = dict(parse_qsl(urlsplit(address).query))["oauth_token"]
        answers = {"oauth_token": token, "decision": "approve"} | ({"username": username} if username else {})
        done = await browser.post(address.partition("?")[0], data=answers)
    found = _CODE.search(done.text)
    assert found, done.text
    return found[1]
