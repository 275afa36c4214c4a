from __future__ import annotations

import os
import secrets
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from opennrm.lib import home

OWNER = "opennrm_owner"
APPLICATION = "opennrm_app"
SECONDS_TO_CONNECT = "10"


def application_url() -> str:
    """The application's login: from OPENNRM_DATABASE_URL, else what `init` remembered in the home; empty where there is none."""
    if url := os.environ.get("OPENNRM_DATABASE_URL"):
        return url
    remembered = home.database_url_file()
    return remembered.read_text().strip() if remembered.exists() else ""


def application_settings() -> dict[str, Any]:
    """Django's connection settings for the application's role."""
    return django_settings(application_url())


def django_settings(url: str, **options: str) -> dict[str, Any]:
    """Django's connection settings for a connection address of PostgreSQL."""
    parts = conninfo_to_dict(url)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    known: dict[str, Any] = {names[key]: str(value) for key, value in parts.items() if key in names}
    given = {key: value for key, value in parts.items() if key not in names}
    rest = {"connect_timeout": SECONDS_TO_CONNECT} | given | options
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "opennrm",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        **known,
        "OPTIONS": rest,
    }


def owner_url(admin_url: str, database: str) -> str:
    """The administrator's connection acting as the owner role, which has no login of its own."""
    return make_conninfo(admin_url, dbname=database, options=f"-c role={OWNER}")


def create_roles_and_database(admin_url: str, database: str = "opennrm", password: str | None = None) -> str:
    """Makes the two roles and the database where they are missing; the application's address has this or a new password."""
    password = password or secrets.token_urlsafe(32)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role, attributes in ((OWNER, "NOLOGIN"), (APPLICATION, "LOGIN")):
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(
                    sql.SQL(
                        "CREATE ROLE {} " + attributes + " NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                    ).format(sql.Identifier(role))
                )
        admin.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APPLICATION), sql.Literal(password))
        )
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            admin.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
                ).format(sql.Identifier(database), sql.Identifier(OWNER))
            )
    with psycopg.connect(make_conninfo(admin_url, dbname=database), autocommit=True) as admin:
        admin.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        admin.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
        admin.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APPLICATION)))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        admin.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(APPLICATION)
            )
        )
    return make_conninfo(admin_url, dbname=database, user=APPLICATION, password=password)
