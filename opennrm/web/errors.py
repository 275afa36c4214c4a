from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import NotFound, Problem
from opennrm.web import pages


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere; the same as for a case that is not hers."""
    return pages.refusal(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    sentence = _("Something broke on our side. Nothing was saved. Try again in a minute.")
    return pages.refusal(request, Problem("fault", sentence, 500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that came from elsewhere or waited too long."""
    sentence = _("This page waited too long. Go back, load it again and repeat.")
    return pages.refusal(request, Problem("form_expired", sentence, 403))
