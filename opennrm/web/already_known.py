"""What offices already hold of a case, so that nobody asks the person for it again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as __

from opennrm.agencies.queries import OfficeCard
from opennrm.casefile import queries as cases
from opennrm.duties import queries as duties
from opennrm.identification import queries as identification
from opennrm.people import queries as people
from opennrm.web import names, words
from opennrm.web.case_frame import HIDDEN, Opened
from opennrm.web.case_overview import age_in_words
from opennrm.web.page_acts import shown


def already_known(one: Opened, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """Each thing that is known, and which office holds it; what this office may not see is said to be there and not shown."""
    person = people.person(one.case.person)
    found = identification.identification(one.case.id)
    holder = shown(offices, found.office) if found else ""
    needs = [duties.kind_label(kind, one.case.sop) for kind, _at in duties.needs(one.case.id)]
    rows: list[dict[str, Any]] = [
        {"key": __("Age"), "value": age_in_words(person), "hint": holder},
        {
            "key": __("Languages"),
            "value": ", ".join(map(names.language, person.languages)) or __("Not known"),
            "hint": holder,
        },
        {
            "key": __("Citizenship"),
            "value": ", ".join(map(names.country, person.citizenship)) or __("Not known"),
            "hint": holder,
        },
    ]
    if found and found.exploitation:
        forms = [words.said(words.EXPLOITATIONS, code) for code in found.exploitation]
        rows.append({"key": __("Exploitation suspected"), "value": ", ".join(forms), "hint": holder})
    if needs:
        rows.append({"key": __("Needs"), "value": ", ".join(dict.fromkeys(needs))})
    rows.append(
        {
            "key": __("Name and documents"),
            **(
                {"value": __("See the overview"), "url": f"{reverse('case', args=[one.case.id])}?show=name"}
                if one.sees("identity")
                else {"value": HIDDEN}
            ),
        }
    )
    return rows + _told(one, offices)


def _told(one: Opened, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    lines = cases.journal(one.case.id, by=one.actor, words=False)
    notes = Counter(line.office for line in lines if line.kind == "note")
    if not notes:
        return []
    told = [
        __("%(office)s: notes written: %(number)d") % {"office": shown(offices, office), "number": number}
        for office, number in notes.items()
    ]
    return [
        {
            "key": __("What the person told"),
            "several": told,
            **(
                {"change_url": reverse("case_journal", args=[one.case.id]), "change_words": __("Read")}
                if one.sees("narrative")
                else {"hint": HIDDEN}
            ),
        }
    ]
