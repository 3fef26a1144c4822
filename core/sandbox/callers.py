"""Whose a request is: nobody's, the application's or a member's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.sandbox import oauth
from core.sandbox.accounts import Account, Accounts, letters
from core.sandbox.consents import Consents
from core.sandbox.counts import ANONYMOUS
from core.sandbox.oauth import Asked, UnusableError

UNKNOWN_CREDENTIAL = "Invalid consumer token. Please register an app before making requests."
UNKNOWN_KEY = "Invalid consumer key/secret. Please register an app before making requests."
_NONCES_KEPT = 100_000
_KEY_LENGTH, _SECRET_LENGTH = 20, 32


@dataclass(frozen=True, slots=True)
class Application:
    """The one registered application of a world."""

    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose a request is. `authenticated` picks the quota; `refusal` is the 401 text of a wrong credential.

    `signed` holds the parameters of a good OAuth header, `note` why one that was sent did not count.
    """

    account: Account | None = None
    authenticated: bool = False
    refusal: str | None = None
    token: str = ""
    signed: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def name(self) -> str:
        """What the counts call this caller."""
        if self.account:
            return self.account.username
        if self.refusal:
            return "refused"
        return "key and secret" if self.authenticated else ANONYMOUS


def new_application(key: str = "", secret: str = "") -> Application:
    """Register an application; what is not given is made up of as many letters as the real ones have."""
    return Application(key or letters(_KEY_LENGTH), secret or letters(_SECRET_LENGTH))


class Callers:
    """Knows the credentials of one world."""

    def __init__(self, accounts: Accounts, application: Application, consents: Consents) -> None:
        self._accounts, self._application, self._consents = accounts, application, consents
        self._nonces: dict[tuple[str, str, str, str], None] = {}

    def of(self, asked: Asked, query: Mapping[str, str], *, handshake: bool = False) -> Caller:
        """Tell who asks. `handshake`: on the way to an access token, where requests are signed with another secret.

        A scheme word other than `Discogs` and `OAuth` counts as nothing sent, as measured on the real API.
        """
        scheme, _, rest = asked.authorization.partition(" ")
        if scheme.lower() == "oauth":
            return self._signed(asked, handshake=handshake)
        given = _pairs(rest) if scheme == "Discogs" else query
        if "token" in given:
            account = self._accounts.of_token(given["token"])
            refusal = None if account else UNKNOWN_CREDENTIAL
            return Caller(account, authenticated=True, refusal=refusal, token=given["token"])
        if "key" in given and "secret" in given:
            known = (given["key"], given["secret"]) == (self._application.key, self._application.secret)
            return Caller(authenticated=True, refusal=None if known else UNKNOWN_KEY)
        return Caller()

    def _signed(self, asked: Asked, *, handshake: bool) -> Caller:
        try:
            given = oauth.parameters(asked.authorization)
            if given["oauth_consumer_key"] != self._application.key:
                return Caller(authenticated=True, refusal=UNKNOWN_KEY)
            token, secret, account = given.get("oauth_token", ""), "", None
            if token and handshake:
                consent = self._consents.asked(token)
                secret = consent.secret if consent else ""
            elif token:
                access = self._consents.access(token)
                if access is None:
                    return Caller(authenticated=True, refusal=UNKNOWN_CREDENTIAL, token=token)
                secret, account = access.secret, access.account
            oauth.verify(asked, given, self._application.secret, secret)
            self._once(given)
        except UnusableError as error:
            # Not refused but served as to anybody, as reported of the real API.
            return Caller(note=f"OAuth header ignored: {error}")
        return Caller(account, authenticated=True, token=token, signed=given)

    def _once(self, given: Mapping[str, str]) -> None:
        one = (
            given["oauth_consumer_key"],
            given.get("oauth_token", ""),
            given["oauth_timestamp"],
            given["oauth_nonce"],
        )
        if one in self._nonces:
            raise UnusableError("the nonce was used before")
        self._nonces[one] = None
        if len(self._nonces) > _NONCES_KEPT:
            del self._nonces[next(iter(self._nonces))]


def _pairs(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}
