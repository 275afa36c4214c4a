import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
import opennrm.duties.rules

TRIGGERS = """
CREATE TRIGGER duties_review_same_case BEFORE INSERT ON duties_review FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_review_is_decided_once BEFORE UPDATE ON duties_review FOR EACH ROW
WHEN (OLD.outcome <> 'open') EXECUTE FUNCTION duties_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("duties", "0004_procedures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(default=opennrm.duties.rules.ReviewOutcome["OPEN"])),
                ("reason", models.TextField(blank=True)),
                ("shown", models.JSONField(default=dict)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.duty"
                    ),
                ),
                (
                    "from_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duties.offer",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "to_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "open")),
                        fields=["reviewer"],
                        name="duties_review_waits",
                    ),
                    models.Index(fields=["case_id"], name="duties_review_case"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["decline", "dispute"])),
                        name="duties_review_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "stays", "moves", "overtaken"])),
                        name="duties_review_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewer", models.F("from_office")), _negated=True),
                            models.Q(("reviewer", models.F("to_office")), _negated=True),
                        ),
                        name="duties_review_is_by_another_office",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                models.Q(("outcome", "open"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="duties_review_outcome_is_dated",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("duty",),
                        name="duties_review_one_open",
                    ),
                    models.UniqueConstraint(fields=("offer",), name="duties_review_once_an_offer"),
                ],
            },
        ),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
