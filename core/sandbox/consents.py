"""What members have let the application do: from the request token over the verifier to the access token."""

import secrets
from dataclasses import dataclass

from core.sandbox.accounts import Account, letters, new_token
from core.sandbox.timing import Clock

LIFETIME = 15 * 60.0
OUT_OF_BAND = "oob"
_VERIFIER_LENGTH = 10


@dataclass(slots=True)
class Consent:
    """One sign-in under way. `until` is the end of the token, then of the verifier; no callback: the code is shown."""

    token: str
    secret: str
    callback: str | None
    until: float
    verifier: str = ""
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A credential that acts as its account until it is revoked."""

    token: str
    secret: str
    account: Account


class Consents:
    """Every sign-in of one world. Request tokens and verifiers live 15 minutes of `clock`, access tokens for ever."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, Consent] = {}
        self._granted: dict[str, Access] = {}

    def begin(self, callback: str | None) -> Consent:
        """Hand out a request token."""
        self._asked = {one.token: one for one in self._asked.values() if self._clock() < one.until + LIFETIME}
        shown = callback in (None, "", OUT_OF_BAND)
        consent = Consent(new_token(), new_token(), None if shown else callback, self._clock() + LIFETIME)
        self._asked[consent.token] = consent
        return consent

    def asked(self, token: str) -> Consent | None:
        """Return the sign-in of a request token, its time over or not; None once it was denied."""
        return self._asked.get(token)

    def waiting(self, token: str) -> Consent | None:
        """Return a sign-in that a member can still decide on."""
        consent = self._asked.get(token)
        return consent if consent and not consent.verifier and self._clock() < consent.until else None

    def approve(self, consent: Consent, account: Account) -> None:
        """Give the verifier, which lives 15 minutes from now."""
        consent.account, consent.until = account, self._clock() + LIFETIME
        consent.verifier = letters(_VERIFIER_LENGTH)

    def deny(self, consent: Consent) -> None:
        """End a sign-in; its token is worth nothing from now on."""
        self._asked.pop(consent.token, None)

    def exchange(self, token: str, verifier: str) -> Access | None:
        """Turn a verifier into access, once; None if it is wrong, late or used."""
        consent = self._asked.get(token)
        if not (consent and consent.account and self._clock() < consent.until):
            return None
        if not secrets.compare_digest(consent.verifier.encode(), verifier.encode()):
            return None
        account, consent.account = consent.account, None
        return self.grant(account)

    def grant(self, account: Account) -> Access:
        """Let the application act as an account, without any page."""
        access = Access(new_token(), new_token(), account)
        self._granted[access.token] = access
        return access

    def access(self, token: str) -> Access | None:
        """Return what an access token stands for, or None."""
        return self._granted.get(token)

    def granted_to(self, account: Account) -> list[Access]:
        """Return the accesses that an account has given."""
        return [access for access in self._granted.values() if access.account is account]

    def revoke(self, token: str) -> bool:
        """End one access; False if there was none."""
        return self._granted.pop(token, None) is not None
