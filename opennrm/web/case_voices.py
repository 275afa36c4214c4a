from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as __

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.people import queries as people
from opennrm.sharing import queries, voice_queries, voices
from opennrm.sharing.policies import DOOR
from opennrm.sharing.queries import ConsentCard, TextCard
from opennrm.sharing.rules import WithdrawnHow
from opennrm.sharing.voice_queries import AskingCard, VoiceCard
from opennrm.sharing.voice_rules import Situation, Whose, weight
from opennrm.web import case_frame, names
from opennrm.web import sharing_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.consent_forms import WithdrawForm
from opennrm.web.consent_rows import asked_rows, back, rows_of, shared_then, what_form
from opennrm.web.page_acts import day
from opennrm.web.voice_forms import ChildWhatForm, VoicesForm


def ask(request: HttpRequest, one: Opened) -> HttpResponse:
    """Asks the child and the guardian in two steps: what to share, then the text read out to each alone."""
    texts, offices = queries.texts(clock.today()), agencies.offices()
    what = what_form(ChildWhatForm, one, offices, texts, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not what.is_valid():
        one.read("ordinary")
        return case_frame.draw(request, one, "casefile/consent_what.html", {"form": what})
    situation, act = voices.situation_of(one.case), request.POST.get("act")
    read_out = {
        Whose.CHILD: texts[what.cleaned_data["language"]],
        Whose.GUARDIAN: texts[what.cleaned_data["guardian_language"]],
    }
    form = VoicesForm(
        request.POST if act == "agree" else None,
        prefix="asked",
        weight=weight(situation.age, situation.ages),
        guardians=_guardians(one, situation),
        initial={f"{whose}_digest": text.digest for whose, text in read_out.items()}
        | {f"{whose}_on": clock.today() for whose in Whose},
    )
    if act == "agree" and form.is_valid():
        said_by = {whose: form.voice(whose, text.language) for whose, text in read_out.items()}
        came = voices.hear(
            case=one.case,
            new=what.new(),
            child=said_by[Whose.CHILD],
            guardian=said_by[Whose.GUARDIAN],
            by=one.actor,
        )
        messages.success(request, str(said.OUTCOMES[came.outcome]))
        return back(one)
    one.read("ordinary", "contact")
    context = {
        "form": form,
        "sent": what.sent(),
        "rows": asked_rows(what, offices),
        "ages": situation.ages,
        "parts": [_part(whose, form, text, situation) for whose, text in read_out.items()],
    }
    return case_frame.draw(request, one, "casefile/consent_ask_child.html", context)


def consent(request: HttpRequest, one: Opened, card: ConsentCard, text: TextCard) -> HttpResponse:
    """What the child and the guardian agreed to, what each said, and that one of them no longer does."""
    asking = voice_queries.asking_of(card.id)
    if asking is None:
        raise NotFound()
    act = request.POST.get("act", "")
    may = card.stands(clock.now()) and DOOR.may(one.actor, "sharing.withdraw", one.case)
    forms = {
        voice.whose: WithdrawForm(request.POST if act == voice.whose else None, prefix=voice.whose)
        for voice in asking.voices
    }
    if request.method == "POST":
        voice = next((voice for voice in asking.voices if voice.whose == act), None)
        if voice is None:
            raise NotFound()
        if forms[act].is_valid():
            how = WithdrawnHow(forms[act].cleaned_data["how"])
            voices.take_back(case=one.case, voice=voice.id, how=how, by=one.actor)
            messages.success(
                request, __("Recorded. The office sees nothing more of it, and no help is lost.")
            )
            return back(one)
    one.read("ordinary")
    offices = agencies.offices([card.recipient, card.office])
    context = {
        "form": case_frame.errors_together(forms.values()),
        "rows": rows_of(card, offices),
        "voices": [
            _shown(voice, offices[card.office], forms[voice.whose] if may and _may_change(voice) else None)
            for voice in asking.voices
        ],
        "text": text,
        "shared": shared_then(one, card),
    }
    return case_frame.draw(request, one, "casefile/consent_child.html", context)


def refused(cards: list[AskingCard], offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """The askings to which somebody said no, for the page of what is shared."""
    return [
        {
            "office": offices[card.recipient].shown,
            "purpose": said.PURPOSES[card.purpose],
            "why": said.HEARD_JOURNAL[f"{card.dissented()}_dissents"],
            "on": timezone.localtime(card.asked_at),
        }
        for card in cards
        if card.consent is None and card.dissented()
    ]


def _may_change(voice: VoiceCard) -> bool:
    return voice.word == "agrees" or voice.whose == Whose.CHILD


def _guardians(one: Opened, situation: Situation) -> list[tuple[str, str]]:
    known, _dependants = people.carers(one.case.id, by=one.actor)
    return [
        (str(card.id), f"{card.name}, {card.relation}" if card.relation else card.name)
        for card in known
        if card.id in situation.guardians
    ]


def _part(whose: Whose, form: VoicesForm, text: TextCard, situation: Situation) -> dict[str, Any]:
    child = whose is Whose.CHILD
    nobody = not child and not situation.guardians
    return {
        "heading": said.WHOSE[whose],
        "text": text,
        "fields": form.parts(whose),
        "weight": said.WEIGHTS[weight(situation.age, situation.ages)] if child else "",
        "nobody": __(
            "Nobody is recorded who may answer for the child. A best-interest decision on this share stands in that place."
        )
        if nobody
        else "",
    }


def _shown(voice: VoiceCard, office: OfficeCard, form: WithdrawForm | None) -> dict[str, Any]:
    explained = (
        agencies.officers([voice.explained_by]).get(voice.explained_by) if voice.explained_by else None
    )
    by = (
        __("Explained by %(who)s, %(office)s") % {"who": explained.name, "office": office.shown}
        if explained
        else ""
    )
    rows: list[dict[str, Any]] = [
        {
            "key": said.WHAT_SAID[voice.whose],
            "value": said.VOICES[voice.why_not or voice.word],
            "hint": said.WEIGHTS[voice.weight] if voice.weight else "",
        }
    ]
    if voice.on:
        rows += [
            {"key": __("On which day"), "value": day(voice.on), "hint": by},
            {
                "key": __("How it was said"),
                "value": said.WAYS[voice.way],
                "hint": names.language(voice.language),
            },
        ]
    if voice.ended_at:
        how = said.WITHDRAWN_HOW[voice.withdrawn_how]
        rows.append(
            {"key": __("Taken back on"), "value": day(timezone.localtime(voice.ended_at)), "hint": how}
        )
    return {
        "whose": voice.whose,
        "heading": said.WHOSE[voice.whose],
        "rows": rows,
        "form": form,
        "taken_back": said.TAKEN_BACK[voice.whose],
    }
