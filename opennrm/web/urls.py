from __future__ import annotations

from django.urls import include, path

from opennrm.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
]

handler404 = "opennrm.web.errors.not_found"
handler500 = "opennrm.web.errors.server_error"
