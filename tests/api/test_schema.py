"""Schemathesis tries every operation with what its document allows and with what it forbids, as the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.calling import token
from tests.api.operations import OPERATIONS, OTHERS, Operation

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    allow_header_conformance,
]
EXAMPLES = 3
EACH = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document as a program fetches it; a request leaves the transaction of the test alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _try(
    schema: Any, operation: Operation, mode: GenerationMode, ids: dict[str, UUID], checks: list[Any]
) -> None:
    secret = token("border-ana")

    @EACH
    @given(case=schema[operation.path][operation.method].as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        # What is real stands in the address, so that more than "not found" is tried.
        known = OTHERS | ids if ids else {}
        real = {name: str(one) for name, one in known.items() if f"{{{name}}}" in case.path}
        case.path_parameters = {**(case.path_parameters or {}), **real}
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, checks=checks)
            transaction.set_rollback(True)

    attempt()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_the_document_allows_is_answered_as_the_document_says(
    schema: Any, operation: Operation, objects: dict[str, UUID]
) -> None:
    _try(schema, operation, GenerationMode.POSITIVE, objects, CHECKS)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.method == "post"], ids=str)
def test_what_the_document_forbids_is_refused(
    schema: Any, operation: Operation, objects: dict[str, UUID]
) -> None:
    _try(schema, operation, GenerationMode.NEGATIVE, {}, [*CHECKS, negative_data_rejection])
