from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema

from opennrm.api.kinds import Day
from opennrm.api.service import actor_of, reads
from opennrm.reporting import account
from opennrm.reporting.policies import DOOR


class Years(Schema):
    years: list[int]


@reads("/reports/protection", Years)
def list_accounts(request: HttpRequest) -> Any:
    """The years for which there is an account."""
    DOOR.require(actor_of(request), "reporting.read")
    return {"years": account.years()}


@reads("/reports/protection/{int:year}", dict[str, Any])
def read_account(
    request: HttpRequest, year: Annotated[int, Path(ge=1990, le=2200)], as_at: Day | None = None
) -> Any:
    """The account of a year as the command line prints it."""
    DOOR.require(actor_of(request), "reporting.read")
    return account.as_json(account.account(year, as_at))
