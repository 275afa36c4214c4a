import shutil
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from opennrm.duties import conditions
from opennrm.duties.facts import CaseFacts, Event, Need
from opennrm.duties.limits import acts
from opennrm.duties.pack import Group, Pack, load_pack, packs
from opennrm.duties.pack_check import check_pack
from opennrm.duties.reconcile import reconcile
from opennrm.lib.clock import now

ALBANIA = packs()["al-2018-499"]
ASSISTANCE = [
    "food",
    "mental_health_counselling",
    "legal_assistance",
    "health_care",
    "education",
    "employment",
    "children_of_victims",
    "financial_support",
    "long_term_accommodation",
    "social_activities",
    "vocational_training",
    "post_reintegration_follow_up",
]


@pytest.fixture
def albania() -> Pack:
    return load_pack(ALBANIA)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ALBANIA, tmp_path / "al-2018-499"))


def spoil(pack: Path, file: str, old: str, new: str) -> int:
    """Replace the first such text and say on which line it stands."""
    text = (pack / file).read_text("utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_every_pack_that_ships_is_without_findings() -> None:
    assert packs()
    assert [found for path in packs().values() for found in check_pack(path)] == []


def test_the_albanian_pack_says_when_it_holds_and_that_it_is_to_be_confirmed(albania: Pack) -> None:
    assert (albania.country, albania.effective_from) == ("AL", date(2018, 8, 29))
    assert "To be confirmed" in albania.note


def test_the_twelve_kinds_of_assistance_are_exactly_those_of_the_account(albania: Pack) -> None:
    assert [kind.code for kind in albania.kinds.values() if kind.group is Group.SUPPORT] == ASSISTANCE


def test_every_kind_of_assistance_can_be_declined_and_is_not_refused_by_law(albania: Pack) -> None:
    assert all(albania.kinds[code].waivable and not albania.kinds[code].by_law for code in ASSISTANCE)


def test_employment_opens_ordinary_facts_only_and_the_lead_opens_all(albania: Pack) -> None:
    assert albania.kinds["employment"].opens == ("ordinary",)
    assert albania.kinds["lead"].opens == ("ordinary", "identity", "contact", "narrative")


def test_telling_without_a_name_opens_no_name(albania: Pack) -> None:
    assert albania.kinds["notify_without_name"].opens == ("ordinary",)


def test_only_the_reflection_period_acts_and_every_other_limit_reminds(albania: Pack) -> None:
    assert [rule.id for rule in albania.rules if acts(rule.limit)] == ["reflection-foreign"]


def test_a_limit_confirmed_by_the_country_acts(albania: Pack) -> None:
    confirmed = albania.confirmed(frozenset({"adult-police"})).rules_by_id["adult-police"]
    assert acts(confirmed.limit)
    assert not confirmed.verified


def test_every_unverified_rule_says_so_beside_its_source(albania: Pack) -> None:
    for rule in albania.rules:
        note = rule.source.note
        assert rule.verified or "to be confirmed" in note.lower() or "rule of this system" in note, rule.id


def kinds_owed(albania: Pack, **facts: object) -> list[str]:
    at = now()
    consent = "consent_given" if facts.get("consents") else "consent_refused"
    events = (Event("case_opened", at), Event(consent, at))
    case = CaseFacts(events=events, region="AL-11", **facts)  # type: ignore[arg-type]
    return [duty.kind for duty in reconcile(case, albania, []).create]


def test_a_child_is_always_referred_whatever_the_child_says(albania: Pack) -> None:
    for consents in (True, False):
        owed = kinds_owed(albania, child=True, consents=consents)
        assert {"notify_police", "notify_child_protection_unit", "appoint_guardian"} <= set(owed)
        assert "notify_without_name" not in owed


def test_an_adult_who_consents_is_referred_by_name(albania: Pack) -> None:
    owed = kinds_owed(albania, consents=True)
    assert {"notify_police", "notify_social_service", "notify_responsible_authority"} <= set(owed)
    assert not {"notify_without_name", "appoint_guardian", "notify_child_protection_unit"} & set(owed)


def test_an_adult_who_does_not_consent_is_notified_without_a_name(albania: Pack) -> None:
    owed = kinds_owed(albania, consents=False)
    assert [kind for kind in owed if kind.startswith("notify")] == ["notify_without_name"]
    assert not {"joint_interview", "assistance_plan", *ASSISTANCE} & set(owed)


def test_an_adult_who_does_not_consent_is_owed_what_she_asks_for(albania: Pack) -> None:
    owed = kinds_owed(albania, consents=False, needs=tuple(Need(kind, now()) for kind in ASSISTANCE))
    assert set(ASSISTANCE) <= set(owed)


def test_whoever_speaks_another_language_is_owed_an_interpreter(albania: Pack) -> None:
    assert "explain_rights_and_interpreter" in kinds_owed(albania, language="fr")
    assert "explain_rights_and_interpreter" not in kinds_owed(albania, language="sq")


def test_no_combination_of_facts_owes_one_kind_twice_or_lacks_its_lead(albania: Pack) -> None:
    names = ("child", "consents", "foreign", "in_danger", "sheltered")
    for truths, sex in product(product([False, True], repeat=5), ["female", "male", "unknown"]):
        owed = kinds_owed(albania, sex=sex, **dict(zip(names, truths, strict=True)))
        assert len(owed) == len(set(owed))
        assert "lead" in owed


def test_a_case_from_a_file_is_owed_its_lead_and_nothing_past(albania: Pack) -> None:
    case = CaseFacts(events=(Event("case_imported", now()),), child=True, in_danger=True)
    (duty,) = reconcile(case, albania, []).create
    assert (duty.kind, duty.due_at) == ("lead", None)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("rules.yaml", "if: foreign", "if: foreigner", "there is no fact named foreigner"),
        ("rules.yaml", "if: foreign", "if: foreign &&", "the condition cannot be read"),
        ("rules.yaml", "if: foreign", "if: language", "the condition gives '', not true or false"),
        ("rules.yaml", "if: foreign", "if: foreign && language > 3", "does not fit the types of the facts"),
        ("rules.yaml", "if: foreign", "if: foreign == 'yes'", "foreign is a bool and is compared with 'yes'"),
        ("rules.yaml", "if: foreign", "if: status == 'victim'", "status is never 'victim'"),
        ("rules.yaml", "if: foreign", "if: \"'haircut' in needs\"", "needs is never 'haircut'"),
        ("rules.yaml", "owes: food", "owes: fod", "there is no kind of duty named fod"),
        ("rules.yaml", "role: municipality", "role: town_hall", "there is no office-role named town_hall"),
        ("rules.yaml", "when: plan_agreed", "when: plan_agree", "there is no event named plan_agree"),
        (
            "rules.yaml",
            "escalates_to: state_social_service",
            "escalates_to: nobody",
            "no office-role named nobody",
        ),
        ("rules.yaml", "unit: months", "unit: weeks", "'weeks' is not one of"),
        ("rules.yaml", "id: child-plan", "id: child-risk", "child-risk is there twice"),
        ("rules.yaml", "role: lead_office", "rle: lead_office", "'rle' was unexpected"),
        ("kinds.yaml", "opens: [ordinary]", "opens: [everything]", "'everything' is not one of"),
        ("kinds.yaml", "on_fulfilled: risk_assessed", "on_fulfilled: done", "there is no event named done"),
        (
            "rules.yaml",
            "note: To be confirmed; the",
            "note: Not confirmed; the",
            "does not say this in the other",
        ),
        ("translated.yaml", 'en: "Article 10"', 'en: "Article 11"', "nothing in the pack says this"),
        ("meta.yaml", "id: al-2018-499", "id: al-2018-500", "lies in a folder named al-2018-499"),
        ("meta.yaml", "effective_to: null", "effective_to: 2017-01-01", "the pack ends before it begins"),
        (
            "meta.yaml",
            "zone: Europe/Tirane",
            "zone: Europe/Tirana",
            "there is no time zone named Europe/Tirana",
        ),
    ],
)
def test_a_fault_is_found_with_its_file_and_line(
    copy: Path, file: str, old: str, new: str, sentence: str
) -> None:
    line = spoil(copy, file, old, new)
    found = [one for one in check_pack(copy) if sentence in one.sentence]
    assert [one.file for one in found] == [file]
    assert abs(found[0].line - line) <= (4 if "rle" in new else 0)


def test_a_key_given_twice_is_found(copy: Path) -> None:
    line = spoil(copy, "meta.yaml", "country: AL\n", "country: AL\ncountry: XK\n")
    assert [(one.line, one.sentence) for one in check_pack(copy)] == [(line + 1, "country is given twice")]


def test_a_file_that_is_missing_or_not_yaml_is_found(copy: Path) -> None:
    (copy / "roles.yaml").unlink()
    (copy / "kinds.yaml").write_text("kinds: [\n", "utf-8")
    assert {one.file for one in check_pack(copy)} == {"roles.yaml", "kinds.yaml"}


def test_a_pack_without_a_lead_for_every_case_is_found(copy: Path) -> None:
    spoil(copy, "rules.yaml", "owes: lead\n", "owes: food\n")
    assert any("who leads" in one.sentence for one in check_pack(copy))


def test_a_condition_may_look_into_the_needs_with_a_name_of_its_own() -> None:
    words = {"needs": {"food"}}
    assert conditions.faults("needs.exists(kind, kind == 'food') && !child", words) == []
