"""Blind tokens: names and document numbers are found without being kept in plain text.

A token is a keyed hash of a name in an exact or a tolerant spelling. Whoever holds the database alone sees
how often a token occurs and nothing else; whoever also holds the token key can try names one by one.
Arabic script without its vowel signs finds Arabic script only.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from opennrm.access.organisation_keys import token_key

TOKEN_SIZE = 16


def _table(*pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1:] for line in pairs for pair in line.split()}


# Into the Latin spelling that papers in the region use most; a letter alone is silent.
_LETTERS = _table(
    "đdj øo łl ßss æae œoe þth ðd ıi ħh ŋn əa",
    "аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цc чch шsh щsht ъa ыy ь эe юyu яya",
    "ёyo ђdj ѓgj єie іi їi јj љlj њnj ћc ќk ўu џdzh ґg ѕdz",
    "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χh ψps ωo",
    "اa أa إi آa ٱa بb پp تt ثth جj چch حh خkh دd ذdh رr زz ژzh سs شsh صs ضd طt ظz ع غgh فf قk کk كk گg",
    "لl مm نn هh ةh وu ؤu ىa يi یi ئi ء ـ \u064ea \u064fu \u0650i \u064ban \u064cun \u064din",
)
_GREEK_PAIRS = [
    (re.compile(pair), latin)
    for pair, latin in (
        ("ο[υύ]", "u"),
        ("α[υύ]", "av"),
        ("ε[υύ]", "ev"),
        (r"\bμπ", "b"),
        (r"\bντ", "d"),
    )
]

# Where two spellings are both common, a name is read in both ways.
_OTHERWISE = _table("đd ђd üue öoe äae åaa ёe хkh щshch")
_SOFT_BEGINNING = re.compile(r"^(?:dzh|dz|dj|xh)")

# Ways of writing the same sound; applied again until nothing changes.
_SPELLINGS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"dzh|dz|dj|xh", "di"),
        (r"^[jyi]e", "e"),
        (r"sch|sh", "s"),
        (r"zh", "z"),
        (r"ch|ck|ts|tz", "k"),
        (r"ph", "f"),
        (r"kh", "h"),
        (r"([tdrg])h", r"\1"),
        (r"ee", "i"),
        (r"x", "ks"),
        (r"(?<=[aeiouy])h$", ""),
    )
]
_SAME_LETTER = str.maketrans("eoyjwqc", "auiivkk")
_DOUBLED = re.compile(r"(.)\1+")
_ARTICLE = "al"


@dataclass(frozen=True, slots=True)
class NameTokens:
    """The tokens of a name: of all its words together in any order, and of each word alone."""

    full: frozenset[bytes]
    single: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        """What is stored with the name."""
        return self.full | self.single


def exact_tokens(first: str, second: str) -> NameTokens:
    """Tokens that agree where two names are spelled the same, whatever their case, spaces and order."""
    return _name_tokens("exact", {tuple(normalise(f"{first} {second}").split())})


def tolerant_tokens(first: str, second: str) -> NameTokens:
    """Tokens that agree across spellings, diacritics and scripts, and whatever the order."""
    return _name_tokens("tolerant", {tuple(reading.split()) for reading in readings(f"{first} {second}")})


def document_token(number: str) -> bytes | None:
    """The token of a document number without spaces and signs; nothing where nothing is left."""
    plain = "".join(_digit(letter) for letter in normalise(number) if letter.isalnum())
    return _token("document", plain) if plain else None


def normalise(text: str) -> str:
    """One form for all ways to encode the same letters, in small letters with single spaces."""
    for _ in range(4):
        again = unicodedata.normalize("NFKC", " ".join(text.casefold().split()))
        if again == text:
            break
        text = again
    return text


def readings(text: str) -> set[str]:
    """The tolerant spelling, and a second one where a letter is commonly written in two ways."""
    plain = normalise(text)
    words = _latin(plain.translate(_OTHERWISE)).split()
    otherwise = " ".join(_SOFT_BEGINNING.sub("j", word) for word in words)
    return {fold(plain), fold(otherwise)}


def fold(text: str) -> str:
    """The tolerant spelling of a name: Latin letters by sound, without diacritics or double letters."""
    words = [_spell(word) for word in _latin(normalise(text)).split()]
    named = [word for word in words if word and word != _ARTICLE]
    return " ".join(named or words[:1])


def _latin(text: str) -> str:
    for pattern, latin in _GREEK_PAIRS:
        text = pattern.sub(latin, text)
    bare = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(_LETTERS)
    spaced = "".join(_letter_or_space(letter) for letter in bare)
    return normalise(spaced)


def _letter_or_space(letter: str) -> str:
    if letter.isalnum():
        return letter
    return "" if letter in "'’‘ʼ`´ʻ" or unicodedata.category(letter)[0] in "MC" else " "


def _spell(word: str) -> str:
    for _ in range(len(word) + 4):
        before = word
        for pattern, sound in _SPELLINGS:
            word = pattern.sub(sound, word)
        word = _DOUBLED.sub(r"\1", word.translate(_SAME_LETTER))
        if word == before:
            break
    return word


def _name_tokens(kind: str, spellings: Iterable[tuple[str, ...]]) -> NameTokens:
    full = {_token(f"{kind} full", *sorted(words)) for words in spellings if words}
    single = {_token(f"{kind} single", word) for words in spellings for word in words}
    return NameTokens(frozenset(full), frozenset(single))


def _token(kind: str, *words: str) -> bytes:
    # No word holds a zero character, so that no two kinds or lists of words make the same message.
    message = "\0".join((kind, *words)).encode("utf-8", "replace")
    return hmac.digest(token_key(), message, "sha256")[:TOKEN_SIZE]


def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)
