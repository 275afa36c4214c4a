from __future__ import annotations

from django.db import migrations

from opennrm.oversight.review_sql import FOLLOWS, UNDO


class Migration(migrations.Migration):
    dependencies = [("duties", "0012_review_limits"), ("oversight", "0002_signals")]

    operations = [migrations.RunSQL(FOLLOWS, UNDO)]
