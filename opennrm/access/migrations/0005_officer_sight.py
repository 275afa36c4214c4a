import datetime

import django.db.models.expressions
from django.db import migrations, models

from opennrm.access.officer_sight_sql import OFFICER_SIGHT

KINDS = ["duty", "offer", "notice", "held", "order", "consent", "emergency"]
CLASSES = ["ordinary", "identity", "contact"]


class Migration(migrations.Migration):
    dependencies = [("access", "0004_tokens")]
    operations = [
        migrations.AddField("basis", "officer_id", models.IntegerField(null=True)),
        migrations.AddField("sight", "officer_id", models.IntegerField(default=0)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(OFFICER_SIGHT)],
            state_operations=[
                migrations.AlterField(
                    "sight",
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id",
                        "data_class",
                        "office_id",
                        "officer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint("basis", "access_basis_kind_is_known"),
        migrations.AddConstraint(
            "basis",
            models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="access_basis_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            "basis",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("officer_id__isnull", True), models.Q(("kind", "emergency"), _negated=True)),
                    models.Q(
                        ("classes__contained_by", CLASSES),
                        ("kind", "emergency"),
                        ("officer_id__isnull", False),
                        ("until__isnull", False),
                        (
                            "until__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("since"),
                                "+",
                                models.Value(datetime.timedelta(seconds=3600)),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="access_basis_emergency_is_one_persons_for_an_hour",
            ),
        ),
    ]
