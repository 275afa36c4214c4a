import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import opennrm.access.rules


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("duties", "0013_planned_adoptions"),
        ("shelters", "0003_declined"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("given_at", models.DateTimeField()),
                ("leaves_on", models.DateField()),
                ("plan", models.TextField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
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
                        condition=models.Q(("plan__in", ["made", "not_wanted"])),
                        name="shelters_notice_plan_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("reason", models.TextField()),
                ("legal_basis", models.TextField()),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("stands", models.BooleanField(null=True)),
                ("appealed_at", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "duty",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duties.duty",
                    ),
                ),
                (
                    "reviewer",
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
                            ("reason__in", ["threat_to_life", "court_order", "child_at_risk", "illness"]),
                            models.Q(("legal_basis", ""), _negated=True),
                        ),
                        name="shelters_restriction_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("begins_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("begins_at"), "+", models.Value(datetime.timedelta(days=14))
                                ),
                            ),
                        ),
                        name="shelters_restriction_ends_in_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_at__isnull", True), ("stands__isnull", True)),
                            models.Q(("reviewed_at__isnull", False), ("stands__isnull", False)),
                            _connector="OR",
                        ),
                        name="shelters_restriction_review_is_dated",
                    ),
                ],
            },
        ),
    ]
