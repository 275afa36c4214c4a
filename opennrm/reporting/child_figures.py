"""The figures of what children were asked and what was decided over them; a year before this was kept says nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opennrm.reporting.definitions import Definition, Family, Section, Unit, Words
from opennrm.reporting.rules import Cell, Cells
from opennrm.sharing.child_years import YearOfChildren

ABOUT: dict[str, Words] = {
    "share": _("Decided on: sharing"),
    "placement": _("Decided on: where she stays"),
    "return": _("Decided on: return"),
    "interview": _("Decided on: an interview"),
    "family_contact": _("Decided on: contact with the family"),
}

_CHILDREN = Family("sharing.children", Section.CHILDREN, "children", Unit.TIMES)

FIGURES = (
    _CHILDREN.figure(
        "asked",
        _("Children and guardians asked to share"),
        _("How often in the year a child and her guardian were asked to share with another office."),
        "number",
        "asked",
    ),
    _CHILDREN.figure(
        "child_dissents",
        _("The child said no"),
        _("Of those: those to which the child said no."),
        "number",
        "child_dissents",
        of="asked",
    ),
    _CHILDREN.figure(
        "guardian_excluded",
        _("The guardian was not asked: may be involved"),
        _("Of those: those in which a guardian who may be involved was not asked."),
        "number",
        "guardian_excluded",
        of="asked",
    ),
    _CHILDREN.figure(
        "decided",
        _("Best-interest decisions"),
        _("How often in the year something was decided in the best interest of a child."),
        "number",
        "decided",
    ),
    *(
        _CHILDREN.figure(
            f"decided.{about}",
            label,
            _("Of the best-interest decisions: those about this."),
            "number",
            f"about_{about}",
            of="decided",
        )
        for about, label in ABOUT.items()
    ),
    _CHILDREN.figure(
        "heard",
        _("The child was heard"),
        _(
            "Of the best-interest decisions: those before which the child was heard, directly or through another."
        ),
        "number",
        "heard",
        of="decided",
    ),
    _CHILDREN.figure(
        "of_age",
        _("Came of age"),
        _("Children whose coming of age was noted in the year."),
        "number",
        "of_age",
        unit=Unit.PERSONS,
    ),
    _CHILDREN.figure(
        "asked_again",
        _("Asked again since"),
        _("Of those: those who have themselves agreed to share something since."),
        "number",
        "asked_again",
        of="of_age",
        unit=Unit.PERSONS,
    ),
)
NUMBERS = (
    *("asked", "child_dissents", "guardian_excluded", "decided", "heard", "of_age", "asked_again"),
    *(f"about_{about}" for about in ABOUT),
)


def child_cells(found: list[YearOfChildren]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [
        Cell(year.year, "children_number", (name,), year.numbers.get(name, 0))
        for year in found
        if year.kept
        for name in NUMBERS
    ]


def child_figures(cells: Cells, year: int) -> list[Definition]:
    """The figures, where this was kept in the year or the year before."""
    kept = any(cells.is_reported("children_number", one) for one in (year, year - 1))
    return list(FIGURES) if kept else []
