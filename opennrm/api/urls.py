from __future__ import annotations

from django.urls import include, path

from opennrm.api import document
from opennrm.api.operations import PREFIX, api

_patterns = [one for one in api.urls[0] if getattr(one, "name", "") != "api-root"]
_mount = f"{PREFIX.lstrip('/')}/"

urlpatterns = [
    path(f"{_mount}openapi.json", document.document, name="api-document"),
    path(_mount, include((_patterns, "ninja"), namespace="api")),
]
