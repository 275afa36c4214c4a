from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opennrm.duties import procedure_words as words
from opennrm.duties import queries as duties
from opennrm.duties.drawing import PLACES, Place, drawing, places_of
from opennrm.duties.limits import acts
from opennrm.duties.pack import Pack, Rule, packs
from opennrm.duties.planning import planned_from
from opennrm.duties.sops import confirmed_sop, sop, sop_in_force
from opennrm.web import case_frame, guards

COLOURS = {Place.DONE: "grey", Place.OWED: "blue", Place.NOT_REACHED: "teal"}


@require_safe
def procedure(request: HttpRequest) -> HttpResponse:
    """Every rule of a procedure in plain words, with its source; the one in force unless another is asked for."""
    in_force = sop_in_force()
    asked = request.GET.get("sop", in_force)
    if asked not in packs():
        raise Http404
    pack, language = confirmed_sop(asked), _language()
    context = {
        "pack": pack,
        "name": pack.name.in_language(language),
        "in_force": asked == in_force,
        "planned_from": planned_from(asked),
        "may_plan": guards.may_enter(guards.actor_of(request), "adoption"),
        "note": pack.said(pack.note, language),
        "others": [
            {"url": f"{reverse('procedure')}?sop={other}", "label": sop(other).name.in_language(language)}
            for other in packs()
            if other != asked
        ],
        "svg": SafeString(drawing(pack, language=language)),
        "columns": _columns(_("What"), _("When"), _("Who owes it"), _("By when"), _("Source")),
        "stages": _stages(pack, language),
    }
    return render(request, "duties/procedure.html", context)


@require_safe
def case_procedure(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The procedure of a case with its place in it: what is done, what is owed now, what was not reached."""
    one = case_frame.opened(request, case_id, "case_responsible")
    replace(one, page="case_procedure").read("ordinary")
    pack, language = confirmed_sop(one.case.sop), _language()
    places = places_of(duties.duties_of(case_id))
    context = {
        "pack": pack,
        "name": pack.name.in_language(language),
        "svg": SafeString(drawing(reached_of(pack, places), language=language, places=places)),
        "columns": _columns(_("What"), _("Where it stands"), _("When"), _("Who owes it"), _("By when")),
        "reached": [
            _placed(rule, pack, language, places) for rule in _in_order(pack, places) if rule.id in places
        ],
        "not_reached": [
            _placed(rule, pack, language, places) for rule in pack.rules if rule.id not in places
        ],
    }
    return case_frame.draw(request, one, "casefile/procedure.html", context)


def _language() -> str:
    return get_language() or "en"


def _columns(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label} for label in labels]


def _stages(pack: Pack, language: str) -> list[dict[str, Any]]:
    rules: dict[str, list[Rule]] = {stage.code: [] for stage in pack.stages}
    for rule in pack.rules:
        rules[pack.stage_of[rule.owes].code].append(rule)
    return [
        {
            "name": stage.name.in_language(language),
            "rows": [_explained(rule, pack, language) for rule in rules[stage.code]],
        }
        for stage in pack.stages
        if rules[stage.code]
    ]


def _explained(rule: Rule, pack: Pack, language: str) -> list[Any]:
    forms = ", ".join(pack.forms[form].name.in_language(language) for form in rule.forms)
    told = words.escalation_in_words(rule, pack, language)
    source = {
        "text": pack.source_said(rule.source, language),
        "hint": pack.said(rule.source.note, language),
    }
    return [
        {
            "text": _name(rule, pack, language),
            "hint": _("Form: %(forms)s") % {"forms": forms} if forms else "",
        },
        {"text": words.when_in_words(rule, pack, language)},
        {
            "text": pack.roles[rule.role].name.in_language(language),
            "hint": _("After the limit told: %(offices)s") % {"offices": told} if told else "",
        },
        _limit(rule),
        source,
    ]


def _limit(rule: Rule) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "text": words.limit_in_words(rule.limit),
        "hint": words.pauses_in_words(rule) if rule.limit else "",
    }
    if rule.verified:
        cell["tag"] = {"text": _("Verified"), "colour": "green"}
    elif acts(rule.limit):
        cell["tag"] = {"text": _("Confirmed here"), "colour": "green"}
    else:
        cell["tag"] = {"text": _("To be confirmed"), "colour": "yellow"}
    return cell


def _name(rule: Rule, pack: Pack, language: str) -> str:
    return pack.kinds[rule.owes].name.in_language(language)


def reached_of(pack: Pack, places: dict[str, Place]) -> Pack:
    """The procedure with those rules alone that asked something on a case, and the stages they stand in."""
    rules = tuple(rule for rule in pack.rules if rule.id in places)
    owed = {rule.owes for rule in rules}
    return replace(pack, rules=rules, stages=tuple(stage for stage in pack.stages if owed & set(stage.kinds)))


def _in_order(pack: Pack, places: dict[str, Place]) -> list[Rule]:
    """What is owed now first, then what is done, then the rest."""
    order = [Place.OWED, Place.DONE, Place.NOT_REACHED]
    return sorted(pack.rules, key=lambda rule: order.index(places.get(rule.id, Place.NOT_REACHED)))


def _placed(rule: Rule, pack: Pack, language: str, places: dict[str, Place]) -> list[Any]:
    place = places.get(rule.id, Place.NOT_REACHED)
    return [
        {"text": _name(rule, pack, language)},
        {"tag": {"text": PLACES[place], "colour": COLOURS[place]}},
        {"text": words.when_in_words(rule, pack, language)},
        {"text": pack.roles[rule.role].name.in_language(language)},
        {"text": words.limit_in_words(rule.limit)},
    ]
