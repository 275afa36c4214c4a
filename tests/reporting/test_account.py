from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.reporting.account import account, cases_behind
from opennrm.reporting.renderers import as_html, as_json, as_markdown
from tests.acting import by
from tests.reporting.people_of_a_year import MAY, competent, give_sight, identified

pytestmark = pytest.mark.django_db


def figure(figure_id: str, year: int = 2020, as_at: date | None = None) -> tuple[int | None, str]:
    found = account(year, as_at).figure(figure_id)
    return found.now.value, str(found.now.state)


def check(check_id: str) -> tuple[bool, str]:
    return next((c.ok, c.says) for c in account(2020).checks if c.id == check_id)


def test_a_person_without_a_decision_is_a_potential_victim() -> None:
    identified()
    assert figure("identified.potential") == (1, "known")
    assert figure("identified.official") == (0, "none")
    assert figure("identified.all") == (1, "known")


def test_a_person_decided_official_is_one() -> None:
    identified(decision="official")
    assert figure("identified.official") == (1, "known")
    assert figure("identified.potential") == (0, "none")


def test_a_decision_taken_after_the_day_of_the_account_does_not_count_yet() -> None:
    identified(decision="official", decided_on=date(2021, 4, 1))
    assert figure("identified.potential") == (1, "known")
    assert figure("identified.official", as_at=date(2021, 4, 1)) == (1, "known")


def test_a_decision_that_became_known_after_the_day_of_the_account_does_not_count_yet() -> None:
    identified(decision="official", decided_on=MAY, decision_known_on=date(2021, 6, 1))
    assert figure("identified.official") == (0, "none")
    assert figure("identified.official", as_at=date(2021, 6, 1)) == (1, "known")


def test_one_who_declines_official_status_stays_a_potential_victim() -> None:
    identified(decision="declined")
    assert figure("identified.potential") == (1, "known")


def test_one_found_not_to_be_a_victim_is_left_out_and_the_zero_is_known() -> None:
    identified(decision="not_victim", channel="miu")
    assert figure("identified.all") == (0, "none")
    assert figure("miu.identified") == (0, "none")


def test_one_identified_in_december_and_known_in_may_counts_from_may() -> None:
    identified(date(2020, 12, 30), known_on=date(2021, 5, 2))
    assert figure("identified.all") == (None, "not_reported")
    assert figure("identified.all", as_at=date(2021, 5, 2)) == (1, "known")


def test_the_day_decides_the_year() -> None:
    identified(date(2019, 12, 31))
    identified(date(2020, 1, 1))
    identified(date(2020, 12, 31))
    identified(date(2021, 1, 1))
    drawn = account(2020).figure("identified.all")
    assert (drawn.now.value, drawn.before.value) == (2, 1)


def test_two_forms_of_exploitation_count_in_both_and_none_in_none() -> None:
    identified(exploitation=("SexualExploitation", "ForcedBegging"))
    identified(exploitation=())
    assert figure("identified.exploitation.sex") == (1, "known")
    assert figure("identified.exploitation.labour") == (1, "known")
    assert figure("identified.exploitation.other") == (0, "none")


def test_two_forms_of_labour_are_one_person() -> None:
    identified(exploitation=("ForcedLabour", "ForcedBegging"))
    assert figure("identified.exploitation.labour") == (1, "known")


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("ForcedLabour", "labour"),
        ("ChildLabour", "labour"),
        ("Servitude", "labour"),
        ("ForcedBegging", "labour"),
        ("ForcedCriminality", "forced_criminality"),
        ("ForcedMarriage", "forced_marriage"),
        ("OrganRemoval", "organ_removal"),
        ("Surrogacy", "surrogacy"),
        ("ForcedAdoption", "forced_adoption"),
        ("ForcedMilitaryByNonStateActors", "forced_military_by_non_state_actors"),
        ("Other", "other"),
    ],
)
def test_each_form_is_counted_under_its_name(code: str, counted: str) -> None:
    identified(exploitation=(code,))
    assert figure(f"identified.exploitation.{counted}") == (1, "known")


def test_no_form_recorded_for_anyone_is_not_reported() -> None:
    identified(exploitation=())
    assert figure("identified.exploitation.sex") == (None, "not_reported")


