import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import opennrm.access.rules
from opennrm.coordination.silent_sql import SILENT, UNDO_SILENT

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("coordination", "0001_initial"),
        ("duties", "0004_procedures"),
    ]
    operations = [
        migrations.CreateModel(
            name="SilentYear",
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
                (
                    "body",
                    models.ForeignKey("coordination.body", on_delete=PROTECT, related_name="+"),
                ),
                ("year", models.SmallIntegerField()),
                ("duty", models.OneToOneField("duties.duty", on_delete=PROTECT, related_name="+")),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey("agencies.officer", on_delete=PROTECT, null=True, related_name="+"),
                ),
                (
                    "confirmed_for",
                    models.ForeignKey("agencies.office", on_delete=PROTECT, null=True, related_name="+"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["body", "year"], name="coordination_silentyear_once"),
                    models.CheckConstraint(
                        condition=Q(confirmed_at=None, confirmed_by=None, confirmed_for=None)
                        | Q(
                            confirmed_at__isnull=False,
                            confirmed_by__isnull=False,
                            confirmed_for__isnull=False,
                        ),
                        name="coordination_silentyear_confirmed_by_somebody",
                    ),
                ]
            },
        ),
        migrations.RunSQL(SILENT, UNDO_SILENT),
    ]
