from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from opennrm.country.files import ALBANIA, CountryRefused, load_country

COUNTRY = load_country()
ACCOUNTS = """
border-police miu-vlora miu-vlora-police asp-tirana sss-tirana ra-secretary coordinator coalition
shelter-nrc shelter-vatra shelter-de shelter-tv labour-inspector shelter-director-nrc
victim-coordinator prosecutor-spak child-prosecutor migration-officer asylum-officer return-partner
employment-office municipality-grants grant-scorer finance analyst minister auditor dpo admin
""".split()  # noqa: SIM905 - compared with the design as a block
PACKS = Path(__file__).parents[2] / "opennrm" / "duties" / "packs"


def test_every_demo_account_has_one_post() -> None:
    usernames = [post.username for post in COUNTRY.posts if post.username]
    assert sorted(usernames) == sorted(ACCOUNTS)


def test_mobile_units_are_in_three_regions_in_2019_and_eight_in_2020() -> None:
    in_2019 = COUNTRY.regions_with("mobile_unit", date(2019, 1, 1), date(2019, 12, 31))
    in_2020 = COUNTRY.regions_with("mobile_unit", date(2020, 1, 1), date(2020, 12, 31))
    names = {region.code: region.name for region in COUNTRY.regions}
    assert len(in_2019) == 3
    assert sorted(names[code] for code in in_2020) == [
        "Berat", "Dibër", "Durrës", "Elbasan", "Kukës", "Shkodër", "Tirana", "Vlorë",
    ]  # fmt: skip


def test_there_is_one_state_shelter_and_three_of_associations() -> None:
    shelters = {held.office for held in COUNTRY.competences if held.role == "shelter"}
    assert sorted(office.is_state for office in COUNTRY.offices if office.code in shelters) == [False] * 3 + [
        True
    ]


def test_twelve_regions_each_have_police_social_service_child_protection_and_a_committee() -> None:
    for role in (
        "police_anti_trafficking",
        "state_social_service",
        "child_protection_unit",
        "regional_committee",
    ):
        assert len(COUNTRY.regions_with(role, date(2020, 1, 1), date(2020, 12, 31))) == 12


def test_some_needs_have_no_provider_so_that_gaps_appear() -> None:
    covered = COUNTRY.regions_with("reintegration_service", date(2026, 1, 1), date(2026, 12, 31))
    assert COUNTRY.region_codes - set(covered) == {"AL-05", "AL-07", "AL-09"}


def test_every_role_of_the_operating_procedures_is_held_by_an_office() -> None:
    held = {competence.role for competence in COUNTRY.competences}
    for path in PACKS.glob("al-*/roles.yaml"):
        for role in yaml.safe_load(path.read_text(encoding="utf-8"))["roles"]:
            assert role["found_by"] != "competence" or role["code"] in held, role["code"]


def test_mobile_units_have_no_permanent_staff() -> None:
    assert not any(post.permanent for post in COUNTRY.posts if post.office.startswith("miu-"))


def test_every_office_that_can_be_asked_has_a_head_or_an_account() -> None:
    asked = {competence.office for competence in COUNTRY.competences}
    assert asked <= {post.office for post in COUNTRY.posts}


def test_the_responsible_authority_sees_the_ordinary_class_by_order() -> None:
    [order] = COUNTRY.orders
    assert (order.office, order.classes) == ("ra", ("ordinary",))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("offices-national", "substitute: onac", "substitute: nowhere"),
        ("offices-national", "organisation: iom", "organisation: nobody"),
        ("offices-national", "code: spak", "code: iom"),
        ("accounts", "office: spak", "office: nowhere"),
    ],
)
def test_files_that_contradict_themselves_are_refused(tmp_path: Path, file: str, old: str, new: str) -> None:
    shutil.copytree(ALBANIA, tmp_path / "albania")
    path = tmp_path / "albania" / f"{file}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CountryRefused):
        load_country(tmp_path / "albania")
