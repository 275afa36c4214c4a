from django.db import migrations, models
from django.db.models import Q

from opennrm.duties.counted_sql import COUNTED


class Migration(migrations.Migration):
    dependencies = [("access", "0005_officer_sight"), ("duties", "0008_news")]
    operations = [
        migrations.RunSQL(COUNTED),
        migrations.AddIndex(
            "duty",
            models.Index(
                fields=["holder", "person"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="duties_duty_named",
            ),
        ),
    ]
