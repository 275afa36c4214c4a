"""The API with every operation on it: importing a module of operations is what puts them there."""

from __future__ import annotations

from opennrm.api import cases, duties, identification, offers, offices, reports, sharing, support, worklist
from opennrm.api.service import PREFIX, api

__all__ = ["MODULES", "PREFIX", "api"]

MODULES = (cases, duties, identification, offers, offices, reports, sharing, support, worklist)
