from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from opennrm.access.answering import in_scope, problem_of
from opennrm.access.scope import Actor
from opennrm.agencies.queries import actor_for_user
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.web import guards, pages

Answer = Callable[[HttpRequest], HttpResponse]


class ScopeMiddleware:
    """Owns the transaction, the actor and the rendering of every page of work; a refusal rolls back and leaves a trace."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(settings.API_PATH):
            # Programs bring a token of their own, and the middleware of the API opens its scope.
            return self.get_response(request)
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
        actor = actor_for_user(request.user.pk, request.user.get_username(), clock.today())
        if actor is None:
            return pages.refusal(request, Problem("no_post", pages.NO_POST, 403))
        return self._work(request, actor)

    def _work(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        request.actor = actor  # type: ignore[attr-defined]

        def answer() -> HttpResponse:
            guards.check(request, actor)
            return self.get_response(request)

        return in_scope(
            actor,
            request=secrets.token_hex(8),
            route=guards.route_name(request),
            answer=answer,
            refuse=lambda problem: pages.refusal(request, problem),
        )

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns a problem into its page; the status makes the scope roll back."""
        problem = problem_of(exception)
        return pages.refusal(request, problem) if problem else None
