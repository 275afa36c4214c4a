from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse

from opennrm.access import audit
from opennrm.access.scope import Actor, acting
from opennrm.agencies.queries import actor_for_user
from opennrm.lib import clock
from opennrm.lib.problems import ChangedMeanwhile, Problem
from opennrm.web import guards, pages

Answer = Callable[[HttpRequest], HttpResponse]


class ScopeMiddleware:
    """Owns the transaction, the actor and the rendering of every page of work; a refusal rolls back and leaves a trace."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        # Back after leaving, or on a shared machine, must find nothing kept.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if guards.is_open_to_all(request):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return guards.to_sign_in(request)
        if guards.is_before_second_factor(request):
            return self.get_response(request)
        if guards.second_factor_is_missing(request):
            return guards.to_second_factor()
        actor = actor_for_user(request.user.pk, request.user.get_username(), clock.local_day(clock.now()))
        if actor is None:
            return pages.refusal(request, Problem("no_post", pages.NO_POST, 403))
        return self._work(request, actor)

    def _work(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        reference = secrets.token_hex(8)
        request.actor = actor  # type: ignore[attr-defined]
        try:
            with acting(actor, request=reference):
                guards.check(request, actor)
                response = self.get_response(request)
                if response.status_code >= 400:
                    raise _Refused(response)
                return response
        except _Refused as refused:
            response = refused.response
        except Problem as problem:
            response = pages.refusal(request, problem)
        except (IntegrityError, OperationalError):
            # The ledger's invariants are checked at commit: two people did something at once, and neither half stands.
            response = pages.refusal(request, ChangedMeanwhile())
        with acting(actor, request=reference):
            audit.record(
                "web.refused", detail={"route": guards.route_name(request), "status": response.status_code}
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns a problem into its page; the status makes the scope roll back."""
        if isinstance(exception, IntegrityError | OperationalError):
            # Never in the database's own words, which name rows that the reader may not know of.
            exception = ChangedMeanwhile()
        return pages.refusal(request, exception) if isinstance(exception, Problem) else None


class _Refused(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response
