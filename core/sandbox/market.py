"""The marketplace's figures for a release: invented, the same each time, and in step with each other."""

import math
import random
from collections.abc import Mapping
from statistics import NormalDist

from core.sandbox.holding import GRADES, JsonObject

# What one US dollar is in the currencies that Discogs takes; rounded, and fixed for ever.
RATES = {
    "USD": 1.0,
    "GBP": 0.79,
    "EUR": 0.92,
    "CAD": 1.36,
    "AUD": 1.52,
    "JPY": 155.0,
    "CHF": 0.88,
    "MXN": 17.1,
    "BRL": 5.4,
    "NZD": 1.65,
    "SEK": 10.5,
    "ZAR": 18.2,
}
SIGNS = {"USD": "$", "GBP": "£", "EUR": "€", "CAD": "CA$", "AUD": "A$", "JPY": "¥", "MXN": "MX$", "BRL": "R$"}
_SHARES = (0.95, 0.85, 0.65, 0.45, 0.25, 0.15, 0.1, 0.05)  # of a price that each grade brings, as recorded

_BELL = NormalDist()


def worth(release_id: int) -> float:
    """Return what a flawless copy may bring, in dollars."""
    # No source of chance for each: the value of a collection asks for a hundred thousand.
    place = (release_id * 2_654_435_761 % 2**32 + 0.5) / 2**32
    return round(math.exp(2.9 + 0.8 * _BELL.inv_cdf(place)), 2)


def offers(release_id: int) -> JsonObject:
    """Invent `num_for_sale`, `lowest_price` (dollars or None) and `blocked_from_sale` as a release body has them."""
    chance = random.Random(-release_id)  # noqa: S311 - it draws prices, not secrets
    blocked = chance.random() < 0.02
    count = 0 if blocked or chance.random() < 0.06 else chance.randint(1, 60)
    lowest = round(worth(release_id) * chance.uniform(0.2, 0.7), 2) if count else None
    return {"num_for_sale": count, "lowest_price": lowest, "blocked_from_sale": blocked}


def stats(body: Mapping[str, object], currency: str) -> JsonObject:
    """GET /marketplace/stats/{id}: the figures of a release body, in another currency."""
    lowest, blocked = body.get("lowest_price"), bool(body.get("blocked_from_sale"))
    price = {"value": lowest * RATES[currency], "currency": currency} if isinstance(lowest, int | float) else None
    return {
        "num_for_sale": None if blocked else body.get("num_for_sale"),
        "lowest_price": None if blocked else price,
        "blocked_from_sale": blocked,
    }


def suggestions(release_id: int, currency: str) -> JsonObject:
    """GET /marketplace/price_suggestions/{id}: for each grade its price, or nothing at all (one release in 40)."""
    if release_id % 40 == 7:
        return {}
    price = worth(release_id) * RATES[currency]
    return {grade: {"currency": currency, "value": price * share} for grade, share in zip(GRADES, _SHARES, strict=True)}


def value(release_ids: list[int], currency: str) -> JsonObject:
    """Return what these copies are worth, as Discogs writes it: `€1,458.87`."""
    whole = sum(worth(number) for number in release_ids) * RATES[currency]
    sign = SIGNS.get(currency, f"{currency} ")
    return {
        name: f"{sign}{whole * share:,.2f}" for name, share in (("minimum", 0.4), ("median", 0.8), ("maximum", 1.9))
    }