def test_women_and_men_are_counted_and_others_only_where_there_are_any() -> None:
    identified(sex="Feminine")
    identified(sex="Masculine")
    assert (figure("identified.sex.female"), figure("identified.sex.male")) == ((1, "known"), (1, "known"))
    with pytest.raises(NotFound):
        figure("identified.sex.other")
    identified(sex="NonConforming")
    assert figure("identified.sex.other") == (1, "known")


def test_one_who_turns_18_on_the_day_is_an_adult() -> None:
    identified(age=17)
    identified(age=18)
    identified(age=None)
    assert figure("identified.age.child") == (1, "known")
    assert figure("identified.age.adult") == (1, "known")


def test_foreign_is_who_has_no_citizenship_of_the_country() -> None:
    identified(citizenship=("RS",))
    identified(citizenship=("AL", "RS"))
    identified(citizenship=())
    assert figure("identified.foreign") == (1, "known")
    assert figure("identified.foreign.RS") == (1, "known")
    assert (
        account(2020).figure("identified.foreign.RS").denominator
        == account(2020).figure("identified.foreign").now
    )


@pytest.mark.parametrize(
    ("channel", "counted"),
    [
        ("miu", 1),
        ("police", 1),
        ("border", 1),
        ("labour_inspectorate", 1),
        ("ngo", 0),
        ("hotline", 0),
        ("self", 0),
        ("other", 0),
    ],
)
def test_government_is_four_channels(channel: str, counted: int) -> None:
    identified(channel=channel)
    assert figure("identified.by_government")[0] == counted
    assert figure("miu.identified")[0] == (1 if channel == "miu" else 0)


def test_no_channel_recorded_for_anyone_is_not_reported() -> None:
    identified(channel="")
    assert figure("miu.identified") == (None, "not_reported")


def test_regions_with_a_mobile_unit_are_those_competent_on_any_day_of_the_year() -> None:
    competent("mobile_unit", "AL-11", date(2013, 1, 1), date(2020, 1, 1))
    competent("mobile_unit", "AL-12", date(2020, 12, 31), None)
    competent("mobile_unit", "AL-07", date(2021, 1, 1), None)
    drawn = account(2020).figure("miu.regions")
    assert (drawn.now.value, drawn.before.value) == (2, 1)


def test_nobody_knows_of_mobile_units_in_a_world_without_one() -> None:
    assert figure("miu.regions") == (None, "not_reported")


def test_shelters_are_counted_by_who_runs_them() -> None:
    competent("shelter", None, date(2010, 1, 1), None)
    assert figure("shelters.ngo") == (1, "known")
    assert figure("shelters.state") == (None, "not_reported")


def served(kind: str, subject: str, on: date = date(2020, 6, 1)) -> tuple[tuple[str, str, date], ...]:
    return ((kind, subject, on),)


def test_assisted_are_people_with_a_service_in_the_year_whenever_they_were_identified() -> None:
    identified(date(2018, 5, 1), facts=served("service", "food") + served("service", "vocational_training"))
    identified(facts=served("service", "food", date(2021, 1, 1)))
    identified(facts=served("job_seeker", ""))
    assert figure("assisted.all") == (1, "known")
    assert figure("assisted.vocational_training") == (1, "known")
    assert figure("assistance.kinds") == (2, "known")
    assert figure("employment.registered") == (1, "known")


def test_permits_refused_are_not_granted() -> None:
    identified(facts=served("residence_permit", "refused"))
    assert figure("residence.granted_or_renewed") == (0, "none")
    identified(facts=served("residence_permit", "granted") + served("residence_permit", "renewed"))
    assert figure("residence.granted_or_renewed") == (1, "known")


def test_cooperation_nobody_reported_is_not_a_zero() -> None:
    identified()
    assert figure("justice.cooperating") == (None, "not_reported")
    identified(facts=served("cooperation", "no"))
    assert figure("justice.cooperating") == (0, "none")
    identified(facts=served("cooperation", "yes"))
    assert figure("justice.cooperating") == (1, "known")


