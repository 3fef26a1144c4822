"""The way to an access token (OAuth 1.0a): ask for a request token, let the member decide, trade it in."""

from __future__ import annotations

from core.discogs import oauth
from core.discogs.client import Discogs
from core.discogs.oauth import OUT_OF_BAND, Signer
from core.discogs.protocol import Request
from core.discogs.throttle import OnWait
from core.domain.account import AccessToken, Consent, RequestToken

_REQUEST_TOKEN = "/oauth/request_token"  # noqa: S105 - a route
_ACCESS_TOKEN = "/oauth/access_token"  # noqa: S105 - a route


class SignIn:
    """The steps of a program; between them the member decides, on a page of Discogs.

    Each raises the DiscogsError that the last answer stands for, and ConfigInvalid where no application is configured.
    """

    def __init__(self, discogs: Discogs, *, site_url: str) -> None:
        self._discogs = discogs
        self._site_url = site_url

    async def request_token(self, callback: str = OUT_OF_BAND, *, on_wait: OnWait | None = None) -> Consent:
        """What to ask the member, for 15 minutes. Discogs leads the member back to the callback, with the verifier."""
        signer = Signer(self._discogs.consumer, callback=callback)
        # Asked again when the line fails: a request token that nobody has heard of ends by itself.
        key, secret = await self._ask(Request(_REQUEST_TOKEN, sign_in=signer), on_wait)
        token = RequestToken(key, secret)
        return Consent(token, oauth.consent_address(self._site_url, token))

    async def access_token(self, token: RequestToken, verifier: str, *, on_wait: OnWait | None = None) -> AccessToken:
        """What acts as the member. Raises Rejected with status 400 when the verifier is wrong, used or too old.

        Never asked again once it may have been done: a verifier counts once, and the member has to begin anew.
        """
        signer = Signer(self._discogs.consumer, token, verifier=verifier)
        return AccessToken(*await self._ask(Request(_ACCESS_TOKEN, method="POST", sign_in=signer), on_wait))

    async def _ask(self, request: Request, on_wait: OnWait | None) -> tuple[str, str]:
        session = self._discogs.session(None, on_wait=on_wait)
        return await self._discogs.ask(request, session, lambda answer: oauth.token_of(request.path, answer.body))
