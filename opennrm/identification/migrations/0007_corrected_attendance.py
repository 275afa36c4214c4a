import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identification", "0006_told_again")]

    operations = [
        migrations.AddField(
            "attendance",
            "replaces",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identification.attendance",
            ),
        ),
        migrations.RemoveConstraint("attendance", "identification_attendance_once_a_time"),
        migrations.AddConstraint(
            "attendance",
            models.UniqueConstraint(
                fields=["interview", "side", "at"],
                condition=models.Q(replaces__isnull=True),
                name="identification_attendance_once_a_time",
            ),
        ),
        migrations.AddConstraint(
            "attendance",
            models.UniqueConstraint(fields=["replaces"], name="identification_attendance_replaced_once"),
        ),
    ]