def test_returns_are_counted_by_direction_and_country() -> None:
    identified(facts=served("repatriation", "out:GM"))
    identified(facts=served("repatriation", "in:IT"))
    assert figure("repatriation.out.GM") == (1, "known")
    assert figure("repatriation.in") == (1, "known")
    assert figure("repatriation.out") == (1, "known")
    assert check("returned_out_sums_by_country") == (True, "1 = 1")


def test_what_adds_up_is_said_as_a_sum() -> None:
    identified(sex="Feminine")
    identified(sex="Masculine")
    assert check("by_sex_sums_to_identified") == (True, "1 + 1 = 2")


def test_what_does_not_add_up_says_why() -> None:
    identified()
    for _ in range(5):
        identified(exploitation=(), decision="official")
    sentence = "1 of 6: five official victims without a published form of exploitation"
    assert check("by_exploitation_sums_to_identified") == (False, sentence)


def test_a_person_counted_twice_is_said_even_where_the_sum_is_right() -> None:
    identified(exploitation=("SexualExploitation", "ForcedMarriage"))
    identified(exploitation=())
    ok, says = check("by_exploitation_sums_to_identified")
    assert not ok
    assert says == (
        "1 + 1 = 2 of 2: one potential victim without a published form of exploitation; "
        "one entry is of people counted more than once"
    )


def test_the_account_of_a_year_that_still_runs_is_as_known_today() -> None:
    with clock.stopped_at(datetime(2020, 7, 1, 12, tzinfo=UTC)):
        assert account(2020).as_at == date(2020, 7, 1)
        with pytest.raises(Problem):
            account(2021)
    assert account(2020).as_at == date(2021, 3, 31)
    with pytest.raises(Problem):
        account(2020, date(2019, 12, 31))


def test_the_json_has_the_promised_shape() -> None:
    identified()
    written: dict[str, Any] = as_json(account(2020))
    assert list(written) == ["year", "as_at", "country", "sop", "currency", "usd_rate", "figures", "checks"]
    assert (written["currency"], written["usd_rate"], written["sop"]) == ("ALL", 100.35, "al-2018-499")
    potential = next(f for f in written["figures"] if f["id"] == "identified.potential")
    assert potential == {
        "id": "identified.potential",
        "label": "Potential victims",
        "value": 1,
        "state": "known",
        "unit": "persons",
        "denominator": {"id": "identified.all", "value": 1},
        "previous": {"year": 2019, "value": None, "state": "not_reported"},
    }


def test_text_and_page_say_what_was_not_reported() -> None:
    identified()
    drawn = account(2020)
    assert "| Cooperating with investigations | not reported |" in as_markdown(drawn)
    assert "1 person was identified" in as_html(drawn)


def test_drawing_the_account_takes_a_fixed_number_of_queries(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    identified()
    with django_assert_num_queries(24):
        account(2020)


def test_cases_behind_a_figure_are_those_she_sees_anyway() -> None:
    identified()
    seen = identified(channel="miu")
    give_sight(seen, "social-tirana")
    with by("social-sara") as sara:
        assert cases_behind("identified.all", 2020, by=sara) == [seen]
        assert cases_behind("miu.identified", 2020, by=sara) == [seen]
        assert cases_behind("identified.official", 2020, by=sara) == []
        assert cases_behind("identified.exploitation.sex", 2020, by=sara) == [seen]
        assert cases_behind("identified.exploitation.other", 2020, by=sara) == []
        assert cases_behind("identified.foreign", 2020, by=sara) == []
        assert cases_behind("assisted.all", 2020, by=sara) == []
        assert cases_behind("miu.regions", 2020, by=sara) == []


def test_the_authority_sees_every_case_behind_a_figure() -> None:
    case = identified(facts=served("service", "food"))
    with by("authority-rita") as rita:
        assert cases_behind("assisted.all", 2020, by=rita) == [case]


def test_an_analyst_sees_figures_and_no_case() -> None:
    with by("analyst-ada") as ada, pytest.raises(NotAllowed):
        cases_behind("identified.all", 2020, by=ada)


def test_another_office_finds_no_case_behind_a_figure() -> None:
    give_sight(identified(), "social-tirana")
    with by("social-vera") as vera:
        assert cases_behind("identified.all", 2020, by=vera) == []
