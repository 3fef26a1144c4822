"""Signed requests: OAuth 1.0a headers read and verified by the letter of RFC 5849, PLAINTEXT and HMAC-SHA1.

Only the Authorization header is read. Limits beyond the RFC are Discogs' own, as reported: seconds, 64 characters.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

LONGEST_NONCE = 64
_NEEDED = ("oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
_PAIR = re.compile(r'([A-Za-z0-9_.~%-]+)="([^"]*)"')
# Seconds have eleven digits from the year 5138 on; milliseconds have had thirteen since 2001.
_MOST_DIGITS = 11


class UnusableError(Exception):
    """A header that is not good enough to count. Its text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request is signed. `address` has no query; `form` is a body of form fields, "" for any other."""

    method: str
    address: str
    query: str = ""
    form: str = ""
    authorization: str = ""


def parameters(authorization: str) -> dict[str, str]:
    """Read the header; UnusableError if it is not whole or breaks one of Discogs' limits."""
    given: dict[str, str] = {}
    for part in authorization.partition(" ")[2].split(","):
        pair = _PAIR.fullmatch(part.strip())
        if pair is None:
            raise UnusableError("the header cannot be parsed")
        name, value = unquote(pair[1]), unquote(pair[2])
        if name in given:
            message = f"{name} comes twice"
            raise UnusableError(message)
        given[name] = value
    missing = [name for name in _NEEDED if not given.get(name)]
    if missing:
        message = f"{missing[0]} is missing"
        raise UnusableError(message)
    if given.get("oauth_version", "1.0") != "1.0":
        raise UnusableError("the version is not 1.0")
    if not re.fullmatch(r"[0-9]+", given["oauth_timestamp"]) or len(given["oauth_timestamp"]) > _MOST_DIGITS:
        raise UnusableError("the timestamp is not in seconds")
    if len(given["oauth_nonce"]) > LONGEST_NONCE:
        message = f"the nonce is longer than {LONGEST_NONCE} characters"
        raise UnusableError(message)
    return given


def verify(asked: Asked, given: Mapping[str, str], consumer_secret: str, token_secret: str) -> None:
    """Hold the signature against the request; UnusableError if it is another."""
    key = f"{_escaped(consumer_secret)}&{_escaped(token_secret)}"
    method, signature = given["oauth_signature_method"], given["oauth_signature"]
    if method == "PLAINTEXT":
        good = hmac.compare_digest(signature.encode(), key.encode())
    elif method == "HMAC-SHA1":
        made = hmac.new(key.encode(), base_string(asked, given).encode(), hashlib.sha1).digest()
        good = hmac.compare_digest(_decoded(signature), made)
    else:
        message = f"the signature method {method[:20]!r} is unknown"
        raise UnusableError(message)
    if not good:
        raise UnusableError("the signature is wrong")


def base_string(asked: Asked, given: Mapping[str, str]) -> str:
    """Return what HMAC-SHA1 signs (RFC 5849, 3.4.1): method, address, and all parameters but the signature, sorted."""
    pairs: list[tuple[str, str]] = [
        (name, value) for name, value in given.items() if name not in ("realm", "oauth_signature")
    ]
    for text in (asked.query, asked.form):
        pairs += parse_qsl(text, keep_blank_values=True)
    return "&".join(_escaped(part) for part in (asked.method.upper(), asked.address, _normalized(pairs)))


def address(scheme: str, host: str, path: str) -> str:
    """Return the address as it is signed: in small letters, without the scheme's own port, the path as it was sent."""
    host = host.lower()
    usual = {"http": ":80", "https": ":443"}.get(scheme, "")
    return f"{scheme}://{host.removesuffix(usual) if usual else host}{path or '/'}"


def _normalized(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted((_escaped(n), _escaped(v)) for n, v in pairs))


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
