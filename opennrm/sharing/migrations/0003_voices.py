import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
from opennrm.sharing.guards_sql import UNDO_VOICES, VOICES


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("casefile", "0003_random_ids"),
        ("people", "0001_initial"),
        ("sharing", "0002_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChildAsking",
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
                ("asked_at", models.DateTimeField()),
                ("age", models.SmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Voice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("whose", models.TextField()),
                ("word", models.TextField()),
                ("why_not", models.TextField(blank=True)),
                ("weight", models.TextField(blank=True)),
                ("on", models.DateField(null=True)),
                ("way", models.TextField(blank=True)),
                ("digest", models.TextField(blank=True)),
                ("understood", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("withdrawn_how", models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="sharing_consent_says_why_it_ended",
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="sharing_consent_given_by",
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
                            [
                                "withdrawn",
                                "child_withdrew",
                                "guardian_withdrew",
                                "lapsed",
                                "head_changed",
                                "competence_ended",
                                "renewed",
                            ],
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
                condition=models.Q(("given_by__in", ["person", "child_and_guardian"])),
                name="sharing_consent_given_by",
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="consent",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.consent"
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="asking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.childasking"
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.officer",
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="explained_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.officer",
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="guardian",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.guardian"
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="text",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sharing.consenttext",
            ),
        ),
        migrations.AddIndex(
            model_name="childasking",
            index=models.Index(fields=["case"], name="sharing_childasking_case"),
        ),
        migrations.AddConstraint(
            model_name="childasking",
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
                name="sharing_childasking_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.UniqueConstraint(fields=("asking", "whose"), name="sharing_voice_once"),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("guardian__isnull", True),
                        ("weight__in", ["consent", "assent", "view"]),
                        ("whose", "child"),
                    ),
                    models.Q(("weight", ""), ("whose", "guardian")),
                    _connector="OR",
                ),
                name="sharing_voice_is_one_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("explained_by__isnull", False),
                        ("on__isnull", False),
                        ("text__isnull", False),
                        ("way__in", ["signed", "spoken_with_witness", "with_interpreter"]),
                        ("why_not", ""),
                        ("word__in", ["agrees", "dissents"]),
                    ),
                    models.Q(
                        ("digest", ""),
                        ("explained_by__isnull", True),
                        ("guardian__isnull", True),
                        ("on__isnull", True),
                        ("text__isnull", True),
                        ("way", ""),
                        ("word", "not_asked"),
                        models.Q(
                            models.Q(("whose", "child"), ("why_not__in", ["too_young", "harm"])),
                            models.Q(
                                ("whose", "guardian"), ("why_not__in", ["no_guardian", "may_be_involved"])
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="sharing_voice_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("understood__in", ["yes", "no", "not_asked"]),
                    models.Q(
                        models.Q(("word", "agrees"), _negated=True), ("understood", "yes"), _connector="OR"
                    ),
                ),
                name="sharing_voice_agrees_to_what_was_understood",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("whose", "guardian"), _negated=True),
                    ("word", "not_asked"),
                    ("guardian__isnull", False),
                    _connector="OR",
                ),
                name="sharing_voice_names_the_guardian",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("withdrawn_how", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("withdrawn_how__in", ["in_person", "by_phone", "in_writing", "through_another"]),
                        models.Q(
                            ("word", "agrees"),
                            models.Q(("whose", "child"), ("word", "not_asked")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="sharing_voice_is_taken_back_once_said",
            ),
        ),
        migrations.RunSQL(VOICES, UNDO_VOICES),
    ]
