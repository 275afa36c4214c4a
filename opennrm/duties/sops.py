from __future__ import annotations

from functools import cache, lru_cache

from opennrm.access import queries as access
from opennrm.duties.models import Adoption, Confirmation
from opennrm.duties.pack import Pack, load_pack, packs
from opennrm.lib import clock
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
    adopted = Adoption.objects.filter(effective_on__lte=today).order_by("-started_at")
    return adopted.values_list("pack", flat=True).first() or DEFAULT_SOP


def home_country(pack: Pack) -> str:
    """The country whose citizens are not foreign: a pattern for any country asks where it is used."""
    if pack.country != ANY_COUNTRY:
        return pack.country
    deployment = access.deployment()
    return deployment.country if deployment else pack.country
