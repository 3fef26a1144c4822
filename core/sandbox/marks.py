"""Identifiers that never were: barcodes, what is scratched into the runouts, codes of labels and societies."""

import random

from core.sandbox.holding import JsonObject
from core.sandbox.tracks import sides

_DISCS = ("CD", "SACD", "DVD", "CDr", "Hybrid")


def marks(row: JsonObject, chance: random.Random) -> list[JsonObject]:
    """Invent the identifiers of a release: each with a description at times, some with none at all."""
    made: list[JsonObject] = []
    if row["year"] >= 1980 and chance.random() < 0.6:
        digits = f"{chance.randint(10**12, 10**13 - 1)}"
        made.append(_mark("Barcode", f"{digits[0]} {digits[1:7]} {digits[7:]}", chance.choice(("Text", "Printed", ""))))
        if chance.random() < 0.3:
            made.append(_mark("Barcode", digits, "Scanned"))
    if chance.random() < 0.75:
        made += _runouts(row, chance)
    if chance.random() < 0.2:
        made.append(_mark("Rights Society", chance.choice(("BIEM/MCPS", "GEMA", "JASRAC", "BIEM/n©b"))))
    if chance.random() < 0.12:
        made.append(_mark("Label Code", f"LC {chance.randint(100, 99_999):05}"))
    if chance.random() < 0.06:
        made.append(_mark("Other", f"X{row['id']}", "On the sleeve"))
    return made


def _runouts(row: JsonObject, chance: random.Random) -> list[JsonObject]:
    catno = str(row["labels"][0]["catno"]) if row["labels"] else ""
    root = catno if catno and catno.lower() != "none" else f"X {row['id']}"
    count = sides(row["formats"])
    if not count:
        if not any(one["name"] in _DISCS for one in row["formats"]):
            return []
        made = [_mark("Matrix / Runout", f"{root} 01 5 #{chance.randint(1, 9)}", "Variant 1")]
        return [*made, _mark("Mastering SID Code", "IFPI L123"), _mark("Mould SID Code", "IFPI 9876")]
    form = chance.choice(("Side {side} runout, etched", "Runout side {side}, stamped, variant {variant}", ""))
    return [
        _mark("Matrix / Runout", f"{root} {side}-{variant}", form.format(side=side, variant=variant))
        for variant in range(1, chance.choice((1, 1, 1, 2)) + 1)
        for side in "ABCDEFGH"[:count]
    ]


def _mark(kind: str, value: str, about: str = "") -> JsonObject:
    row: JsonObject = {"type": kind, "value": value}
    return {**row, "description": about} if about else row
