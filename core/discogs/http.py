"""The only file that imports httpx: carries a request to Discogs and brings the answer, or says why it could not.

The library is no longer maintained and its successor keeps the interface: the move has to stay a change of one import.
Importing it takes 0.2 s, so this module is imported with the first request and not before.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Generator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

from core.discogs.oauth import Sign
from core.discogs.protocol import Answer, Request
from core.errors import BrokenAnswer, Unreachable

import httpx

TIME_OUT: Final = 30.0
"""Seconds until a request that gets no answer is given up."""

WHOLE_PICTURE: Final = 60.0
"""Seconds until a picture is given up that comes in drops."""

_NO_ANSWER: Final = "without sending a response"
"""What httpx says of a connection that ended before a byte came; it has no type of its own for that."""

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Http:
    """One connection pool for the whole process. Making it raises Unreachable where the environment forbids one."""

    def __init__(
        self, api_url: str, *, transport: httpx.AsyncBaseTransport | None = None, time_scale: float = 1.0
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._host = urlsplit(api_url).netloc
        try:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(TIME_OUT / time_scale, connect=10.0 / time_scale),
                transport=transport,
                # Proxies and certificates of the environment are for the world outside.
                trust_env=urlsplit(api_url).hostname not in _LOOPBACK,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=16, max_keepalive_connections=16),
            )
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
            # A proxy of a kind that is not supported, certificates that are not there.
            raise Unreachable(host=self._host, reason=str(error) or type(error).__name__) from None

    async def send(self, request: Request, headers: Mapping[str, str], sign: Sign | None = None) -> Answer:
        """One request, one answer of any status. `sign` makes the Authorization header of a request that is signed.

        Raises Unreachable when none comes, BrokenAnswer when it stops in the middle or cannot be unpacked.
        """
        try:
            response = await self._client.request(
                request.method,
                self._api_url + request.path,
                params=dict(request.params),
                headers=dict(headers),
                auth=_Signed(sign) if sign else httpx.USE_CLIENT_DEFAULT,
            )
        except httpx.TimeoutException as error:
            raise Unreachable(host=self._host, reason=type(error).__name__, timed_out=True) from None
        except httpx.LocalProtocolError as error:
            # Its text repeats the header that cannot be sent, and that may be the one with the token.
            raise Unreachable(host=self._host, reason=type(error).__name__) from None
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            if _NO_ANSWER in str(error):
                raise Unreachable(host=self._host, reason=str(error)) from None
            raise BrokenAnswer(route=request.path, reason=str(error)) from None
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            raise Unreachable(host=self._host, reason=str(error) or type(error).__name__) from None
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=found, body=response.content)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


class PictureLine:
    """Pictures come by a line of their own: nobody signs in on it, and nothing that the host sets is sent back.

    Making it raises Unreachable where the environment forbids one.
    """

    def __init__(
        self, *, trust_env: bool, transport: httpx.AsyncBaseTransport | None = None, time_scale: float = 1.0
    ) -> None:
        self._longest = WHOLE_PICTURE / time_scale
        try:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(TIME_OUT / time_scale, connect=10.0 / time_scale),
                transport=transport,
                trust_env=trust_env,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            )
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
            raise Unreachable(host="", reason=str(error) or type(error).__name__) from None

    async def get(self, address: str, headers: Mapping[str, str], most: int) -> Answer:
        """One request, one answer of any status, with the body of a good one as it came: what is packed stays so.

        Of what is longer than `most` bytes nothing is read when the header tells, else `most` + 1. Raises Unreachable
        when no answer comes, BrokenAnswer when it stops in the middle.
        """
        host = urlsplit(address).netloc
        try:
            async with asyncio.timeout(self._longest), self._client.stream("GET", address, headers=headers) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                body = await _beginning(response, most) if response.status_code == 200 else b""
                return Answer(status=response.status_code, headers=found, body=body)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Unreachable(host=host, reason=type(error).__name__, timed_out=True) from None
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            if _NO_ANSWER in str(error):
                raise Unreachable(host=host, reason=str(error)) from None
            raise BrokenAnswer(route=host, reason=str(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise Unreachable(host=host, reason=str(error) or type(error).__name__) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


async def _beginning(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    told = response.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        return b""
    async for piece in response.aiter_raw(65_536):
        body += piece
        if len(body) > most:
            break
    return bytes(body[: most + 1])


class _Signed(httpx.Auth):
    """Signs a request when its address is final: the signature is over the very characters that go over the wire."""

    def __init__(self, sign: Sign) -> None:
        self._sign = sign

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._sign(request.method, str(request.url))
        yield request
