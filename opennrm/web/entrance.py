from __future__ import annotations

from itertools import groupby
from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from opennrm.agencies import queries as agencies
from opennrm.casefile.policies import CASE_WORK
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.web import context, guards, pages, sign_in

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# A minute or so of Back shows an empty page; after that the sign-in page is an ordinary answer again.
LEFT_FOR = 15 * 60
GROUPS = (_("Work with people"), _("Figures, money and oversight"))


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in a demonstration it also lists the accounts that open with one click."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "groups": demo_accounts() if context.is_demo() else []}


def demo_accounts() -> list[tuple[str, list[agencies.AccountCard]]]:
    """The accounts of a demonstration: those who work with people first."""
    accounts = agencies.accounts(clock.today())
    accounts.sort(key=lambda account: account.role not in CASE_WORK)
    grouped = groupby(accounts, key=lambda account: account.role not in CASE_WORK)
    return [(str(GROUPS[others]), list(several)) for others, several in grouped]


@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Signs in as an invented person with one click, counted as both factors; only in a demonstration."""
    known = {account.username for account in agencies.accounts(clock.today())}
    user = User.objects.filter(username=username, is_active=True).first()
    if not context.is_demo() or user is None or username not in known:
        raise NotFound()
    login(request, user, backend=BACKEND)
    request.session["demo"] = True
    sign_in.note(user)
    return HttpResponseRedirect("/")


def leave(request: HttpRequest) -> HttpResponse:
    """Ends the session at once and shows an empty page.

    A link is enough: the session's cookie is strict, so that no other site can end it for her.
    """
    request.session.flush()
    response = nothing(request)
    # Not "storage": what she wrote offline and could not yet send would be lost.
    response.headers["Clear-Site-Data"] = '"cache"'
    response.set_cookie(
        guards.LEFT, "1", max_age=LEFT_FOR, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    return response


def nothing(request: HttpRequest) -> HttpResponse:
    """A page that says nothing of the service."""
    response = HttpResponse(render_to_string("web/nothing.html"))
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for one who tried too often."""
    return pages.refusal(request, sign_in.TooMany())
