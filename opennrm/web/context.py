from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from opennrm.access import matrix
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.web import guards

NAVIGATION = [
    ("worklist", _("Today")),
    ("cases", _("Cases")),
    ("gaps", _("Gaps")),
    ("places", _("Places")),
    ("oversight", _("Oversight")),
    ("competence", _("Who does what")),
    ("procedure", _("Procedure")),
    ("coordination", _("Meetings")),
    ("reports", _("Reports")),
]


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame shows: navigation for her post, language, office, the demo banner."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "demo": is_demo,  # asked where it is drawn
        "language": get_language() or settings.LANGUAGE_CODE,
        "right_to_left": get_language_bidi(),
        "navigation": navigation(request, actor),
        **_account(request, actor),
    }


def is_demo() -> bool:
    """Whether everything in this database is invented."""
    deployment = access.deployment()
    return deployment is not None and deployment.is_demo


def navigation(request: HttpRequest, actor: Actor | None) -> list[dict[str, Any]]:
    """The parts of the service that her posts open."""
    current = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label in NAVIGATION
        if actor is not None and name in matrix.routes() and guards.may_enter(actor, name)
    ]


def _account(request: HttpRequest, actor: Actor | None) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    person = agencies.officers([actor.officer]).get(actor.officer) if actor and actor.officer else None
    offices = agencies.offices(actor.offices) if actor else {}
    return {
        "signed_in_person": person.name if person else user.get_username(),
        "signed_in_office": ", ".join(office.shown for office in offices.values()),
        "sign_out_url": reverse("account_logout"),
    }
