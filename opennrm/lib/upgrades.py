"""When this installation began to keep something: a year before that has no number, which is not a zero."""

from __future__ import annotations

from datetime import MAXYEAR

from django.db.migrations.recorder import MigrationRecorder

from opennrm.lib import clock


def first_year(room: str, upgrade: str) -> int:
    """The year in which an upgrade of a room came to this database; the last year there is where it never did."""
    made = MigrationRecorder.Migration.objects.filter(app=room, name=upgrade)
    applied = made.values_list("applied", flat=True).first()
    return clock.local_day(applied).year if applied else MAXYEAR
