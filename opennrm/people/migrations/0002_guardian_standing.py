from django.db import migrations, models

import opennrm.people.rules


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="guardian",
            name="standing",
            field=models.TextField(default=opennrm.people.rules.GuardianStanding["CARER"]),
        ),
        migrations.AddConstraint(
            model_name="guardian",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["parent", "appointed", "carer"])),
                name="people_guardian_standing_is_known",
            ),
        ),
    ]
