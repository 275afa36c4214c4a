from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from opennrm.access.answering import problem_of
from opennrm.lib.problems import NotAllowed, NotFound, Problem

CONTENT_TYPE = "application/problem+json"
LONGEST_FIELD = 60
ROW_SECURITY = "42501"
FAULT = _("Something broke on our side. Nothing was saved. Try again in a minute.")


class NotUnderstood(Problem):
    """What was sent is not what the document of the API describes."""

    def __init__(self, field: str, sentence: Any) -> None:
        super().__init__(
            "not_understood", _("%(field)s: %(sentence)s") % {"field": field, "sentence": sentence}, 422
        )
        self.errors = [{"field": field, "problem": str(sentence)}]


def answer(problem: Problem) -> HttpResponse:
    """A problem as RFC 9457 has it: a code, the sentence of the pages, a status; where fields are wrong, which ones."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": str(problem.sentence),
        "status": problem.status,
        "code": problem.code,
    }
    if errors := getattr(problem, "errors", None):
        content["errors"] = errors
    made = JsonResponse(content, status=problem.status, content_type=CONTENT_TYPE)
    made.headers["Content-Language"] = get_language() or "en"
    if problem.status == 401:
        made.headers["WWW-Authenticate"] = "Bearer"
    return made


def listen(api: NinjaAPI) -> None:
    """Makes every exception of an operation a problem; its status makes the scope roll back."""
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(Http404, lambda request, exception: answer(NotFound()))
    api.add_exception_handler(Exception, _other)


def too_large() -> Problem:
    """A body that is longer than any act needs."""
    return Problem("too_large", _("What you sent is too long. Send at most one megabyte."), 413)


def _other(request: HttpRequest, exception: Any) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return answer(too_large())
    problem = problem_of(exception)
    if problem is None:
        # Where the wall refuses what a door let through, it is a refusal, and a fault of ours to look into.
        walled = getattr(exception.__cause__, "sqlstate", "") == ROW_SECURITY
        logging.getLogger("django.request").error("fault in an operation", exc_info=exception)
        problem = NotAllowed() if walled else Problem("fault", FAULT, 500)
    return answer(problem)


def _refused(request: HttpRequest, exception: Any) -> HttpResponse:
    sentence = _("The body is not JSON. Send one JSON object in UTF-8.")
    return answer(
        Problem("not_json", sentence, 400 if exception.status_code == 400 else exception.status_code)
    )


def _invalid(request: HttpRequest, exception: Any) -> HttpResponse:
    errors = [{"field": _field(one["loc"]), "problem": _sentence(one)} for one in exception.errors]
    names = ", ".join(dict.fromkeys(error["field"] for error in errors))
    problem = Problem(
        "not_understood",
        _("Correct what is wrong here and send it again: %(fields)s.") % {"fields": names},
        422,
    )
    problem.errors = errors  # type: ignore[attr-defined]
    return answer(problem)


def _field(place: Any) -> str:
    # The first two parts say "body" and the name of our own argument.
    parts = [str(part) for part in place]
    within = parts[2:] if parts[0] == "body" else parts[1:]
    return ".".join(within)[:LONGEST_FIELD] or "body"


def _sentence(error: dict[str, Any]) -> str:
    # What was sent is never repeated; some words of the library do.
    known = {
        "missing",
        "string_too_long",
        "enum",
        "literal_error",
        "greater_than_equal",
        "less_than_equal",
        "extra_forbidden",
    }
    if error["type"] in known or error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    return str(_("This is not of the kind that the document of the API describes."))
