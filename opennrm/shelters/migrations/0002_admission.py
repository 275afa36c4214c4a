import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("shelters", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="District",
            fields=[
                (
                    "region",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="agencies.region",
                    ),
                ),
                ("latitude", models.FloatField()),
                ("longitude", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "shelter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="shelters.shelter",
                    ),
                ),
                (
                    "takes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("families", models.BooleanField()),
                ("foreigners", models.BooleanField()),
                (
                    "care",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("source", models.TextField(blank=True)),
                ("verified", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "care__contained_by",
                                ["psychiatric_care", "medical_care", "child_care", "step_free", "guarded"],
                            ),
                            ("takes__contained_by", ["women", "men", "girls", "boys"]),
                        ),
                        name="shelters_admission_words_are_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Danger",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("near_km", models.SmallIntegerField(default=50)),
                ("other_case", models.UUIDField(db_index=True, null=True)),
                ("noted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.region",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other_case__isnull", False), ("region__isnull", True)),
                            models.Q(("other_case__isnull", True), ("region__isnull", False)),
                            _connector="OR",
                        ),
                        name="shelters_danger_is_a_region_or_a_person",
                    )
                ],
            },
        ),
    ]
