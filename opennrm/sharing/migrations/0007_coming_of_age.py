import django.db.models.deletion
from django.db import migrations, models

from opennrm.sharing.guards_sql import COMING_OF_AGE, UNDO_COMING_OF_AGE


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_child_roles"),
        ("casefile", "0003_random_ids"),
        ("sharing", "0006_guardian_gone"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComingOfAge",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="casefile.case",
                    ),
                ),
                ("on", models.DateField()),
                ("noted_at", models.DateTimeField()),
                ("asked_again_by", models.DateField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="sharing_consent_says_why_it_ended",
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
                                "guardian_gone",
                                "came_of_age",
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
            model_name="comingofage",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_again_by__gt", models.F("on"))),
                name="sharing_comingofage_leaves_time",
            ),
        ),
        migrations.RunSQL(COMING_OF_AGE, UNDO_COMING_OF_AGE),
    ]
