import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
from opennrm.sharing.guards_sql import GUARDS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0002_absences"),
        ("casefile", "0003_random_ids"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.SmallIntegerField()),
                ("language", models.TextField()),
                ("body", models.TextField()),
                ("digest", models.TextField(unique=True)),
                ("since", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "language"), name="sharing_consenttext_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("purpose", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("given_by", models.TextField()),
                ("way", models.TextField()),
                ("digest", models.TextField()),
                ("understood_interview", models.TextField()),
                ("understood_purpose", models.TextField()),
                ("understood_data_use", models.TextField()),
                ("understood_research_use", models.TextField()),
                ("understood_own_data", models.TextField()),
                ("understood_storage", models.TextField()),
                ("understood_withdrawal", models.TextField()),
                ("ends_with_change", models.BooleanField()),
                ("role", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.TextField(blank=True)),
                ("withdrawn_how", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
                (
                    "explained_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sharing.consenttext",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("data_class", models.TextField()),
                ("at", models.DateTimeField()),
                ("rows", models.IntegerField()),
                ("digest", models.TextField()),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.consent"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["case"], name="sharing_consent_case"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["until"],
                name="sharing_consent_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("given_at"))),
                name="sharing_consent_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_why", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        (
                            "ended_why__in",
                            ["withdrawn", "lapsed", "head_changed", "competence_ended", "renewed"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="sharing_consent_says_why_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_how", ""),
                    models.Q(
                        ("ended_why", "withdrawn"),
                        ("withdrawn_how__in", ["in_person", "by_phone", "in_writing", "through_another"]),
                    ),
                    _connector="OR",
                ),
                name="sharing_consent_says_how_it_was_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "shelter",
                            "social_support",
                            "health",
                            "legal_aid",
                            "safety",
                            "residence",
                            "return_home",
                            "work",
                            "school",
                        ],
                    )
                ),
                name="sharing_consent_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["signed", "spoken_with_witness", "with_interpreter"])),
                name="sharing_consent_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_by__in", ["person"])), name="sharing_consent_given_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_interview__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_interview",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_purpose__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_data_use__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_data_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_research_use__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_research_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_own_data__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_own_data",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_storage__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_storage",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("understood_withdrawal__in", ["yes", "no", "not_asked"])),
                name="sharing_consent_understood_withdrawal",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("consent", "data_class"), name="sharing_snapshot_once"
            ),
        ),
        migrations.RunSQL(GUARDS),
    ]
