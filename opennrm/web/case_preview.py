from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.views.decorators.http import require_safe

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.duties import queries as duties
from opennrm.duties.rules import OfferState
from opennrm.lib.problems import NotFound
from opennrm.sharing import preview as previews
from opennrm.sharing import queries as consents
from opennrm.sharing.preview import Preview
from opennrm.web import case_frame, order_words, sharing_words, words
from opennrm.web.case_frame import Opened


@require_safe
def preview(request: HttpRequest, case_id: UUID, office_code: str) -> HttpResponse:
    """What one office sees of a case, in words: data, pages and parts, what it owes, on which grounds and until when."""
    one = case_frame.opened(request, case_id, "case_preview")
    office = agencies.office_by_code(office_code)
    if office is None:
        raise NotFound()
    found = previews.preview(case=one.case, office=office.id, by=one.actor)
    one.read("ordinary")
    context = {
        "office": office.shown,
        "sentence": _sentence(found),
        "classes": [_class(name, found) for name in words.DATA_CLASSES],
        "sections": [
            {"key": sharing_words.SECTIONS[section], "value": sharing_words.OPENINGS[how]}
            for section, how in found.sections.items()
        ],
        "owes": _owes(one, office, found),
        "grounds": _grounds(one, office),
    }
    return case_frame.draw(request, one, "casefile/preview.html", context)


def _sentence(found: Preview) -> str:
    if found.opens_case:
        return __("Every page of this case opens to somebody of this office.")
    if found.classes:
        return __("No page of this case opens to this office. It sees only what it was asked to answer.")
    return __("This office sees nothing of this case: for it, there is no such case.")


def _class(name: str, found: Preview) -> dict[str, Any]:
    if name not in found.classes:
        return {"key": words.DATA_CLASSES[name], "value": __("No")}
    until = found.classes[name]
    says = __("Yes, while the reason stands")
    if until is not None:
        said = date_format(timezone.localtime(until), "j F Y, H:i")
        says = __("Yes, until %(until)s") % {"until": said}
    return {"key": words.DATA_CLASSES[name], "value": says}


def _owes(one: Opened, office: OfficeCard, found: Preview) -> list[str]:
    """What it owes and what it is offered, of what both it and the one who looks see."""
    seen, offered = found.rows.get("duties_duty", ()), found.rows.get("duties_offer", ())
    cards = duties.duties_of(one.case.id)
    labels = {card.id: card.label for card in cards}
    owed = [
        card.label for card in cards if card.is_open and card.holder_id == office.id and str(card.id) in seen
    ]
    asked = [
        __("Offered: %(duty)s") % {"duty": labels[offer.duty_id]}
        for offer in duties.offers_of(one.case.id)
        if offer.to_office_id == office.id and offer.state == OfferState.OPEN and str(offer.id) in offered
    ]
    return [*owed, *asked]


def _grounds(one: Opened, office: OfficeCard) -> list[dict[str, Any]]:
    about = {str(card.id): card.label for card in duties.duties_of(one.case.id)}
    about |= {
        str(card.id): str(sharing_words.PURPOSES[card.purpose]) for card in consents.consents(one.case.id)
    }
    about |= order_words.named(one.bases)
    return [
        {
            "key": words.said(words.BASES, basis.kind),
            "several": [
                said
                for said in (
                    about.get(basis.reference, basis.reference if basis.kind == "order" else ""),
                    "; ".join(str(words.said(words.DATA_CLASSES, name)) for name in basis.classes),
                    date_format(timezone.localtime(basis.until), "j F Y, H:i") if basis.until else "",
                )
                if said
            ],
        }
        for basis in one.bases
        if basis.office == office.id
    ]
