from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from opennrm.access import matrix
from opennrm.access.scope import Actor
from opennrm.lib.problems import NotAllowed

# Set for a while by "Exit this page": Back then finds an empty page and not the sign-in of this service.
LEFT = "left"


def route_name(request: HttpRequest) -> str:
    """The name of the route that answers this request; empty where none does."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def is_open_to_all(request: HttpRequest) -> bool:
    """Whether the matrix opens the route to people who have not signed in; an address that leads nowhere is answered to all."""
    name = route_name(request)
    return not name or matrix.routes()[name].get("open", False)


def is_before_second_factor(request: HttpRequest) -> bool:
    """Whether the route is one where she enrols or proves a factor: signed in is enough, and no case data stands there."""
    return bool(matrix.routes()[route_name(request)].get("before_second_factor", False))


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, as the scope has it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def may_enter(actor: Actor, route: str) -> bool:
    """Whether her post opens the route; which cases it shows her is another question."""
    row = matrix.routes()[route]
    if "roles" in row:
        return bool(set(row["roles"]) & actor.roles)
    return bool(row.get("signed_in", False))


def check(request: HttpRequest, actor: Actor) -> None:
    """Passes in silence or raises NotAllowed, by the matrix's row for the route."""
    if not may_enter(actor, route_name(request)):
        raise NotAllowed()


def second_factor_is_missing(request: HttpRequest) -> bool:
    """Whether she still has to enrol a second factor; a demo account counts as both."""
    if request.session.get("demo"):
        return False
    return not is_mfa_enabled(request.user)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; the address she wanted is not kept, because it may name a case."""
    if LEFT in request.COOKIES:
        return HttpResponseRedirect(reverse("nothing"))
    return HttpResponseRedirect(reverse("account_login"))


def to_second_factor() -> HttpResponse:
    """To the page where she enrols her second factor."""
    return HttpResponseRedirect(reverse("mfa_activate_totp"))
