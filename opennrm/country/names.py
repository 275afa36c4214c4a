"""Names of invented people: real given names with a family name that says it is made up.

The family names are words for example, test, fiction, model and the like in the person's own language.
"""

from __future__ import annotations

WOMEN = (
    "Agnesa", "Albana", "Arta", "Besa", "Blerina", "Dafina", "Diellza", "Donika", "Dorina", "Edona",
    "Elona", "Enkela", "Ermira", "Fjolla", "Flutura", "Hana", "Jehona", "Kaltrina", "Kaltërina", "Lule",
    "Luljeta", "Mira", "Nora", "Orgesa", "Rina", "Shkëlqesa", "Shpresa", "Vesa", "Xhensila", "Yllka",
    "Zamira",
)  # fmt: skip
MEN = (
    "Agron", "Altin", "Arlind", "Bekim", "Besmir", "Çlirim", "Dritan", "Endrit", "Erion", "Fatjon",
    "Flamur", "Gent", "Jeton", "Klodian", "Kreshnik", "Liridon", "Mëhill", "Ndriçim", "Olsi", "Përparim",
    "Rinor", "Shkëlqim", "Taulant", "Ylli", "Xhevdet",
)  # fmt: skip
FAMILIES = (
    "Shembulli", "Provaj", "Trillimi", "Sajimi", "Fiktivi", "Modeli", "Mostra", "Përralla", "Ëndrra",
    "Imagjinari", "Shpikaj", "Legjenda", "Figurimi", "Pseudaj", "Gjoja",
    "Rastësi", "Askushi", "Dikushi", "Filani",
)  # fmt: skip
# Women's names, men's names, family name, language: of people who are not Albanian.
FOREIGN = {
    "GM": (("Fatou", "Isatou"), ("Lamin", "Ebrima"), ("Misalo", "Fiction"), "wol"),
    "PH": (("Maria", "Luzviminda"), ("Jose", "Danilo"), ("Halimbawa", "Kathang"), "tgl"),
    "RS": (("Đurđica", "Jovana"), ("Đorđe", "Miloš"), ("Primerić", "Izmišljević"), "srp"),
    "XK": (("Fatlume", "Arbenita"), ("Burim", "Valdet"), ("Shembulli", "Trilluari"), "sqi"),
    "UA": (("Oksana", "Daryna"), ("Taras", "Bohdan"), ("Prykladenko", "Vyhadana"), "ukr"),
    "SY": (("Amal", "Rima"), ("Mohammed", "Yusuf"), ("Mithal", "Khayali"), "ara"),
    "NG": (("Blessing", "Joy"), ("Emeka", "Sunday"), ("Example", "Fiction"), "eng"),
    "IT": (("Chiara", "Giulia"), ("Marco", "Luca"), ("Esempio", "Finzione"), "ita"),
}


def albanian_name(is_female: bool, number: int) -> tuple[str, str]:
    """Given and family name of the number-th invented person; neighbours share neither."""
    given = WOMEN if is_female else MEN
    return given[number % len(given)], FAMILIES[(number + number // len(given)) % len(FAMILIES)]


def foreign_name(country: str, is_female: bool, number: int) -> tuple[str, str]:
    """Given and family name of an invented person of another country."""
    women, men, families, _ = FOREIGN[country]
    given = women if is_female else men
    return given[number % len(given)], families[number % len(families)]


def language_of(country: str) -> str:
    """The language usually spoken by a citizen."""
    return FOREIGN[country][3] if country in FOREIGN else "sqi"


def staff_name(number: int) -> str:
    """The name of an invented person at work."""
    return " ".join(albanian_name(number % 2 == 0, number * 7 + 3))
