"""Every figure of the account, once: its id, its words, and what of the case data it counts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opennrm.reporting.definitions import ANYTHING, Definition, Section, Unit, Words, one
from opennrm.reporting.procedure_figures import PROCEDURE
from opennrm.reporting.rules import Cells, Criterion

LABOUR = frozenset({"ForcedLabour", "ChildLabour", "Servitude", "ForcedBegging"})
NAMED_FORMS = {
    "sex": (frozenset({"SexualExploitation"}), _("Sexual exploitation")),
    "labour": (LABOUR, _("Forced labour, child labour, servitude or forced begging")),
    "forced_criminality": (frozenset({"ForcedCriminality"}), _("Forced criminality")),
    "forced_marriage": (frozenset({"ForcedMarriage"}), _("Forced marriage")),
}
RARE_FORMS = {
    "forced_military_by_non_state_actors": (
        frozenset({"ForcedMilitaryByNonStateActors"}),
        _("Forced into an armed group"),
    ),
    "organ_removal": (frozenset({"OrganRemoval"}), _("Removal of organs")),
    "forced_adoption": (frozenset({"ForcedAdoption"}), _("Forced adoption")),
    "surrogacy": (frozenset({"Surrogacy"}), _("Forced surrogacy")),
}
ALL_FORMS = frozenset[str]().union(*(codes for codes, _label in (NAMED_FORMS | RARE_FORMS).values()))
GOVERNMENT = frozenset({"miu", "police", "border", "labour_inspectorate"})


ALL = "identified.all"
_IDENTIFIED = _(
    "People identified in the year, potential or official victims as known on the day of the account. "
    "People found not to be victims are left out."
)
_OF_IDENTIFIED = _("Of the people identified in the year: {which}")


def _of_identified(which: Words) -> Words:
    return format_lazy(_OF_IDENTIFIED, which=which)


def _form(code: str, label: Words, criterion: Criterion) -> Definition:
    which = _(
        "everyone for whom this form is recorded. A person with two forms counts in both; "
        "a person without a recorded form in none."
    )
    return Definition(
        f"identified.exploitation.{code}",
        Section.FORMS,
        label,
        _of_identified(which),
        "exploitation",
        criterion,
        denominator=ALL,
    )


FIXED: tuple[Definition, ...] = (
    Definition(ALL, Section.IDENTIFIED, _("Identified in the year"), _IDENTIFIED, "status"),
    Definition(
        "identified.potential",
        Section.IDENTIFIED,
        _("Potential victims"),
        _of_identified(
            _("those without a decision, and those who do not want official status and lose nothing by it.")
        ),
        "status",
        one("potential"),
        denominator=ALL,
    ),
    Definition(
        "identified.official",
        Section.IDENTIFIED,
        _("Official victims"),
        _of_identified(
            _("those whose latest decision, taken and known by the day of the account, gave official status.")
        ),
        "status",
        one("official"),
        denominator=ALL,
    ),
    *(_form(code, label, Criterion(any_of=codes)) for code, (codes, label) in NAMED_FORMS.items()),
    _form("other", _("Another form"), Criterion(other_than=ALL_FORMS)),
    Definition(
        "identified.sex.female",
        Section.PEOPLE,
        _("Women and girls"),
        _of_identified(_("those recorded as female.")),
        "sex",
        one("Feminine"),
        denominator=ALL,
    ),
    Definition(
        "identified.sex.male",
        Section.PEOPLE,
        _("Men and boys"),
        _of_identified(_("those recorded as male.")),
        "sex",
        one("Masculine"),
        denominator=ALL,
    ),
    Definition(
        "identified.age.child",
        Section.PEOPLE,
        _("Children"),
        _of_identified(_("those under 18 on the day of identification.")),
        "age",
        one("child"),
        denominator=ALL,
    ),
    Definition(
        "identified.age.adult",
        Section.PEOPLE,
        _("Adults"),
        _of_identified(_("those 18 or older on the day of identification.")),
        "age",
        one("adult"),
        denominator=ALL,
    ),
    Definition(
        "identified.by_government",
        Section.UNITS,
        _("Identified by government bodies"),
        _of_identified(
            _("those found by a mobile unit, the police, the border police or the labour inspectorate.")
        ),
        "channel",
        Criterion(any_of=GOVERNMENT),
        denominator=ALL,
    ),
    Definition(
        "miu.identified",
        Section.UNITS,
        _("Identified by mobile units"),
        _of_identified(_("those found by a mobile identification unit.")),
        "channel",
        one("miu"),
        denominator=ALL,
    ),
    Definition(
        "miu.regions",
        Section.UNITS,
        _("Regions with a mobile unit"),
        _("Regions in which an office was competent as mobile unit on at least one day of the year."),
        "mobile_unit",
        unit=Unit.REGIONS,
    ),
    Definition(
        "shelters.state",
        Section.ASSISTED,
        _("State shelters"),
        _("Shelters of the state that were competent on at least one day of the year."),
        "state_shelter",
        unit=Unit.SHELTERS,
    ),
    Definition(
        "shelters.ngo",
        Section.ASSISTED,
        _("Shelters of non-governmental organisations"),
        _("Shelters of non-governmental organisations that were competent on at least one day of the year."),
        "ngo_shelter",
        unit=Unit.SHELTERS,
    ),
    Definition(
        "assisted.all",
        Section.ASSISTED,
        _("People assisted"),
        _(
            "People who received at least one service in the year, also those identified in an earlier year. "
            "Registration at an employment office alone is not assistance."
        ),
        "service",
    ),
    Definition(
        "assisted.vocational_training",
        Section.ASSISTED,
        _("People in vocational training"),
        _("Of the people assisted in the year: those who received vocational training."),
        "service",
        one("vocational_training"),
        denominator="assisted.all",
    ),
    Definition(
        "assistance.kinds",
        Section.ASSISTED,
        _("Kinds of assistance"),
        _("How many of the kinds of assistance were delivered to anyone in the year."),
        "service",
        unit=Unit.KINDS,
    ),
    Definition(
        "employment.registered",
        Section.FOLLOWED,
        _("Registered at an employment office"),
        _("People who were registered as seeking work in the year, whenever they were identified."),
        "job_seeker",
    ),
    Definition(
        "residence.granted_or_renewed",
        Section.FOLLOWED,
        _("Residence permits granted or renewed"),
        _("People whose residence permit was granted or renewed in the year."),
        "residence_permit",
        one("granted", "renewed"),
    ),
    Definition(
        "justice.cooperating",
        Section.FOLLOWED,
        _("Cooperating with investigations"),
        _("People identified in the year of whom it is recorded that they cooperated with an investigation."),
        "cooperation",
        one("yes"),
    ),
    Definition(
        "repatriation.in",
        Section.FOLLOWED,
        _("Returned to this country"),
        _("People who returned to this country from abroad in the year."),
        "repatriation_in",
    ),
    Definition(
        "repatriation.out",
        Section.FOLLOWED,
        _("Returned to another country"),
        _("People who returned from this country to another in the year."),
        "repatriation_out",
    ),
)


def definitions(cells: Cells, year: int, country: str) -> list[Definition]:
    """The figures in their order: the fixed ones, one for each country and rare form that occurs."""
    found = [
        *FIXED,
        *_rare_forms(cells, year),
        *_other_sex(cells, year),
        *_foreign(cells, year, country),
        *_returns(cells, year),
        *_procedure(cells, year),
    ]
    order = list(Section)
    return sorted(found, key=lambda definition: order.index(definition.section))


def _rare_forms(cells: Cells, year: int) -> Iterator[Definition]:
    recorded = set(cells.values("exploitation", year))
    for code, (codes, label) in RARE_FORMS.items():
        if recorded & codes:
            yield _form(code, label, Criterion(any_of=codes))


def _other_sex(cells: Cells, year: int) -> Iterator[Definition]:
    if others := set(cells.values("sex", year)) - {"Feminine", "Masculine", "NonSpecifiedUnknown"}:
        which = _("those recorded as neither female nor male.")
        yield Definition(
            "identified.sex.other",
            Section.PEOPLE,
            _("Other"),
            _of_identified(which),
            "sex",
            one(*others),
            denominator=ALL,
        )


def _foreign(cells: Cells, year: int, country: str) -> Iterator[Definition]:
    which = _("those whose citizenships are recorded and are all of other countries.")
    foreign = Criterion(none_of=frozenset({country}))
    yield Definition(
        "identified.foreign",
        Section.PEOPLE,
        _("Foreign citizens"),
        _of_identified(which),
        "citizenship",
        foreign,
        denominator=ALL,
    )
    groups = [cell.values for cell in cells.victims("citizenship", year) if foreign.holds(cell.values)]
    for code in sorted({code for values in groups for code in values}):
        yield Definition(
            f"identified.foreign.{code}",
            Section.PEOPLE,
            format_lazy(_("Citizens of {country}"), country=code),
            _("Of the foreign citizens identified: those of this country. A person of two counts in both."),
            "citizenship",
            Criterion(any_of=frozenset({code}), none_of=frozenset({country})),
            denominator="identified.foreign",
        )


def _procedure(cells: Cells, year: int) -> Iterator[Definition]:
    for figure in PROCEDURE:
        # Nobody can know what no office recorded; a year without any of it says nothing, and no zero.
        if cells.is_reported(figure.dimension, year) or cells.is_reported(figure.dimension, year - 1):
            yield Definition(
                figure.id,
                Section.PROCEDURE,
                figure.label,
                figure.definition,
                figure.dimension,
                one(*figure.values) if figure.values else ANYTHING,
                denominator=figure.denominator,
            )


def _returns(cells: Cells, year: int) -> Iterator[Definition]:
    labels = {"in": _("Returned from {country}"), "out": _("Returned to {country}")}
    for direction, label in labels.items():
        for code in cells.values(f"repatriation_{direction}", year):
            if code:
                yield Definition(
                    f"repatriation.{direction}.{code}",
                    Section.FOLLOWED,
                    format_lazy(label, country=code),
                    _("Of the people who returned this way in the year: those from or to this country."),
                    f"repatriation_{direction}",
                    one(code),
                    denominator=f"repatriation.{direction}",
                )
