from django.db import migrations, models

import opennrm.access.rules

# What a duty rests on is written when it is made; only the adoption of another procedure changes it.
RESTS = """
CREATE TRIGGER duties_duty_rests_on_its_rule BEFORE UPDATE OF
  rule, source, verified, sop, role, classes_opened, by_law, limit_amount, limit_unit, escalates_to
ON duties_duty FOR EACH ROW WHEN (app_purpose() = 'work') EXECUTE FUNCTION duties_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0003_private_checks"), ("access", "0002_functions")]
    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=opennrm.access.rules.new_id,
                        editable=False,
                        serialize=False,
                    ),
                ),
                ("pack", models.TextField()),
                ("effective_on", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("cases_done", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["pack"],
                        condition=models.Q(finished_at__isnull=True),
                        name="duties_adoption_one_at_a_time",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=opennrm.access.rules.new_id,
                        editable=False,
                        serialize=False,
                    ),
                ),
                ("pack", models.TextField()),
                ("rule", models.TextField()),
                ("reference", models.TextField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["pack", "rule"], name="duties_confirmation_once")
                ]
            },
        ),
        migrations.RunSQL(RESTS, "DROP TRIGGER duties_duty_rests_on_its_rule ON duties_duty"),
    ]
