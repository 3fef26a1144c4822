"""Releases that never were, spread as real ones are: few big names and many small ones, years in two waves."""

import random
from typing import Any

from core.sandbox.holding import JsonObject
from core.sandbox.oddities import ODD_TEXTS
from core.sandbox.release import artist_row, basic_information, label_row, pictured


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words("""
    Amber Broken Cosmic Distant Electric Faded Golden Hollow Iron Jade Kinetic Lunar Marble Northern Opal Paper
    Quiet Red Silver Tidal Union Velvet Winter Yellow Zero Ancient Blue Crystal Dub Early
""")
_SECOND = _words("""
    Arcade Birds Circuit Divers Echoes Foxes Garden Harbour Islands Junction Kites Lanterns Mirrors Nomads Orchard
    Pilots Quartet Rivers Signals Theory Unit Valley Wires Youth Zones Allstars Brothers Collective Ensemble Trio
""")
_TITLES = _words("""
    Night Morning Return Letters Shadow Fire Water Stone Travel Silence Rhythm Mountain Ocean Street Window Summer
    Ghost Machine Dance Prayer Circle Line Colour Story Room Sun Moon Road Dream Glass
""")
_LABEL_ENDS = ("Records", "Recordings", "Music", "Discs", "Sound", "Productions", "Tapes", "Editions")
_STYLES = {
    "Rock": ("Indie Rock", "Post-Punk", "Prog Rock", "Psychedelic Rock", "Shoegaze", "Punk", "Hard Rock", "Krautrock"),
    "Electronic": ("House", "Techno", "Ambient", "Drum n Bass", "Dubstep", "Synth-pop", "IDM", "Electro", "Downtempo"),
    "Jazz": ("Hard Bop", "Free Jazz", "Fusion", "Modal", "Soul-Jazz", "Cool Jazz"),
    "Reggae": ("Dub", "Roots Reggae", "Dancehall", "Lovers Rock", "Ska"),
    "Funk / Soul": ("Soul", "Funk", "Disco", "Rhythm & Blues"),
    "Hip Hop": ("Boom Bap", "Conscious", "Instrumental", "Jazzy Hip-Hop"),
    "Pop": ("Indie Pop", "Chanson", "Ballad", "Vocal"),
    "Folk, World, & Country": ("Folk", "African", "Country", "Celtic"),
    "Latin": ("Salsa", "Bossanova", "Cumbia"),
    "Blues": ("Delta Blues", "Electric Blues"),
    "Classical": ("Modern", "Baroque", "Minimal"),
    "Stage & Screen": ("Soundtrack", "Score"),
}
_GENRE_WEIGHTS = (30, 26, 10, 8, 8, 6, 5, 3, 2, 1, 1, 1)
_KINDS = (
    (38, "Vinyl", ("LP", "Album")),
    (14, "Vinyl", ("LP", "Album", "Reissue")),
    (6, "Vinyl", ("LP", "Compilation")),
    (14, "Vinyl", ('12"',)),
    (6, "Vinyl", ('12"', "EP", "33 ⅓ RPM")),
    (9, "Vinyl", ('7"', "45 RPM", "Single")),
    (2, "Vinyl", ('10"', "Limited Edition")),
    (1, "Shellac", ('10"', "78 RPM")),
    (7, "CD", ("Album",)),
    (1, "CD", ()),
    (2, "Cassette", ("Album", "Limited Edition")),
    (1, "File", ("FLAC", "Album")),
)
_COLOURS = ("Red", "Clear", "Blue Marbled", "180g", "Gatefold", "Yellow Translucent", "Splatter")
_ODD_EVERY = 23


