"""The only file that imports httpx: carries a request to Discogs and brings the answer, or says why it could not.

The library is no longer maintained and its successor keeps the interface: the move has to stay a change of one import.
Importing it takes 0.2 s, so this module is imported with the first request and not before.
"""

from __future__ import annotations

import ssl
from collections.abc import Generator, Mapping
from typing import Final
from urllib.parse import urlsplit

from core.discogs.oauth import Sign
from core.discogs.protocol import Answer, Request
from core.errors import BrokenAnswer, Unreachable

import httpx

TIME_OUT: Final = 30.0
"""Seconds until a request that gets no answer is given up."""


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


class _Signed(httpx.Auth):
    """Signs a request when its address is final: the signature is over the very characters that go over the wire."""

    def __init__(self, sign: Sign) -> None:
        self._sign = sign

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._sign(request.method, str(request.url))
        yield request
