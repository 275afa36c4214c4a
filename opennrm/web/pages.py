from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

NO_POST = _("Your account holds no post in an office today. Ask your administrator.")
TITLES = {
    403: _("You may not do this"),
    404: _("Nothing here"),
    409: _("This has changed"),
    429: _("Too many tries"),
}


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page that says what went wrong in one sentence, and the way out."""
    title = TITLES.get(problem.status, _("That did not work"))
    return render(
        request, "web/refusal.html", {"title": title, "sentence": problem.sentence}, status=problem.status
    )
