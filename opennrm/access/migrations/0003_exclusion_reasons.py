import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from opennrm.access.sight_sql import EXCLUDES_ME


class Migration(migrations.Migration):
    dependencies = [("access", "0002_functions")]
    operations = [
        migrations.CreateModel(
            name="ExclusionReason",
            fields=[
                (
                    "exclusion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.exclusion",
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("asked_by", models.IntegerField()),
                ("asked_by_office", models.IntegerField()),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.RemoveField(model_name="exclusion", name="reason"),
        migrations.RemoveField(model_name="exclusion", name="asked_by"),
        migrations.RemoveField(model_name="exclusion", name="asked_by_office"),
        migrations.RunSQL(EXCLUDES_ME),
    ]
