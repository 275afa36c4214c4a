from __future__ import annotations

from datetime import date

from opennrm.country.files import load_country
from opennrm.country.live import live_cohort
from opennrm.exchange import codes

TODAY = date(2026, 11, 24)
COUNTRY = load_country()
COHORT = live_cohort(TODAY)


def test_forty_cases_stand_open_and_none_lies_in_a_year_of_the_account() -> None:
    assert len(COHORT) == 40
    assert not {case.identified_on.year for case in COHORT} & {2019, 2020}
    assert max(step.on for case in COHORT for step in case.steps) <= TODAY


def test_all_three_roads_of_referral_and_several_languages_are_walked() -> None:
    assert {case.fork for case in COHORT} == {"child", "consents", "does_not_consent"}
    assert {"ara", "srp", "tgl", "sqi"} <= {language for case in COHORT for language in case.languages}
    assert all((case.age < 18) == (case.fork == "child") for case in COHORT)


def test_every_region_has_a_case() -> None:
    assert {case.region for case in COHORT} == COUNTRY.region_codes


def test_hand_overs_are_open_accepted_and_declined_and_one_office_is_excluded() -> None:
    steps = [step for case in COHORT for step in case.steps]
    assert {step.answer for step in steps if step.do == "offer"} == {"", "accepted", "declined"}
    assert [step.office for step in steps if step.do == "exclude"] == ["asp-berat"]
    assert {"name_worker", "fulfil", "waive", "suspend", "record_consent"} <= {step.do for step in steps}


def test_everything_named_exists() -> None:
    posted = {post.office for post in COUNTRY.posts}
    for case in COHORT:
        assert case.office in posted
        assert case.channel in codes.CHANNELS
        assert set(case.exploitation) <= set(codes.EXPLOITATIONS)
        assert set(case.needs) <= set(codes.ASSISTANCE_KINDS)
        assert all(step.to in COUNTRY.office_codes | {""} for step in case.steps)


def test_names_are_not_those_of_the_reference_caseload() -> None:
    names = {(case.first_name, case.second_name) for case in COHORT if case.citizenship == "AL"}
    assert len(names) == sum(case.citizenship == "AL" for case in COHORT)
