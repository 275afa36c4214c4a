from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.security.http import HttpAuthBase

from opennrm.access import matrix
from opennrm.access.bearer import TokenCard
from opennrm.access.scope import Actor
from opennrm.api import problems
from opennrm.api.words import NOT_FOR_THIS_TOKEN
from opennrm.lib.problems import NotAllowed, Problem

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])

api = NinjaAPI(
    title="OpenNRM",
    version="1",
    description="Reads and acts on the ledger of responsibility of a national referral mechanism, as the pages have them.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
problems.listen(api)


class Done(Schema):
    """What an act did: the thing it is about, and where to look at it."""

    id: UUID
    look: str


class Token(HttpAuthBase):
    """Admits to one operation: by the post's row of the matrix, then by what the token was made for.

    The middleware has read the token before it opened the scope.
    """

    openapi_scheme = "bearer"

    def __init__(self, operation: str) -> None:
        super().__init__()
        self.row = matrix.operations()[operation]

    def __call__(self, request: HttpRequest) -> Any:
        actor = actor_of(request)
        if "roles" in self.row and not set(self.row["roles"]) & actor.roles:
            raise NotAllowed()
        token: TokenCard = request.token  # type: ignore[attr-defined]
        if "act" in self.row and self.row["act"] not in token.acts:
            raise Problem("token_too_narrow", NOT_FOR_THIS_TOKEN, 403)
        return token


def reads(path: str, answer: Any) -> Callable[[View], View]:
    """A read of the API; its operation id is the function's name."""

    def made(view: View) -> View:
        return _operation("GET", path, answer)(view)

    return made


def searches(path: str, answer: Any) -> Callable[[View], View]:
    """A read whose question must not stand in an address."""

    def made(view: View) -> View:
        return _operation("POST", path, answer)(view)

    return made


def acts(path: str, *, status: int = 200) -> Callable[[View], View]:
    """An act of the API; it answers which thing it was and where to look."""

    def made(view: View) -> View:
        return _operation("POST", path, {status: Done})(view)

    return made


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, as the scope has it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def done(thing: UUID, *path: object) -> dict[str, Any]:
    """The answer of an act."""
    return {"id": thing, "look": "/".join([PREFIX, *map(str, path)])}


def _operation(method: str, path: str, answer: Any) -> Callable[[View], View]:
    def made(view: View) -> View:
        name = view.__name__
        api.api_operation(
            [method],
            path,
            operation_id=name,
            url_name=name,
            auth=Token(name),
            response=answer,
            summary=(view.__doc__ or "").strip(),
            description=" ",
        )(view)
        return view

    return made
