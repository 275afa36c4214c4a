"""Steps of the procedure of identification as several walks take them: a person referred and the referral accepted."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.walking import Walk, enter_case, follow, press, reference

LEAD, POLICE, SOCIAL_SERVICE = "miu-vlora", "asp-tirana", "sss-tirana"
PARTS = {
    "referral": "Referral",
    "interview": "Joint interview",
    "assessment": "Each agency's assessment",
    "police-case": "Police case",
    "decision": "Decision, notice and review",
}


def part(case: str, name: str) -> str:
    """The address of a page of the procedure on a case."""
    return f"{case}identification/{name}/"


def found_in_tirana(page: Page, name: str) -> tuple[str, str]:
    """An adult who agrees is entered in Tirana; the address of the case and its reference."""
    case = enter_case(page, "consents", region="AL-11", first_name=name, second_name="Shembulli", age="26")
    return case, reference(page)


def refer(page: Page, case: str, *addressees: str) -> None:
    """The lead refers the person to these."""
    page.goto(part(case, "referral"))
    for one in addressees:
        press(page, f"Refer to the {one}")


def open_referral(page: Page, case_reference: str) -> None:
    """Opens the referral from the list of today."""
    page.goto("/")
    follow(page, f"Answer the referral: {case_reference}")


def accepted(walk: Walk, name: str) -> tuple[str, Page, Page, Page]:
    """A case whose referral both agencies have accepted, and the windows of the lead, the police and the social service."""
    lead = walk.as_(LEAD)
    case, known_as = found_in_tirana(lead, name)
    refer(lead, case, "police", "State Social Service")
    police, social_service = walk.as_(POLICE), walk.as_(SOCIAL_SERVICE)
    for page in (police, social_service):
        open_referral(page, known_as)
        press(page, "Accept the referral")
    return case, lead, police, social_service


def case_where(page: Page, duty: str, step: str, says: str, *, child: bool) -> str:
    """The first case of a child or of an adult on the list of today with this duty whose page of that step says so."""
    page.goto("/")
    rows = page.locator("tr").filter(has=page.get_by_role("rowheader", name=duty))
    rows = rows.filter(has_text="a child") if child else rows.filter(has_not_text="a child")
    addresses = rows.locator("a.app-reference").evaluate_all("all => all.map(one => one.pathname)")
    for case in dict.fromkeys(addresses):
        page.goto(part(case, step))
        if says in page.get_by_role("main").inner_text():
            return str(case)
    raise AssertionError(f"no case with “{duty}” says “{says}”")
