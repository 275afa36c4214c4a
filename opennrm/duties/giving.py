from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access.scope import Actor
from opennrm.duties import actions
from opennrm.duties.models import Duty
from opennrm.lib.problems import NotFound, Problem


def give(*, duties: Sequence[UUID], officer: int, by: Actor) -> int:
    """Names one person of the office for several duties at once: all of them or none, each on the record."""
    if not duties:
        raise Problem("nothing_chosen", _("Choose at least one duty."))
    rows = Duty.objects.filter(id__in=set(duties)).values_list("id", "case_id", "kind")
    found = list(rows)
    if len(found) != len(set(duties)):
        raise NotFound()
    # Case by case in one order, so that two who do this at once wait and do not block each other. The lead comes last
    # in its case: who names its worker has thereby done another of them.
    found.sort(key=lambda row: (str(row[1] or ""), row[2] == "lead", str(row[0])))
    for duty, _case, _kind in found:
        actions.name_worker(duty=duty, officer=officer, by=by)
    return len(found)
