"""What a figure is before it is counted: its id, its place in the account, its words, and what of the case data it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opennrm.reporting.rules import Criterion, Measure

Words = str | Promise


class Unit(StrEnum):
    """What a figure counts."""

    PERSONS = "persons"
    REGIONS = "regions"
    SHELTERS = "shelters"
    KINDS = "kinds"
    DUTIES = "duties"
    HOURS = "hours"
    MEETINGS = "meetings"
    AGREEMENTS = "agreements"
    TIMES = "times"
    DAYS = "days"
    NIGHTS = "nights"


class Section(StrEnum):
    """The parts of the account, in the order in which it is read."""

    IDENTIFIED = "identified"
    FORMS = "forms"
    PEOPLE = "people"
    UNITS = "units"
    ASSISTED = "assisted"
    FOLLOWED = "followed"
    PROCEDURE = "procedure"
    DUTIES = "duties"
    MEETINGS = "meetings"
    ACCESS = "access"
    INFORMATION = "information"
    CHILDREN = "children"
    ORDERS = "orders"


SECTION_TITLES: dict[Section, Words] = {
    Section.IDENTIFIED: _("People identified"),
    Section.FORMS: _("Forms of exploitation"),
    Section.PEOPLE: _("Who they are"),
    Section.UNITS: _("Who identified them"),
    Section.ASSISTED: _("Assistance and shelter"),
    Section.FOLLOWED: _("Work, residence, justice, return"),
    Section.PROCEDURE: _("The procedure of identification"),
    Section.DUTIES: _("How offices did what they owed"),
    Section.MEETINGS: _("Meetings and agreements"),
    Section.ACCESS: _("Cases opened in emergencies"),
    Section.INFORMATION: _("Information asked between offices"),
    Section.CHILDREN: _("What children were asked, and decided over them"),
    Section.ORDERS: _("Legal orders"),
}


ANYTHING = Criterion()


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure before it is counted."""

    id: str
    section: Section
    label: Words
    definition: Words
    dimension: str
    criterion: Criterion = ANYTHING
    unit: Unit = Unit.PERSONS
    denominator: str = ""

    @property
    def measure(self) -> Measure:
        """People, unless the unit says otherwise."""
        counted = (
            Unit.PERSONS,
            Unit.DUTIES,
            Unit.HOURS,
            Unit.MEETINGS,
            Unit.AGREEMENTS,
            Unit.TIMES,
            Unit.DAYS,
            Unit.NIGHTS,
        )
        return Measure.PEOPLE if self.unit in counted else Measure.VALUES

    @property
    def has_cases(self) -> bool:
        """Whether cases stand behind it."""
        bodies = ("mobile_unit", "state_shelter", "ngo_shelter")
        return self.dimension not in bodies and not self.dimension.startswith(
            ("duties_", "meetings_", "information_", "places_", "children_", "orders_")
        )


def one(*values: str) -> Criterion:
    """Counts whoever has one of these values."""
    return Criterion(any_of=frozenset(values))


@dataclass(frozen=True, slots=True)
class Family:
    """Figures whose ids and dimensions begin alike; they share a section and, where nothing else is said, a unit."""

    id: str
    section: Section
    dimension: str
    unit: Unit

    def figure(
        self,
        code: str,
        label: Words,
        definition: Words,
        dimension: str,
        values: str,
        *,
        of: str = "",
        unit: Unit | None = None,
    ) -> Definition:
        """A figure of the family that counts these values, out of another one of it where that is said."""
        return Definition(
            f"{self.id}.{code}",
            self.section,
            label,
            definition,
            f"{self.dimension}_{dimension}",
            one(*values.split()),
            unit=unit or self.unit,
            denominator=f"{self.id}.{of}" if of else "",
        )
