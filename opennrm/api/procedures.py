from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Schema

from opennrm.api.opened import opened
from opennrm.api.service import reads
from opennrm.duties import procedure_words as words
from opennrm.duties import queries as duties
from opennrm.duties.drawing import Place, places_of
from opennrm.duties.limits import acts
from opennrm.duties.pack import Pack, Rule, packs
from opennrm.duties.planning import planned_from
from opennrm.duties.sops import confirmed_sop, sop, sop_in_force
from opennrm.lib.problems import NotFound


class ProcedureLine(Schema):
    id: str
    name: str
    in_force: bool
    draft: bool
    planned_from: date | None


class ProcedureLines(Schema):
    procedures: list[ProcedureLine]


class RuleInWords(Schema):
    """One rule in the words of the pages; a limit that is not verified or confirmed only reminds."""

    id: str
    stage: str
    owes: str
    label: str
    when: str
    role: str
    role_label: str
    limit: str
    verified: bool
    confirmed_here: bool
    paused_by: str
    told_after_the_limit: str
    forms: list[str]
    source: str
    note: str


class Procedure(Schema):
    id: str
    name: str
    instrument: str
    version: str
    in_force: bool
    draft: bool
    planned_from: date | None
    note: str
    rules: list[RuleInWords]


class PlacedRule(RuleInWords):
    """A rule with where a case stands with it: done, owed or not_reached."""

    place: str


class CaseProcedure(Schema):
    procedure: str
    name: str
    rules: list[PlacedRule]


@reads("/procedures", ProcedureLines)
def list_procedures(request: HttpRequest) -> Any:
    """The operating procedures that this installation knows, and which of them is in force."""
    in_force = sop_in_force()
    found = [sop(one) for one in packs()]
    return {
        "procedures": [
            {
                "id": one.id,
                "name": one.name.in_language(_language()),
                "in_force": one.id == in_force,
                "draft": one.draft,
                "planned_from": planned_from(one.id),
            }
            for one in found
        ]
    }


@reads("/procedures/{str:procedure}", Procedure)
def read_procedure(request: HttpRequest, procedure: str) -> Any:
    """Every rule of a procedure in plain words, with its source; what is not verified in law says so."""
    if procedure not in packs():
        raise NotFound()
    pack = confirmed_sop(procedure)
    return {
        "id": pack.id,
        "name": pack.name.in_language(_language()),
        "instrument": pack.instrument,
        "version": pack.version,
        "in_force": pack.id == sop_in_force(),
        "draft": pack.draft,
        "planned_from": planned_from(pack.id),
        "note": pack.note,
        "rules": [_in_words(rule, pack) for rule in pack.rules],
    }


@reads("/cases/{uuid:case}/procedure", CaseProcedure)
def read_case_procedure(request: HttpRequest, case: UUID) -> Any:
    """The procedure of a case with its place in it: what is done, what is owed now, what was not reached."""
    one = opened(request, case)
    one.read("read_case_procedure")
    pack, places = confirmed_sop(one.case.sop), places_of(duties.duties_of(case))
    return {
        "procedure": pack.id,
        "name": pack.name.in_language(_language()),
        "rules": [
            _in_words(rule, pack) | {"place": places.get(rule.id, Place.NOT_REACHED)} for rule in pack.rules
        ],
    }


def _in_words(rule: Rule, pack: Pack) -> dict[str, Any]:
    language = _language()
    return {
        "id": rule.id,
        "stage": pack.stage_of[rule.owes].code,
        "owes": rule.owes,
        "label": pack.kinds[rule.owes].name.in_language(language),
        "when": words.when_in_words(rule, pack, language),
        "role": rule.role,
        "role_label": pack.roles[rule.role].name.in_language(language),
        "limit": words.limit_in_words(rule.limit),
        "verified": rule.verified,
        "confirmed_here": not rule.verified and acts(rule.limit),
        "paused_by": words.pauses_in_words(rule) if rule.limit else "",
        "told_after_the_limit": words.escalation_in_words(rule, pack, language),
        "forms": [pack.forms[form].name.in_language(language) for form in rule.forms],
        "source": rule.source.in_one_line,
        "note": rule.source.note,
    }


def _language() -> str:
    return get_language() or "en"
