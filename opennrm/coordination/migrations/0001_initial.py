import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0001_initial"),
        ("duties", "0004_procedures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.TextField()),
                ("signed_on", models.DateField()),
                ("expires_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("source", models.TextField(blank=True)),
                ("known_at", models.DateTimeField()),
                ("warned_at", models.DateTimeField(null=True)),
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Body",
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
                ("quorum", models.SmallIntegerField()),
                ("source", models.TextField(blank=True)),
                (
                    "kept_by",
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
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                ("place", models.TextField()),
                ("planned_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(null=True)),
                ("quorum", models.SmallIntegerField(null=True)),
                ("agenda", models.JSONField(default=list)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coordination.body"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="coordination.agreement",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "duty",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.duty"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="coordination.meeting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.TextField()),
                ("title_sq", models.TextField()),
                ("is_chair", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="coordination.body",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.office",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attended",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("came", models.TextField()),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="coordination.meeting",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coordination.seat"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_on__isnull", True), ("expires_on__gt", models.F("signed_on")), _connector="OR"
                ),
                name="coordination_agreement_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                fields=("subject", "signed_on"), name="coordination_agreement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="body",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["responsible_authority", "state_committee", "regional_committee", "survivors_board"],
                    )
                ),
                name="coordination_body_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="body",
            constraint=models.CheckConstraint(
                condition=models.Q(("quorum__gte", 1)), name="coordination_body_needs_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", ["in_person", "online", "both"])),
                name="coordination_meeting_place_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quorum__isnull", True), ("recorded_at__isnull", True)),
                    models.Q(("quorum__isnull", False), ("recorded_at__isnull", False)),
                    _connector="OR",
                ),
                name="coordination_meeting_held_with_its_quorum",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(fields=("body", "on"), name="coordination_meeting_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                fields=("agreement", "organisation"), name="coordination_party_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                fields=("body", "title", "since"), name="coordination_seat_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="coordination_seat_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="attended",
            constraint=models.CheckConstraint(
                condition=models.Q(("came__in", ["present", "absent", "excused"])),
                name="coordination_attended_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attended",
            constraint=models.UniqueConstraint(fields=("meeting", "seat"), name="coordination_attended_once"),
        ),
    ]
