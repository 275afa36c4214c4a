import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
from opennrm.sharing.guards_sql import BEST_INTEREST, UNDO_BEST_INTEREST


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("casefile", "0003_random_ids"),
        ("sharing", "0003_voices"),
    ]

    operations = [
        migrations.CreateModel(
            name="BestInterest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.TextField()),
                ("outcome", models.TextField()),
                ("decided_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("review_by", models.DateField()),
                ("child", models.TextField()),
                ("child_not_why", models.TextField(blank=True)),
                ("guardian", models.TextField()),
                ("child_protection_heard", models.BooleanField()),
                (
                    "also",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("present", models.SmallIntegerField()),
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
                                "not_in_her_interest",
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
                condition=models.Q(("given_by__in", ["person", "child_and_guardian", "child_and_decision"])),
                name="sharing_consent_given_by",
            ),
        ),
        migrations.CreateModel(
            name="BestInterestReasons",
            fields=[
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="sharing.bestinterest",
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="bestinterest",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
            ),
        ),
        migrations.AddField(
            model_name="bestinterest",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
            ),
        ),
        migrations.AddField(
            model_name="bestinterest",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
            ),
        ),
        migrations.AddField(
            model_name="bestinterest",
            name="recipient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
            ),
        ),
        migrations.AddField(
            model_name="childasking",
            name="decision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sharing.bestinterest",
            ),
        ),
        migrations.AddIndex(
            model_name="bestinterest",
            index=models.Index(fields=["case"], name="sharing_bestinterest_case"),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("about__in", ["share", "placement", "return", "interview", "family_contact"]),
                    ("outcome__in", ["yes", "no"]),
                ),
                name="sharing_bestinterest_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", "share"), ("recipient__isnull", False)),
                    models.Q(models.Q(("about", "share"), _negated=True), ("recipient__isnull", True)),
                    _connector="OR",
                ),
                name="sharing_bestinterest_names_an_office_for_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("child", "not_heard"),
                        ("child_not_why__in", ["too_young", "harm", "did_not_want", "not_reached"]),
                    ),
                    models.Q(("child__in", ["directly", "through_trusted"]), ("child_not_why", "")),
                    _connector="OR",
                ),
                name="sharing_bestinterest_says_how_she_was_heard",
            ),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("guardian__in", ["heard", "no_guardian", "may_be_involved", "not_reached"]),
                    (
                        "also__contained_by",
                        ["psychologist", "shelter", "school", "health", "lawyer", "relative"],
                    ),
                ),
                name="sharing_bestinterest_says_who_was_heard",
            ),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(("present__gte", 2)), name="sharing_bestinterest_is_not_decided_alone"
            ),
        ),
        migrations.AddConstraint(
            model_name="bestinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_by__gt", models.F("decided_on"))),
                name="sharing_bestinterest_is_looked_at_again",
            ),
        ),
        migrations.RunSQL(BEST_INTEREST, UNDO_BEST_INTEREST),
    ]
