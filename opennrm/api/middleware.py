from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve

from opennrm.access import answered, bearer
from opennrm.access.answering import in_scope
from opennrm.agencies.queries import actor_for_username
from opennrm.api import problems
from opennrm.api.words import NO_TOKEN, NOT_JSON, NOT_THIS_WAY
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem

# The document of the API says what there is, and nothing of what is in it.
OPEN_TO_ALL = frozenset({"api-document"})
Answer = Callable[[HttpRequest], HttpResponse]


class TokenScopeMiddleware:
    """Owns the transaction and the actor of every request of a program, by the token it brings."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.API_PATH):
            return self.get_response(request)
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            route = resolve(request.path_info).view_name
        except Resolver404:
            return problems.answer(NotFound())
        if route in OPEN_TO_ALL:
            return self.get_response(request)
        token = bearer.standing(_secret(request))
        # Computed anew each time: a token never outlives the post.
        today = clock.today()
        actor = actor_for_username(token.username, today, only=token.offices) if token else None
        if token is None or actor is None or actor.officer != token.officer:
            return problems.answer(Problem("no_token", NO_TOKEN, 401))
        request.actor, request.token = actor, token  # type: ignore[attr-defined]
        return in_scope(
            actor,
            request=f"token {token.id} {secrets.token_hex(8)}",
            route=route,
            answer=lambda: self._once(request, token.id),
            refuse=problems.answer,
            room="api",
        )

    def _once(self, request: HttpRequest, token: UUID) -> HttpResponse:
        _check_body(request)
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST":
            return self._plainly(request)
        asked = request.path_info.encode() + b"\0" + request.body
        kept = answered.earlier(token=token, key=key, request=asked)
        if kept:
            return JsonResponse({"id": str(kept.thing), "look": kept.look}, status=kept.status)
        response = self._plainly(request)
        if response.status_code < 400 and (did := _did(response)):
            answered.remember(token=token, key=key, request=asked, answer=did)
        return response

    def _plainly(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        refused = problems.answer(Problem("not_this_way", NOT_THIS_WAY, 405))
        refused.headers["Allow"] = response.headers["Allow"]
        return refused


def _secret(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _check_body(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        raise problems.too_large()
    if length != "0" and request.method == "POST" and request.content_type != "application/json":
        raise Problem("not_json_type", NOT_JSON, 415)


def _did(response: HttpResponse) -> answered.Answer | None:
    said = json.loads(response.content)
    if set(said) != {"id", "look"}:
        # A search under a key is a read, and is made again.
        return None
    return answered.Answer(response.status_code, UUID(said["id"]), said["look"])