class Press:
    """Makes releases one after another from one source of chance: the same source, the same releases."""

    def __init__(self, chance: random.Random, expected: int) -> None:
        self._chance = chance
        self._number = 1000
        self._made = 0
        self._artists = [self._artist(place) for place in range(max(20, expected // 7))]
        self._labels = [self._label(place) for place in range(max(15, expected // 12))]
        self._formats = [self._format() for _ in range(500)]
        self._genres = [self._genre() for _ in range(300)]
        years = [*range(1950, 2027)]
        self._years = chance.choices(years, [_year_weight(year) for year in years], k=2000) + [0] * 80
        self._master: tuple[int, str, list[JsonObject]] | None = None

    def release(self) -> JsonObject:
        """Make the next release. One in seven is another pressing of the one before."""
        chance, place = self._chance, self._made
        self._made += 1
        self._number += chance.randint(1, 300)
        if self._master is None or chance.random() > 0.15:
            self._master = self._work(place)
        master, title, artists = self._master
        if place % _ODD_EVERY == _ODD_EVERY // 3:
            title = ODD_TEXTS[place // _ODD_EVERY % len(ODD_TEXTS)]
        genres, styles = self._pick(self._genres)
        made = basic_information(
            self._number,
            title,
            self._pick(self._years),
            master,
            formats=self._pick(self._formats),
            labels=self._label_rows(),
            artists=artists,
            genres=genres,
            styles=styles,
        )
        return pictured(made)

    def _work(self, place: int) -> tuple[int, str, list[JsonObject]]:
        chance = self._chance
        words = chance.sample(_TITLES, chance.choice((1, 2, 2, 3)))
        artists = [self._long_tail(self._artists)]
        if chance.random() < 0.06:
            join = chance.choice(("&", "/", ",", "Feat.", "vs"))
            artists = [{**artists[0], "join": join}, self._long_tail(self._artists)]
        return (20_000 + place * 3 if chance.random() < 0.72 else 0), " ".join(words), artists

    def _label_rows(self) -> list[JsonObject]:
        chance = self._chance
        catno = f"{chance.choice('ABDKLMRSTV')}{chance.choice('AELOPRX')}{chance.randint(1, 9999):03d}"
        rows = [{**self._long_tail(self._labels), "catno": "none" if chance.random() < 0.03 else catno}]
        if chance.random() < 0.12:
            rows.append({**self._long_tail(self._labels), "catno": catno})
        return rows

    def _artist(self, place: int) -> JsonObject:
        chance = self._chance
        name = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)}"
        if place == 2:
            return artist_row("Various")
        if place % 61 == 5:
            name = ODD_TEXTS[place // 61 % len(ODD_TEXTS)] or "-"
        elif place >= 20:
            name = f"{name} ({place // 20 + 1})"
        return artist_row(name, 5000 + place * 7, anv=chance.choice(_SECOND) if chance.random() < 0.05 else "")

    def _label(self, place: int) -> JsonObject:
        chance = self._chance
        if place == 1:
            return label_row("Not On Label", "", 1818)
        name = f"{chance.choice(_FIRST)} {chance.choice(_TITLES)} {chance.choice(_LABEL_ENDS)}"
        return label_row(ODD_TEXTS[place // 83] if place % 83 == 9 and place < 2000 else name, "", 300 + place * 5)

    def _format(self) -> list[JsonObject]:
        chance = self._chance
        _, name, descriptions = chance.choices(_KINDS, [kind[0] for kind in _KINDS])[0]
        row: JsonObject = {"name": name, "qty": str(chance.choices((1, 2, 3), (84, 13, 3))[0])}
        if chance.random() < 0.15:
            row["text"] = chance.choice(_COLOURS)
        if descriptions:
            row["descriptions"] = list(descriptions)
        if name == "Vinyl" and chance.random() < 0.04:
            return [row, {**row, "text": "Green"}, {"name": "All Media", "qty": "1", "descriptions": ["Numbered"]}]
        return [row]

    def _genre(self) -> tuple[list[str], list[str]]:
        chance = self._chance
        genres = chance.choices([*_STYLES], _GENRE_WEIGHTS, k=2 if chance.random() < 0.2 else 1)
        genres = [*dict.fromkeys(genres)]
        styles = [style for genre in genres for style in chance.sample(_STYLES[genre], chance.choice((0, 1, 1, 2)))]
        return genres, styles

    def _pick(self, values: list[Any]) -> Any:  # noqa: ANN401 - one of whatever the list holds
        return values[int(self._chance.random() * len(values))]

    def _long_tail(self, rows: list[JsonObject]) -> JsonObject:
        return rows[int(self._chance.random() ** 2.6 * len(rows))]


def _year_weight(year: int) -> float:
    return 2 + max(0, 26 - abs(year - 1976)) + max(0, 30 - 1.5 * abs(year - 2015)) + max(0, 12 - abs(year - 1995))
