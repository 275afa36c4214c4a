"""The words of a request and of its answer: sealed under the class they concern, opened to whom row security gives them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from opennrm.access import queries as sight
from opennrm.access import sealing
from opennrm.access.rules import DataClass
from opennrm.agencies import queries as agencies
from opennrm.sharing.models import Request, RequestText
from opennrm.sharing.request_rules import CLASS_OF, Subject, TextPart


def write(row: Request, part: TextPart, text: str, *, organisations: Iterable[int] = ()) -> None:
    """Seals a question as what is written on the case, and an answer under the class that was asked for."""
    data_class = DataClass.NARRATIVE if part is TextPart.QUESTION else CLASS_OF[Subject(row.subject)]
    made = RequestText(request=row, case_id=row.case_id, part=part, data_class=data_class)
    # The class says whose key seals it, and not the one who happens to write: she may hold none of this case.
    holders = sealing.holders(row.case_id, data_class) or set(organisations) or {_asker(row)}
    sealer = sealing.Sealer(row.case_id, data_class, holders)
    made.sealed = sealer.seal("sharing_requesttext", "sealed", made.id, text.strip())
    RequestText.objects.bulk_create([made])
    _share_with_readers(row.case_id, data_class)


def read(requests: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """The words of these requests that row security gives to the reader."""
    rows = RequestText.objects.filter(request__in=list(requests))
    return {(row.request_id, row.part): _opened(row) for row in rows}


def _opened(row: RequestText) -> str:
    # A wrap of its own would open to the office that is asked everything that is written on the case: this one
    # question is opened for it by the key of those who hold it.
    sealer = sealing.Sealer(row.case_id, row.data_class, sealing.holders(row.case_id, row.data_class))
    return sealer.open("sharing_requesttext", "sealed", row.id, bytes(row.sealed))


def _asker(row: Request) -> int:
    return agencies.offices([row.from_office_id])[row.from_office_id].organisation


def _share_with_readers(case: UUID, data_class: str) -> None:
    """The first words of a class make its key; whom a basis opens the class to holds it too."""
    readers = {basis.office for basis in sight.bases(case) if data_class in basis.classes}
    for organisation in (
        {one.organisation for one in agencies.offices(readers).values()} if readers else set()
    ):
        sealing.share(case, data_class, sealing.holders(case, data_class), organisation)
