from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opennrm.agencies import queries as agencies
from opennrm.coordination.queries import Confirmed
from opennrm.reporting.checks import Check
from opennrm.reporting.definitions import SECTION_TITLES, Section
from opennrm.reporting.drawn import Account, Figure
from opennrm.reporting.rules import Count, State


def as_json(account: Account) -> dict[str, Any]:
    """The account in the promised shape."""
    return {
        "year": account.year,
        "as_at": account.as_at.isoformat(),
        "country": account.country,
        "sop": account.sop,
        "currency": account.currency,
        "usd_rate": account.usd_rate,
        "figures": [_figure(figure, account.year) for figure in account.figures],
        "checks": [{"id": check.id, "ok": check.ok, "says": check.says} for check in account.checks],
    }


def as_markdown(account: Account) -> str:
    """The account as text with tables."""
    lines = [f"# {title(account)}", "", subtitle(account), "", opening(account)]
    for section in sections(account):
        lines += [
            "",
            f"## {section['title']}",
            "",
            f"| {_('Figure')} | {account.year} | {_('Of')} | {account.year - 1} |",
            "|---|---:|---:|---:|",
        ]
        lines += [
            f"| {row['label']} | {row['now']} | {row['of']} | {row['before']} |" for row in section["rows"]
        ]
        lines += [text for check in section["checks"] for text in ("", check["words"])]
    return "\n".join(lines) + "\n"


def as_html(account: Account) -> str:
    """The account as one page that stands alone and prints well."""
    context = {
        "account": account,
        "title": title(account),
        "subtitle": subtitle(account),
        "opening": opening(account),
    }
    context["sections"] = sections(account)
    return render_to_string("reporting/printed.html", context)


def title(account: Account) -> str:
    """What the account is called."""
    return _("Protection account of %(year)d") % {"year": account.year}


def subtitle(account: Account) -> str:
    """Which country, which procedure and the knowledge of which day."""
    day = date_format(account.as_at, "j F Y")
    return _("Country %(country)s, procedure %(sop)s, as known on %(day)s.") % {
        "country": account.country,
        "sop": account.sop,
        "day": day,
    }


def opening(account: Account) -> str:
    """The account in a sentence or two."""
    found = account.figure("identified.all")
    if found.now.value is None:
        return _("Nothing was reported for this year.")
    sentence = ngettext(
        "In %(year)d, %(all)d person was identified: %(potential)d potential and %(official)d official victims.",
        "In %(year)d, %(all)d people were identified: %(potential)d potential and %(official)d official victims.",
        found.now.value,
    ) % {
        "year": account.year,
        "all": found.now.value,
        "potential": account.figure("identified.potential").now.value or 0,
        "official": account.figure("identified.official").now.value or 0,
    }
    if found.before.value is None:
        return sentence
    return f"{sentence} " + _("The year before it was %(before)d.") % {"before": found.before.value}


def sections(account: Account) -> list[dict[str, Any]]:
    """The parts of the account as rows of plain words, with what does not add up beside them."""
    made = []
    for section in Section:
        figures = [figure for figure in account.figures if figure.definition.section is section]
        if not figures:
            continue
        made.append(
            {
                "id": str(section),
                "title": str(SECTION_TITLES[section]),
                "rows": [_row(figure) for figure in figures],
                "checks": [
                    {"ok": check.ok, "words": check_in_words(check)}
                    for check in account.checks
                    if check.section is section
                ],
            }
        )
    return made


def in_words(count: Count) -> str:
    """A value as it is printed: a known zero is a zero, what nobody reported is said."""
    return str(count.value) if count.state in (State.KNOWN, State.NONE) else state_in_words(count.state)


def state_in_words(state: State) -> str:
    """What stands behind a value."""
    return {
        State.KNOWN: _("counted"),
        State.NONE: _("none, and that is known"),
        State.NOT_REPORTED: _("not reported"),
        State.SUPPRESSED: _("suppressed"),
        State.NOT_APPLICABLE: _("does not apply"),
    }[state]


def check_in_words(check: Check) -> str:
    """Whether a sum adds up, with the sum."""
    return (
        _("%(what)s it adds up: %(sum)s.") if check.ok else _("%(what)s it does not add up: %(sum)s.")
    ) % {"what": check.label, "sum": check.says}


def _row(figure: Figure) -> dict[str, Any]:
    of = figure.denominator.value if figure.denominator else None
    return {
        "id": figure.id,
        "label": str(figure.definition.label),
        "is_part": figure.id.count(".") > 1 and figure.definition.denominator != "identified.all",
        "now": in_words(figure.now),
        "of": "" if of is None else str(of),
        "before": in_words(figure.before),
        "definition": str(figure.definition.definition),
    }


def _figure(figure: Figure, year: int) -> dict[str, Any]:
    of = figure.denominator
    return {
        "id": figure.id,
        "label": str(figure.definition.label),
        "value": figure.now.value,
        "state": str(figure.now.state),
        "unit": str(figure.definition.unit),
        "denominator": None if of is None else {"id": figure.definition.denominator, "value": of.value},
        "previous": {"year": year - 1, "value": figure.before.value, "state": str(figure.before.state)},
        **({"confirmed": _confirmed(figure.confirmed)} if figure.confirmed else {}),
    }


def _confirmed(confirmed: Confirmed) -> dict[str, Any]:
    office = agencies.offices([confirmed.office])[confirmed.office]
    return {"office": office.code, "on": confirmed.on.isoformat()}


def confirmed_in_words(confirmed: Confirmed) -> str:
    """Which office confirmed a zero, and when."""
    office = agencies.offices([confirmed.office])[confirmed.office]
    return _("%(office)s, %(day)s") % {
        "office": office.shown,
        "day": date_format(confirmed.on, "j F Y"),
    }
