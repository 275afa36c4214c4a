from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_child_roles"),
        ("casefile", "0003_random_ids"),
        ("sharing", "0005_child_identity"),
    ]

    operations = [
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
    ]
