"""Names are found across spellings and scripts, and a token tells nothing to whoever lacks the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.access import organisation_keys
from opennrm.access.tokens import document_token, exact_tokens, fold, normalise, readings, tolerant_tokens

SAME = [
    ("Shkëlqim", "Shkelqim"),
    ("Đorđe", "Djordje"),
    ("Đorđe", "Dorde"),
    ("Ђорђе", "Djordje"),
    ("Ђорђе", "Đorđe"),
    ("Mohammed", "Muhamed"),
    ("Mohammed", "Muhammad"),
    ("مُحَمَّد", "Muhammad"),
    ("محمد", "مـحـمـد"),
    ("أحمد", "احمد"),
    ("Xhevahir", "Dzhevahir"),
    ("Xhevahir", "Dževahir"),
    ("Çelik", "Celik"),
    ("Çelik", "Chelik"),
    ("Ćosić", "Cosic"),
    ("Ћосић", "Cosic"),
    ("Hoxha", "Hodza"),
    ("Hoxha", "Hodža"),
    ("Ходжа", "Hoxha"),
    ("Юлия", "Yulia"),
    ("Юлия", "Julia"),
    ("Jelena", "Yelena"),
    ("Јелена", "Jelena"),
    ("Fëllanza", "Felanza"),
    ("Wanda", "Vanda"),
    ("Maria", "Marija"),
    ("Maria", "Mariya"),
    ("Philip", "Filip"),
    ("Katerina", "Caterina"),
    ("Αικατερίνη", "Aikaterini"),
    ("Παπαδόπουλος", "Papadopoulos"),
    ("Müller", "Mueller"),
    ("Müller", "Muller"),
    ("Hüseyin", "Hussein"),
    ("Jamal", "Djamal"),
    ("Фёдор", "Fedor"),
    ("Khaled", "Haled"),
    ("Fatimah", "Fatima"),
    ("Al-Hassan", "Hasan"),
    ("O'Neill", "ONeil"),
    ("Anna-Maria", "ana maria"),
    ("Işık", "Isik"),
    ("Dhimitër", "Dimiter"),
    ("Alexander", "Aleksandar"),
]
DIFFERENT = [
    ("Arta", "Artan"),
    ("Besa", "Besnik"),
    ("Ana", "Anila"),
    ("Drita", "Dritan"),
    ("Ilir", "Ilira"),
    ("Mira", "Mirela"),
    ("Agim", "Agron"),
    ("Ivan", "Ivana"),
    ("Marko", "Marija"),
    ("Shpresa", "Shpend"),
    ("Muhamed", "Mehmed"),
    ("Lule", "Luljeta"),
    ("Юлия", "Юлиан"),
    ("محمد", "محمود"),
]


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv("OPENNRM_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_find_each_other(one: str, other: str) -> None:
    assert tolerant_tokens(one, "Provë").full & tolerant_tokens("PROVE", other).full
    assert tolerant_tokens(one, "").single & tolerant_tokens("", other.upper()).single


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_do_not_find_each_other(one: str, other: str) -> None:
    assert not tolerant_tokens(one, "Provë").full & tolerant_tokens(other, "Provë").full
    assert not tolerant_tokens(one, "").all & tolerant_tokens(other, "").all


def test_exact_tokens_keep_to_the_spelling() -> None:
    assert exact_tokens("Shkëlqim", "Provë") == exact_tokens(" PROVË ", "shke\u0308lqim")
    assert not exact_tokens("Shkëlqim", "").all & exact_tokens("Shkelqim", "").all
    assert not exact_tokens("Ana", "").all & tolerant_tokens("Ana", "").all


def test_one_word_alone_finds_the_single_token_only() -> None:
    whole, alone = tolerant_tokens("Arta", "Provë"), tolerant_tokens("Arta", "")
    assert alone.single < whole.single
    assert not alone.full & whole.all


def test_a_name_of_nothing_has_no_tokens() -> None:
    assert not tolerant_tokens("", " -' ").all
    assert not exact_tokens("", "  ").all
    assert document_token(" - / ") is None


def test_document_numbers_agree_whatever_stands_between_their_signs() -> None:
    assert document_token("BA 123-456/x") == document_token("ba123456X")
    assert document_token("١٢٣") == document_token("123")
    assert document_token("123") != document_token("124")


def test_another_key_makes_other_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tolerant_tokens("Arta", "Provë")
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path))
    assert organisation_keys.token_key()
    assert not here.all & tolerant_tokens("Arta", "Provë").all
    assert all(len(token) == 16 for token in here.all)


@given(st.text())
def test_normalising_and_folding_again_change_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text) in readings(text)


NAMES = st.text(
    st.characters(categories=["Lu", "Ll", "Lo"], include_characters=" -'’\u064e\u0651"), max_size=12
)


@given(NAMES, NAMES)
def test_tokens_do_not_depend_on_the_order_of_the_names(first: str, second: str) -> None:
    assert tolerant_tokens(first, second) == tolerant_tokens(second, first)
    assert exact_tokens(first, second) == exact_tokens(second, first)


@given(st.text(st.characters(categories=["L"], max_codepoint=0x52F), max_size=12))
def test_tokens_do_not_depend_on_the_case(name: str) -> None:
    for spelling in (name.casefold(), normalise(name)):
        assert tolerant_tokens(spelling, "x") == tolerant_tokens(name, "x")
        assert exact_tokens(spelling, "x") == exact_tokens(name, "x")


@given(st.text(), st.text())
def test_no_text_makes_the_tokens_fail(first: str, second: str) -> None:
    tolerant_tokens(first, second)
    exact_tokens(first, second)
    document_token(first)


@given(st.text(st.sampled_from("aeioucdzhxjyçđšž kts"), max_size=14))
def test_folding_settles_on_every_mixture_of_digraphs(text: str) -> None:
    assert fold(fold(text)) == fold(text)
