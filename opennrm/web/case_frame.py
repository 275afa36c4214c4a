from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard
from opennrm.duties import queries as duties
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.web import guards, words

TABS = (
    ("case", _("Overview")),
    ("case_identification", _("Identification")),
    ("case_support", _("Support")),
    ("case_rights", _("Rights")),
    ("case_sharing", _("Sharing")),
    ("case_journal", _("Journal")),
    ("case_responsible", _("Who is responsible")),
)
# Pages that stand under a tab.
UNDER = (
    dict.fromkeys(
        (
            "case_referral",
            "case_interview",
            "case_assessment",
            "case_police_case",
            "case_decision",
            "case_circumstances",
        ),
        "case_identification",
    )
    | dict.fromkeys(("case_consent", "case_consent_new", "case_request_new", "case_preview"), "case_sharing")
    | dict.fromkeys(("case_place", "case_match", "case_leaving"), "case_support")
)
UNDER |= dict.fromkeys(("case_best_interest", "case_guardians"), "case_rights")
HIDDEN = _("Your office does not see this.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as one actor opened it on one page."""

    case: CaseCard
    actor: Actor
    page: str
    seen: frozenset[str]
    bases: tuple[access.BasisCard, ...]

    def read(self, *classes: str, verb: str = "case.read") -> None:
        """Leaves the entry of what this page shows, with the bases it may be shown on."""
        audit.record(
            verb,
            case=self.case.id,
            detail={"page": self.page, "classes": list(classes)},
            basis=access.named(self.bases, self.actor.offices, self.actor.officer, classes),
        )

    def sees(self, data_class: str) -> bool:
        """Whether her offices see this class of the case."""
        return data_class in self.seen


def opened(request: HttpRequest, case_id: UUID, page: str) -> Opened:
    """The case for a page of it: NotFound for a stranger, NotAllowed without the right to read."""
    actor = guards.actor_of(request)
    case = cases.case_by_id(case_id)
    CASES.require(actor, "casefile.read", case)
    return Opened(case, actor, page, access.classes_seen(case_id), tuple(access.bases(case_id)))


def back_to(one: Opened) -> HttpResponse:
    """Back to the page after something was done on it; to the worklist where her office saw the case for that alone."""
    return redirect(one.page, one.case.id) if cases.cases_by_id([one.case.id]) else redirect("worklist")


def draw(request: HttpRequest, one: Opened, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page inside the frame that every page of a case has; forms with errors answer the same way."""
    return render(request, template, {**frame(one), **context})


def frame(one: Opened) -> dict[str, Any]:
    """Reference, tags and tabs."""
    case, tab = one.case, UNDER.get(one.page, one.page)
    return {
        "case": case,
        "title": case.reference,
        "tags": _tags(case),
        "tabs": [
            {"label": label, "url": reverse(name, args=[case.id]), "current": name == tab}
            for name, label in TABS
        ],
        "tab_label": next(label for name, label in TABS if name == tab),
        "breadcrumbs": [{"label": __("Cases"), "url": reverse("cases")}, {"label": case.reference}],
        "hidden": HIDDEN,
        "emergency": _emergency(one),
    }


def _emergency(one: Opened) -> dict[str, Any] | None:
    """Until when she sees the case in an emergency, where that is why."""
    mine = [basis for basis in one.bases if basis.officer and basis.officer == one.actor.officer]
    if not mine or not mine[0].until:
        return None
    left = mine[0].until - clock.now()
    return {
        "id": mine[0].reference,
        "until": timezone.localtime(mine[0].until),
        "minutes": max(1, round(left.total_seconds() / 60)),
    }


def _tags(case: CaseCard) -> list[dict[str, str]]:
    status = str(identification.statuses([case.id])[case.id])
    tags = [(words.said(words.STATUSES, status), words.STATUS_COLOURS[status])]
    if case.fork == "child":
        tags.insert(0, (__("Child"), "yellow"))
    if case.fork == "does_not_consent":
        tags.insert(0, (__("Without a name"), "grey"))
    if case.is_open and duties.in_danger(case.id):
        tags.insert(0, (__("In danger"), "red"))
    if not case.is_open:
        tags.append((__("Closed"), "grey"))
    return [{"text": text, "colour": colour} for text, colour in tags]


def errors_together(forms: Iterable[Any]) -> Any:
    """The one form of a page that was sent, so that its errors stand above the page."""
    return next((form for form in forms if form.is_bound), None)
