import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("shelters", "0002_admission"),
    ]

    operations = [
        migrations.CreateModel(
            name="Declined",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "shelter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.shelter"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["not_for_her", "no_staff", "not_safe", "illness", "other"])
                        ),
                        name="shelters_declined_reason_is_known",
                    )
                ],
            },
        ),
    ]
