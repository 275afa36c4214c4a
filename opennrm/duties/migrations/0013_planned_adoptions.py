import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import opennrm.access.rules
from opennrm.duties.planned_sql import PLANNED, UNDO_PLANNED


class Migration(migrations.Migration):
    dependencies = [("duties", "0012_review_limits"), ("access", "0002_functions")]
    operations = [
        migrations.CreateModel(
            name="PlannedAdoption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=opennrm.access.rules.new_id,
                        editable=False,
                        serialize=False,
                    ),
                ),
                ("pack", models.TextField()),
                ("effective_on", models.DateField()),
                ("planned_at", models.DateTimeField()),
                *(
                    (
                        name,
                        models.ForeignKey(
                            "agencies.officer",
                            on_delete=django.db.models.deletion.PROTECT,
                            null=True,
                            related_name="+",
                        ),
                    )
                    for name in ("planned_by", "called_off_by")
                ),
                ("state", models.TextField(default="planned")),
                ("began_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("called_off_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state="planned", began_at=None, done_at=None, called_off_at=None)
                        | Q(state="running", began_at__isnull=False, done_at=None, called_off_at=None)
                        | Q(state="done", began_at__isnull=False, done_at__isnull=False, called_off_at=None)
                        | Q(state="called_off", began_at=None, done_at=None, called_off_at__isnull=False),
                        name="duties_plannedadoption_stands_with_its_times",
                    )
                ]
            },
        ),
        migrations.RunSQL(PLANNED, UNDO_PLANNED),
    ]
