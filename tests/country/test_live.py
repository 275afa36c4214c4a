from __future__ import annotations

from datetime import date, timedelta

from opennrm.coordination.rules import WARNING_BEFORE
from opennrm.country import coordination, legal_orders, meetings
from opennrm.country.files import load_country
from opennrm.country.live import live_cohort
from opennrm.country.stages import STAGES
from opennrm.exchange import codes
from opennrm.oversight.rules import REVIEW_WITHIN_HOURS

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


def test_one_order_is_in_force_and_one_waits_each_entered_and_confirmed_by_two_offices() -> None:
    entered, waits = legal_orders.written()
    assert {entered["entered"]["by"], entered["confirmed"]["by"]} == {"ra", "onac"}
    assert "confirmed" not in waits
    assert {code for one in (entered, waits) for code in one["offices"]} <= COUNTRY.office_codes


def test_every_region_has_a_case() -> None:
    assert {case.region for case in COHORT} == COUNTRY.region_codes


def test_hand_overs_are_open_accepted_and_declined_and_one_office_is_excluded() -> None:
    steps = [step for case in COHORT for step in case.steps]
    assert {step.answer for step in steps if step.do == "offer"} == {"", "accepted", "declined"}
    assert [step.office for step in steps if step.do == "exclude"] == ["asp-berat"]
    assert {"name_worker", "fulfil", "waive", "suspend", "record_consent"} <= {step.do for step in steps}


def test_one_case_was_opened_in_an_emergency_that_still_waits_for_its_review() -> None:
    [(case, step)] = [(case, step) for case in COHORT for step in case.steps if step.do == "break_glass"]
    assert step.office in {post.office for post in COUNTRY.posts} - {case.office}
    # The employment office that opens it owes nothing there: what it sees anyway would not be opened.
    assert not {"employment", "vocational_training"} & set(case.needs) or case.region != "AL-11"
    assert timedelta(0) < TODAY - step.on < timedelta(hours=REVIEW_WITHIN_HOURS)


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


def test_a_case_stands_at_each_stage_of_identification() -> None:
    done = {step.do for case in COHORT for step in case.steps}
    assert set(STAGES) <= done
    said = [step.says for case in COHORT for step in case.steps]
    assert {says["decision"] for says in said if "decision" in says} == {"official", "declined", "not_victim"}
    assert any(says.get("away") == "police" for says in said)
    assert any(says.get("review") == "asked" for says in said)


def test_each_interview_was_held_after_its_time_and_one_that_was_agreed_waits_to_be_recorded() -> None:
    waits = []
    for case in COHORT:
        steps = {step.do: step for step in case.steps}
        if "propose_interview" not in steps:
            continue
        at = steps["propose_interview"].on + timedelta(days=steps["propose_interview"].in_days)
        if "attend_interview" in steps:
            assert at < steps["attend_interview"].on, case.number
        elif at <= TODAY:
            waits.append((case.fork, "agree_interview" in steps, "arrange_interview" in steps))
    assert waits == [("child", True, False)]


def test_meetings_of_the_demonstration_fall_on_working_days_and_only_those_with_a_quorum_decide() -> None:
    bodies = {body.code: body for body in coordination.bodies(COUNTRY, coordination.written())}
    for days in range(-9, 9):
        assert meetings.day_of(days, TODAY).weekday() < 5
    for entry in meetings.written()["meetings"]:
        body = bodies[entry["body"]]
        assert ("came" in entry) == (entry["days"] < 0)
        assert not entry.get("decisions") or entry["came"] >= body.quorum
        assert {one["office"] for one in entry.get("decisions", ())} <= COUNTRY.office_codes


def test_the_agreement_of_the_demonstration_is_about_to_end_whatever_the_day() -> None:
    agreement = meetings.written()["agreement"]
    assert 0 < agreement["expires"] < WARNING_BEFORE.days
    assert set(agreement["parties"]) <= {one.code for one in COUNTRY.organisations}
