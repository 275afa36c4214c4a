"""What somebody wrote about an emergency: sealed for the organisation that reviews, and erased with its case."""

from __future__ import annotations

from uuid import UUID

from opennrm.access import sealing
from opennrm.agencies import queries as agencies
from opennrm.oversight.models import Emergency, Signal

CLASS = "emergency"
TABLE = "oversight_emergency"


def seal(row: Emergency, column: str, text: str) -> bytes:
    """Seals a sentence of this row for the reviewer's organisation."""
    place, organisation = _place(row), _organisation(row)
    sealing.lend(place, CLASS, organisation)
    return sealing.Sealer(place, CLASS, [organisation]).seal(TABLE, column, row.id, text)


def opened(row: Emergency, column: str) -> str:
    """The sentence, or NotOpenable to anybody but the reviewer's organisation."""
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    return sealing.Sealer(_place(row), CLASS, [_organisation(row)]).open(TABLE, column, row.id, bytes(sealed))


def seal_signal(row: Signal, text: str) -> bytes:
    """Seals what the answer to a question says, for the organisation that answered; it belongs to no case."""
    organisation = _organisation(row)
    return sealing.Sealer(row.id, CLASS, [organisation]).seal("oversight_signal", "findings", row.id, text)


def opened_signal(row: Signal) -> str:
    """What the answer says, or NotOpenable to anybody but the organisation that answered."""
    if row.findings is None:
        return ""
    sealer = sealing.Sealer(row.id, CLASS, [_organisation(row)])
    return sealer.open("oversight_signal", "findings", row.id, bytes(row.findings))


def _place(row: Emergency) -> UUID:
    # Where nothing was opened the words belong to no case, and must not lie beside the keys of one.
    return row.case_id if row.until and row.case_id else row.id


def _organisation(row: Emergency | Signal) -> int:
    return agencies.offices([row.reviewer_id])[row.reviewer_id].organisation
