from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from django.utils.translation import gettext as _

from opennrm.access import queries as access
from opennrm.duties.models import Adoption, Confirmation, PlannedAdoption
from opennrm.duties.pack import Pack, load_pack, packs
from opennrm.duties.rules import PlanState
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.lib.working_days import ANY_COUNTRY

DEFAULT_SOP = "al-2018-499"


@cache
def sop(pack_id: str) -> Pack:
    """A procedure by its id, read once."""
    return load_pack(packs()[pack_id])


def confirmed_sop(pack_id: str) -> Pack:
    """A procedure with the limits that the country confirmed: those act, and any other that is not verified reminds."""
    rules = Confirmation.objects.filter(pack=pack_id).values_list("rule", flat=True)
    return _confirmed(pack_id, frozenset(rules))


@lru_cache(maxsize=64)
def _confirmed(pack_id: str, rules: frozenset[str]) -> Pack:
    return sop(pack_id).confirmed(rules)


def sop_in_force() -> str:
    """The procedure that a case opened today begins with: the one adopted last, or the one that came with the country."""
    today = clock.today()
    if (plan := planned_adoption()) and plan.effective_on <= today:
        # From its day on, whether or not the sweep has come to the cases that were open before.
        return plan.pack
    adopted = Adoption.objects.filter(effective_on__lte=today).order_by("-started_at")
    return adopted.values_list("pack", flat=True).first() or DEFAULT_SOP


def sop_to_begin_with() -> str:
    """The procedure in force, for a case that is being opened: no adoption ends until that case stands, so none is left out."""
    access.beside_others("adoption")
    return sop_in_force()


def check_adoptable(pack: Pack, effective_on: date) -> None:
    """Passes in silence, or says why this procedure is not adopted from this day."""
    if pack.draft:
        raise Problem(
            "pack_is_draft",
            _("%(pack)s is a draft: it can be tried, compared and drawn, not adopted.") % {"pack": pack.id},
        )
    if effective_on < pack.effective_from:
        holds = {"pack": pack.id, "from": pack.effective_from, "day": effective_on}
        raise Problem("before_the_pack", _("%(pack)s holds from %(from)s, not from %(day)s.") % holds)


def planned_adoption() -> PlannedAdoption | None:
    """The adoption that is planned or being carried out, if there is one."""
    return PlannedAdoption.objects.filter(state__in=[PlanState.PLANNED, PlanState.RUNNING]).first()


def source_said(line: str, language: str) -> str:
    """The source that a duty keeps, in that language; one that no procedure names stands as it is."""
    return _sources(language).get(line, line)


@cache
def _sources(language: str) -> dict[str, str]:
    rules = [(pack, rule.source) for pack in map(sop, packs()) for rule in pack.rules]
    lines = {source.in_one_line: pack.source_said(source, language) for pack, source in rules}
    return {source.instrument: pack.said(source.instrument, language) for pack, source in rules} | lines


def home_country(pack: Pack) -> str:
    """The country whose citizens are not foreign: a pattern for any country asks where it is used."""
    if pack.country != ANY_COUNTRY:
        return pack.country
    deployment = access.deployment()
    return deployment.country if deployment else pack.country
