"""What the pages of a consent share, whoever gave it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as __

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.sharing import queries
from opennrm.sharing.queries import ConsentCard, TextCard
from opennrm.web import case_frame, names, words
from opennrm.web import sharing_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.consent_forms import WhatForm
from opennrm.web.page_acts import day

Form = TypeVar("Form", bound=WhatForm)


def back(one: Opened) -> HttpResponse:
    """To the sharing of the case."""
    return case_frame.back_to(replace(one, page="case_sharing"))


def what_form(
    form: type[Form], one: Opened, offices: dict[int, OfficeCard], texts: dict[str, TextCard], data: Any
) -> Form:
    """What is asked first: with whom, what, for what, until when."""
    today = clock.today()
    others = [
        (str(id), office.shown)
        for id, office in offices.items()
        if id not in one.actor.offices and not (office.closed_on and office.closed_on <= today)
    ]
    languages = [(code, names.language(code)) for code in sorted(texts)]
    return form(
        data,
        offices=sorted(others, key=lambda pair: pair[1]),
        classes=access.classes_of_offices(one.case.id, one.actor.offices),
        languages=languages,
        initial={"language": "sq"},
    )


def asked_rows(what: WhatForm, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """What was chosen on the first page, above the text that is read out."""
    asked = what.cleaned_data
    shared = ["ordinary", *asked.get("classes", ())]
    return [
        {"key": __("With which office"), "value": offices[asked["recipient"]].shown},
        {"key": __("For what"), "value": said.PURPOSES[asked["purpose"]]},
        {"key": __("Which data"), "several": [words.said(words.DATA_CLASSES, one) for one in shared]},
        {"key": __("Until when"), "value": day(asked["until"])},
    ]


def rows_of(card: ConsentCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """What was agreed to, in words."""
    explained = agencies.officers([card.explained_by]).get(card.explained_by)
    by = __("Explained by %(who)s, %(office)s") % {
        "who": explained.name if explained else "",
        "office": offices[card.office].shown,
    }
    rows: list[dict[str, Any]] = [
        {"key": __("With which office"), "value": offices[card.recipient].shown},
        {"key": __("For what"), "value": said.PURPOSES[card.purpose]},
        {"key": __("Which data"), "several": [words.said(words.DATA_CLASSES, one) for one in card.classes]},
        {"key": __("Agreed on"), "value": day(timezone.localtime(card.given_at)), "hint": by},
        {"key": __("Who agreed"), "value": said.GIVEN_BY[card.given_by], "hint": said.WAYS[card.way]},
        {"key": __("Until when"), "value": day(card.last_day)},
    ]
    if card.ended_at:
        how = said.WITHDRAWN_HOW[card.withdrawn_how] if card.withdrawn_how else ""
        why = f"{said.END_REASONS[card.ended_why]}. {how}" if how else said.END_REASONS[card.ended_why]
        rows.append({"key": __("Ended on"), "value": day(timezone.localtime(card.ended_at)), "hint": why})
    return rows


def shared_then(one: Opened, card: ConsentCard) -> list[dict[str, Any]]:
    """How much was shared then, and whether it is still the same; compared only where her office sees the class."""
    now = {row.data_class: row for row in queries.what_stands(card.case_id, set(card.classes) & one.seen)}
    lines = []
    for then in queries.shared_at(card.id):
        today = now.get(then.data_class)
        since = __("Your office does not see this.")
        if today is not None:
            since = __("The same as then") if today.digest == then.digest else __("Has changed since")
        lines.append(
            {
                "what": words.said(words.DATA_CLASSES, then.data_class),
                "digest": then.digest[:16],
                "rows": then.rows,
                "since": since,
            }
        )
    return lines
