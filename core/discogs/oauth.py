"""OAuth 1.0a without I/O: how a request is signed, and what the answers on the way to an access token say.

Source: RFC 5849 and the developer documentation. The sums are oauthlib's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast
from urllib.parse import parse_qsl, urlencode

from core.domain.account import AccessToken, Consumer, Credential, RequestToken
from core.errors import BrokenAnswer, ConfigInvalid, ConfigProblem

if TYPE_CHECKING:
    from oauthlib.common import _HTTPMethod

Sign: TypeAlias = Callable[[str, str], str]
"""From a method and the whole address as it goes over the wire to the Authorization header."""

Method: TypeAlias = Literal["HMAC-SHA1", "PLAINTEXT"]

OUT_OF_BAND: Final = "oob"
"""The callback of who has no address to come back to: Discogs shows the verifier, and the member types it in."""

_MOST_FIELDS: Final = 20


class Signer:
    """Signs for an application, and for a token when there is one.

    `callback` and `verifier` belong to the first and the last step of signing in. Bodies are not signed: Discogs takes
    JSON, of which RFC 5849 signs nothing. Making one raises ConfigInvalid when no application is configured.
    """

    __slots__ = ("_callback", "_consumer", "_method", "_token", "_verifier")

    def __init__(
        self,
        consumer: Consumer | None,
        token: RequestToken | AccessToken | None = None,
        *,
        callback: str | None = None,
        verifier: str | None = None,
        method: Method = "HMAC-SHA1",
    ) -> None:
        if consumer is None:
            expected = "set, and discogs.consumer_secret too: Discogs knows who signs by the application"
            raise ConfigInvalid(problems=(ConfigProblem("the settings", "discogs.consumer_key", expected),))
        self._consumer = consumer
        self._token = token
        self._callback = callback
        self._verifier = verifier
        self._method = method

    def header(self, method: str, address: str, *, now: Callable[[], datetime], nonce: str | None = None) -> str:
        """The Authorization header of one sending, good for that one: no nonce is taken twice.

        `address` is the whole of it, query included, as it goes over the wire. `now` is asked for the present time.
        """
        # Deferred: it takes 50 ms, and who gave a personal token never needs it.
        from oauthlib.oauth1 import Client  # noqa: PLC0415

        client = Client(
            self._consumer.key,
            client_secret=self._consumer.reveal(),
            resource_owner_key=self._token.key if self._token else None,
            resource_owner_secret=self._token.reveal() if self._token else None,
            callback_uri=self._callback,
            signature_method=self._method,
            verifier=self._verifier,
            nonce=nonce,
            # In whole seconds: anything longer makes Discogs serve the request as to a stranger.
            timestamp=str(int(now().timestamp())),
        )
        _, headers, _ = client.sign(address, cast("_HTTPMethod", method))
        return str(headers["Authorization"])


def signer_for(consumer: Consumer | None, credential: Credential | None) -> Signer | None:
    """What signs for a credential; None for one that is sent as it is. Raises ConfigInvalid as `Signer` does."""
    return Signer(consumer, credential) if isinstance(credential, AccessToken) else None


def consent_address(site_url: str, token: RequestToken) -> str:
    """The page on which a member lets the application act for them."""
    return f"{site_url.rstrip('/')}/oauth/authorize?{urlencode({'oauth_token': token.key})}"


def token_of(route: str, body: bytes) -> tuple[str, str]:
    """Key and secret of a token, from a form. Raises BrokenAnswer, which repeats nothing of it."""
    try:
        found = dict(parse_qsl(body.decode("ascii").strip(), max_num_fields=_MOST_FIELDS))
    except ValueError:
        found = {}
    key, secret = found.get("oauth_token"), found.get("oauth_token_secret")
    if not (key and secret):
        raise BrokenAnswer(route=route, reason="no token where one was expected")
    return key, secret
