"""Which offices can sit on the panel or in the conference of a case: those that work on it and are not kept out of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import queries as sight
from opennrm.access.rules import BasisKind
from opennrm.duties.routing import kept_out
from opennrm.lib.problems import Problem

WORKS_ON_IT = frozenset({BasisKind.DUTY, BasisKind.ORDER, BasisKind.HELD})


def offices_taking_part(case: UUID) -> list[int]:
    """The offices that can take part in what is decided or discussed on a case."""
    bases = (basis for basis in sight.bases(case) if not basis.only_reads)
    working = {basis.office for basis in bases if basis.kind in WORKS_ON_IT}
    return sorted(working - kept_out(case))


def check_taking_part(case: UUID, offices: Iterable[int]) -> None:
    """Refuses an office that cannot take part; one sentence for all, so that nobody learns from it who is excluded."""
    asked = set(offices)
    if asked and not asked <= set(offices_taking_part(case)):
        raise Problem("takes_no_part", _("Choose only offices that work on this case."))
