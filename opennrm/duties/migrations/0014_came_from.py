import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from opennrm.duties.ledger_sql import INVARIANTS
from opennrm.duties.moved_sql import CAME_FROM, CHECKED

CHECKED_BEFORE = INVARIANTS.partition("CREATE FUNCTION duties_check_lead")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("duties", "0013_planned_adoptions")]
    operations = [
        migrations.AddField(
            "holding",
            "came_from",
            models.ForeignKey(
                "agencies.office",
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.RunSQL(CAME_FROM, migrations.RunSQL.noop),
        migrations.RunSQL(CHECKED, CHECKED_BEFORE),
        migrations.AddIndex(
            "holding",
            models.Index(fields=["since"], condition=Q(came_from__isnull=False), name="duties_holding_moved"),
        ),
        migrations.AddIndex(
            "event", models.Index(fields=["at"], condition=Q(kind="lapsed"), name="duties_event_lapsed")
        ),
    ]
