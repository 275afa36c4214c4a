from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from opennrm.access import rowsecurity
from opennrm.lib.database import create_roles_and_database, django_settings, owner_url


def install(admin_url: str, database: str = "opennrm", password: str | None = None) -> str:
    """Creates or upgrades roles, schema, grants and row security on a server; returns the application's address."""
    application = create_roles_and_database(admin_url, database, password)
    upgrade(owner_url(admin_url, database))
    return application


def upgrade(owner: str) -> None:
    """Migrates as the owner role and makes grants and policies what the matrix says."""
    connections.databases["owner"] = connections.configure_settings(
        {"default": django_settings(""), "owner": django_settings(owner)}
    )["owner"]
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        with connections["owner"].cursor() as cursor:
            cursor.execute("BEGIN")
            rowsecurity.apply(cursor)
            cursor.execute("COMMIT")
    finally:
        connections["owner"].close()
        del connections["owner"]
        del connections.databases["owner"]
