"""The API with every operation on it: importing a module of operations is what puts them there."""

from __future__ import annotations

from importlib import import_module

from opennrm.api.service import PREFIX, api

__all__ = ["MODULES", "PREFIX", "api"]

MODULES = tuple(
    import_module(f"opennrm.api.{name}")
    for name in (
        "agreements",
        "assessments",
        "best_interest",
        "bodies",
        "cases",
        "circumstances",
        "colleagues",
        "consents",
        "decisions",
        "duties",
        "guardians",
        "hooks",
        "identification",
        "interviews",
        "meetings",
        "offers",
        "offices",
        "orders",
        "performance",
        "police_cases",
        "procedures",
        "referrals",
        "reports",
        "requests",
        "reviews",
        "sharing",
        "support",
        "voices",
        "worklist",
    )
)
