from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.access import queries as access
from opennrm.access.queries import BasisCard, ExclusionCard
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion as exclusions
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.sharing import coming_of_age, voice_queries
from opennrm.sharing import queries as consents
from opennrm.sharing.policies import DOOR as SHARING
from opennrm.sharing.queries import ConsentCard, TextCard
from opennrm.sharing.rules import EndReason
from opennrm.web import case_frame, case_request, case_voices, order_words, sharing_words, words
from opennrm.web.case_frame import Opened
from opennrm.web.forms import GovukForm, Radios

NOBODY = ("", _("Choose one"))


class ExclusionForm(GovukForm):
    """Whom to exclude and why, in a word; a sentence would lie open in the database."""

    says_optional = False
    office = forms.ChoiceField(label=_("An office"), required=False, widget=forms.Select)
    officer = forms.ChoiceField(
        label=_("or one person at work"),
        help_text=_("People of the offices that see this case."),
        required=False,
        widget=forms.Select,
    )
    reason = forms.ChoiceField(
        label=_("Why"), choices=words.choices(words.EXCLUSION_REASONS), widget=Radios(small=True)
    )

    def __init__(
        self, *args: Any, offices: list[tuple[str, str]], officers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [NOBODY, *offices]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [NOBODY, *officers]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("office")) == bool(cleaned.get("officer")):
            raise forms.ValidationError(_("Choose either an office or one person at work."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Which office sees what of a case, why and until when; who is excluded."""
    one = case_frame.opened(request, case_id, "case_sharing")
    act, offices = request.POST.get("act"), agencies.offices()
    may_exclude = CASES.may(one.actor, "casefile.exclude", one.case)
    form = (
        _form(one, offices, request.POST if act == "exclude" else None)
        if may_exclude or act == "exclude"
        else None
    )
    if request.method == "POST" and _done(request, one, form):
        return case_frame.back_to(one)
    one.read("ordinary")
    labels = {str(duty.id): duty.label for duty in duties.duties_of(case_id)}
    agreed, texts = consents.consents(case_id), consents.texts(clock.today())
    labels |= {str(card.id): str(sharing_words.PURPOSES[card.purpose]) for card in agreed}
    labels |= order_words.named(one.bases)
    excluded = access.exclusions(case_id)
    officers = agencies.officers(row.officer for row in excluded if row.officer)
    previews, is_child = _previews(one, offices), one.case.fork == "child"
    context = {
        "form": form,
        "may_exclude": may_exclude,
        "rows": _rows(one.bases, offices, labels, previews),
        "consents": [_consent(card, offices, texts) for card in agreed],
        "refused": case_voices.refused(voice_queries.askings(case_id), offices) if is_child else [],
        "of_age": coming_of_age.came_of_age(case_id) if is_child else None,
        "requests": case_request.lines(one, offices),
        "may_ask_office": SHARING.may(one.actor, "sharing.ask", one.case),
        "may_ask": SHARING.may(one.actor, "sharing.give", one.case),
        "exclusions": [_exclusion(row, offices, officers, previews) for row in excluded],
    }
    return case_frame.draw(request, one, "casefile/sharing.html", context)


def _form(one: Opened, offices: dict[int, OfficeCard], data: Any) -> ExclusionForm:
    others = [(str(id), office.shown) for id, office in offices.items() if id not in one.actor.offices]
    seeing = {basis.office for basis in one.bases} | set(one.actor.offices)
    people = agencies.officers_of(seeing, clock.today())
    return ExclusionForm(
        data, offices=sorted(others, key=lambda pair: pair[1]), officers=[(str(p.id), p.name) for p in people]
    )


def _done(request: HttpRequest, one: Opened, form: ExclusionForm | None) -> bool:
    if request.POST.get("act") == "end":
        exclusions.end_exclusion(case=one.case, exclusion=_asked(request), by=one.actor)
        messages.success(request, __("The exclusion has ended."))
        return True
    if form is None or not form.is_valid():
        CASES.require(one.actor, "casefile.exclude", one.case)
        return False
    reason = ExclusionReason(form.cleaned_data["reason"])
    if form.cleaned_data["office"]:
        exclusions.exclude_office(
            case=one.case, office=int(form.cleaned_data["office"]), reason=reason, by=one.actor
        )
    else:
        exclusions.exclude_officer(
            case=one.case, officer=int(form.cleaned_data["officer"]), reason=reason, by=one.actor
        )
    messages.success(request, __("Excluded. From now on nothing of this case is shown there."))
    return True


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("exclusion", ""))
    except ValueError as error:
        raise NotFound() from error


def _previews(one: Opened, offices: dict[int, OfficeCard]) -> dict[int, str]:
    """Where to look at the case as each office does, for whom the door opens that."""
    if not SHARING.may(one.actor, "sharing.preview", one.case):
        return {}
    return {id: reverse("case_preview", args=[one.case.id, office.code]) for id, office in offices.items()}


def _rows(
    bases: Sequence[BasisCard],
    offices: dict[int, OfficeCard],
    labels: dict[str, str],
    previews: dict[int, str],
) -> list[dict[str, Any]]:
    """One row an office: everything it sees, and each reason."""
    held: dict[int, list[BasisCard]] = {}
    for basis in bases:
        held.setdefault(basis.office, []).append(basis)
    return sorted(
        (
            {**_row(offices[office].shown, own, labels), "preview": previews.get(office)}
            for office, own in held.items()
        ),
        key=lambda row: row["office"],
    )


def _row(office: str, bases: list[BasisCard], labels: dict[str, str]) -> dict[str, Any]:
    classes = {data_class for basis in bases for data_class in basis.classes}
    whys: dict[str, list[str]] = {}
    for basis in bases:
        about = labels.get(basis.reference, basis.reference if basis.kind == "order" else "")
        whys.setdefault(words.said(words.BASES, basis.kind), []).append(about)
    until = (
        None
        if any(basis.until is None for basis in bases)
        else max(basis.until for basis in bases if basis.until)
    )
    return {
        "office": office,
        "sees": [words.said(words.DATA_CLASSES, one) for one in words.DATA_CLASSES if one in classes],
        "whys": [
            {"why": why, "about": [one for one in dict.fromkeys(about) if one]} for why, about in whys.items()
        ],
        "since": timezone.localtime(min(basis.since for basis in bases)),
        "until": timezone.localtime(until) if until else None,
    }


def _consent(card: ConsentCard, offices: dict[int, OfficeCard], texts: dict[str, TextCard]) -> dict[str, Any]:
    text = texts.get(card.language)
    stands = card.stands(clock.now())
    return {
        "id": card.id,
        "office": offices[card.recipient].shown,
        "purpose": sharing_words.PURPOSES[card.purpose],
        "sees": [words.said(words.DATA_CLASSES, one) for one in card.classes],
        "since": timezone.localtime(card.given_at),
        "until": card.last_day,
        "stands": stands,
        "ended": "" if stands else sharing_words.END_REASONS[card.ended_why or EndReason.LAPSED],
        "ask_again": stands and text is not None and text.digest != card.digest,
    }


def _exclusion(
    row: ExclusionCard,
    offices: dict[int, OfficeCard],
    officers: dict[int, OfficerCard],
    previews: dict[int, str],
) -> dict[str, Any]:
    who = offices[row.office].shown if row.office else ""
    if row.officer in officers:
        who = officers[row.officer].name
    # Row security shows the reason, and who asked, to that person and the coordinator alone; only they may end it.
    secret = __("Why is known to the one who asked and to the coordinator")
    return {
        "id": row.id,
        "who": who,
        "since": timezone.localtime(row.since),
        "asked_by": offices[row.asked_by_office].shown if row.asked_by_office else "",
        "reason": words.said(words.EXCLUSION_REASONS, row.reason) if row.asked_by_office else secret,
        "may_end": row.asked_by_office is not None,
        "preview": previews.get(row.office) if row.office else None,
    }
