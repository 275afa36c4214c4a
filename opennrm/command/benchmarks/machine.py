from __future__ import annotations

import os
import platform

from django.db import connection

from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile.models import Case


def machine() -> dict[str, object]:
    """Where this was measured: figures of two machines, or of a busy and a quiet one, are never compared."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
        "python": platform.python_version(),
        "postgresql": postgres,
    }


def size() -> dict[str, int]:
    """How much there is in the database."""
    with as_system("statistics", reason="size of a benchmark"):
        return {"cases": Case.objects.count(), "offices": len(agencies.offices())}
