"""One small invented world for the whole suite: a border post, two social services, a shelter, a coordinator, an authority."""

from __future__ import annotations

from datetime import date

from opennrm.agencies.actions import (
    Establishment,
    NewCompetence,
    NewOffice,
    NewOrganisation,
    NewPost,
    NewRegion,
)

LONG_AGO = date(2018, 1, 1)

REGIONS = [
    NewRegion("AL-11", "Tirana", "Tiranë"),
    NewRegion("AL-12", "Vlorë", "Vlorë"),
    NewRegion("AL-07", "Kukës", "Kukës"),
]

ORGANISATIONS = [
    NewOrganisation(code, name, name, "CentralGovernmentOrganisation")
    for code, name in (
        ("border", "Border Test Directorate"),
        ("police", "Police Test Directorate"),
        ("social", "Social Test Service"),
        ("authority", "Test Authority"),
        ("coordination", "Test Coordination"),
        ("shelter", "Test Shelter Association"),
        ("health", "Test Health"),
        ("labour", "Test Labour"),
        ("data-protection", "Test Data Protection"),
    )
]

_OFFICES = {
    "border": ("border", None),
    "police-tirana": ("police", "AL-11"),
    "social-tirana": ("social", "AL-11"),
    "social-vlora": ("social", "AL-12"),
    "authority": ("authority", None),
    "coordinator": ("coordination", None),
    "shelter": ("shelter", "AL-11"),
    "health-tirana": ("health", "AL-11"),
    "labour": ("labour", None),
    "data-protection": ("data-protection", None),
}
OFFICES = [
    NewOffice(
        code,
        f"Office {code}",
        f"Zyra {code}",
        organisation,
        is_state=organisation != "shelter",
        opened_on=LONG_AGO,
        region=region,
    )
    for code, (organisation, region) in _OFFICES.items()
]

_COMPETENCES = [
    ("police-tirana", "police_anti_trafficking", None),
    ("social-tirana", "state_social_service", "AL-11"),
    ("social-vlora", "state_social_service", "AL-12"),
    ("authority", "responsible_authority", None),
    ("coordinator", "national_coordinator", None),
    ("social-tirana", "child_protection_unit", None),
    ("shelter", "reception_centre", None),
    ("shelter", "shelter_women", None),
    ("shelter", "shelter_children", None),
    ("shelter", "shelter_men", None),
    ("shelter", "reintegration_service", None),
    ("shelter", "municipality", None),
    ("health-tirana", "health_service", "AL-11"),
    ("labour", "employment_office", None),
    ("border", "migration_office", None),
    ("data-protection", "data_protection", None),
]
COMPETENCES = [NewCompetence(office, role, region, LONG_AGO) for office, role, region in _COMPETENCES]

# username, office, role, head
PEOPLE = [
    ("border-ana", "border", "case_worker", True),
    ("border-ben", "border", "case_worker", False),
    ("police-petra", "police-tirana", "case_worker", True),
    ("social-sara", "social-tirana", "case_worker", True),
    ("social-vera", "social-vlora", "case_worker", True),
    ("authority-rita", "authority", "secretary", True),
    ("coordinator-kim", "coordinator", "coordinator", True),
    ("shelter-sam", "shelter", "case_worker", True),
    ("health-hana", "health-tirana", "case_worker", True),
    ("labour-lea", "labour", "case_worker", True),
    ("analyst-ada", "coordinator", "analyst", False),
    ("officer-dpo", "data-protection", "data_protection", True),
    ("admin-abe", "authority", "administrator", False),
]
POSTS = [
    NewPost(
        office,
        f"Post of {username}",
        f"Vendi i {username}",
        role,
        True,
        LONG_AGO,
        is_head=head,
        officer=f"Test {username}",
        username=username,
    )
    for username, office, role, head in PEOPLE
]

WORLD = Establishment(REGIONS, ORGANISATIONS, OFFICES, COMPETENCES, POSTS)
AUTHORITY_ORDER = "Test order 1: the authority administers the register"
CHILD_ROLES = dict.fromkeys(("child_protection_unit", "shelter_children"), "Invented for the suite.")
CONSENT_TEXTS = {
    "en": "Somebody reads this out before you agree.",
    "sq": "Dikush e lexon këtë para se të pranoni.",
}
