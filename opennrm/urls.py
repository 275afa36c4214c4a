from __future__ import annotations

from opennrm.api.urls import urlpatterns as api
from opennrm.web.urls import handler404, handler429, handler500
from opennrm.web.urls import urlpatterns as pages

__all__ = ["handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [*pages, *api]
