from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from opennrm.web import guards

NAVIGATION = [
    ("worklist", _("Today")),
    ("cases", _("Cases")),
    ("gaps", _("Gaps")),
    ("competence", _("Who does what")),
    ("reports", _("Reports")),
]


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame shows: navigation for her post, language, office, the demo banner."""
    actor = getattr(request, "actor", None)
    current = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "actor": actor,
        "demo": getattr(request, "demo", False) or bool(request.session.get("demo")) if hasattr(request, "session") else False,
        "language": get_language() or settings.LANGUAGE_CODE,
        "right_to_left": get_language_bidi(),
        "navigation": [
            {"label": label, "url": reverse(name), "current": name == current}
            for name, label in NAVIGATION
            if actor is not None and guards.may_enter(actor, name)
        ],
    }
