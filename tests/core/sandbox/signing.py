"""A signer of requests that shares nothing with the verifier: by hand, for PLAINTEXT and HMAC-SHA1."""

import base64
import hashlib
import hmac
import itertools
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

_NUMBERS = itertools.count(1)


def by_hand(
    world: Any, method: str, url: str, *, token: str = "", secret: str = "", plain: bool = False, **changes: str
) -> str:
    """The Authorization header. `changes` to its OAuth parameters, without `oauth_`; an empty one is left out."""
    given = {
        "consumer_key": world.application.key,
        "nonce": f"n{next(_NUMBERS)}",
        "signature_method": "PLAINTEXT" if plain else "HMAC-SHA1",
        "timestamp": "1700000000",
        "token": token,
    } | changes
    pairs = {f"oauth_{name}": value for name, value in given.items() if value}
    key = f"{quote(world.application.secret, safe='')}&{quote(secret, safe='')}"
    if "oauth_signature" not in pairs:
        pairs["oauth_signature"] = key if plain else hmac_sha1(key, method, url, pairs)
    return "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in pairs.items())


def hmac_sha1(key: str, method: str, url: str, pairs: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, values in parse_qs(parts.query, True).items() for value in values]
    escaped = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in [*pairs.items(), *query])
    signed = "&".join(f"{name}={value}" for name, value in escaped)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    text = "&".join(quote(part, safe="~") for part in (method, address, signed))
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()
