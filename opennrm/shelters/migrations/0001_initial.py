import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
import opennrm.duties.models
from opennrm.shelters.guards_sql import GUARDS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0003_hooks"),
        ("casefile", "0003_random_ids"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_sq", models.TextField()),
                ("kind", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Shelter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "office",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="shelters.site",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("seal", models.UUIDField(default=opennrm.access.rules.new_id, editable=False)),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("name_sq", models.TextField()),
                ("kind", models.TextField()),
                ("capacity", models.SmallIntegerField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.site"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.SmallIntegerField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.room"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="site",
            name="shelter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.shelter"
            ),
        ),
        migrations.CreateModel(
            name="Departure",
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
                    "shelter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.shelter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
                    ),
                ),
                (
                    "shelter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.shelter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("state", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.place"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("member", models.SmallIntegerField(default=0)),
                ("state", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "use",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.use"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("monthly_cost", models.IntegerField()),
                ("known_at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shelters.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("begins_on")), ("monthly_cost__gte", 0)),
                        name="shelters_lease_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(fields=("site", "begins_on"), name="shelters_lease_once"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity__gte", 1), ("kind__in", ["women", "men", "family", "children", "anybody"])
                ),
                name="shelters_room_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("site", "name"), name="shelters_room_once"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(fields=("room", "number"), name="shelters_place_once"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["house", "apartment"])), name="shelters_site_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="departure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "own_wish",
                            "independent",
                            "family",
                            "returned",
                            "other_shelter",
                            "lost_contact",
                            "other",
                        ],
                    )
                ),
                name="shelters_departure_reason_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="confirmation",
            index=models.Index(fields=["shelter", "-at"], name="shelters_confirmation_newest"),
        ),
        migrations.AddIndex(
            model_name="use",
            index=models.Index(fields=["until"], name="shelters_use_until"),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["held", "occupied", "out_of_use"])),
                name="shelters_use_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("began_at")), _connector="OR"
                ),
                name="shelters_use_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True), ("until__isnull", False), _connector="OR"
                ),
                name="shelters_use_hold_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reason__in", ["repair", "quarantine", "staff", "safety", "lease_ended", "other"]),
                        ("state", "out_of_use"),
                    ),
                    models.Q(models.Q(("state", "out_of_use"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="shelters_use_out_of_use_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("place", "="),
                    (
                        opennrm.duties.models.Period(
                            "began_at", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="shelters_use_never_overlaps",
            ),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["case", "-began_at"], name="shelters_stay_case"),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["held", "occupied"])), name="shelters_stay_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state", "occupied")),
                expressions=[
                    ("case", "="),
                    ("member", "="),
                    (
                        opennrm.duties.models.Period(
                            "began_at", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="shelters_stay_never_in_two_places",
            ),
        ),
        migrations.RunSQL(GUARDS),
    ]
