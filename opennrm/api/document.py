from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from opennrm.api import problems
from opennrm.api.operations import PREFIX, api

REFUSALS = {
    "401": "There is no token that stands.",
    "403": "Your post, or your token, does not have the right to do this.",
    "404": "There is nothing here, or it is not for your office.",
    "409": "It has changed, or it is not open to this act as it stands.",
    "413": "The body is too long.",
    "415": "The body is not JSON.",
    "422": "A field was not understood; it is named.",
    "400": "It cannot be done as it was asked; the sentence says why.",
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "One sentence in the language of Accept-Language."},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key with the same body within 48 hours is done once and answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document; it says what there is, and nothing of what is in it."""
    return JsonResponse(described())


@cache
def described() -> dict[str, Any]:
    """The document with what every operation shares: problems, and keys on what changes something."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"{PREFIX.lstrip('/')}/"))
    made["components"]["schemas"]["Problem"] = PROBLEM
    made["servers"] = [{"url": "/"}]
    for operations in made["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    return made


def _complete(method: str, operation: dict[str, Any]) -> None:
    content = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    for status, description in REFUSALS.items():
        answers[status] = {"description": description, "content": content}
    operation["responses"] = answers
    operation.pop("description", None)
    if method == "post" and operation["operationId"] != "search_cases":
        operation["parameters"] = [*operation["parameters"], KEY]
