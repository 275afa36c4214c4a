"""One request, one transaction: a refusal takes back what was written and leaves a trace. Pages and the HTTP API share this."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, OperationalError
from django.http import HttpResponse

from opennrm.access import audit
from opennrm.access.scope import Actor, acting
from opennrm.lib.problems import ChangedMeanwhile, Problem


def in_scope(
    actor: Actor,
    *,
    request: str,
    route: str,
    answer: Callable[[], HttpResponse],
    refuse: Callable[[Problem], HttpResponse],
    room: str = "web",
) -> HttpResponse:
    """The answer, made and rendered inside one scope; one that refuses rolls back, and the refusal is on the record."""
    try:
        with acting(actor, request=request):
            response = answer()
            if response.status_code >= 400:
                raise _Refused(response)
            return response
    except _Refused as refused:
        response = refused.response
    except Problem as problem:
        response = refuse(problem)
    except (IntegrityError, OperationalError):
        # The ledger's invariants are checked at commit: two people did something at once, and neither half stands.
        response = refuse(ChangedMeanwhile())
    with acting(actor, request=request):
        audit.record(f"{room}.refused", detail={"route": route, "status": response.status_code})
    return response


def problem_of(exception: Exception) -> Problem | None:
    """The problem that an exception tells of, never in the database's own words; None where it is a fault of ours."""
    if isinstance(exception, IntegrityError | OperationalError):
        return ChangedMeanwhile()
    return exception if isinstance(exception, Problem) else None


class _Refused(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response
