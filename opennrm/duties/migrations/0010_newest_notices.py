from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("duties", "0009_counted")]
    operations = [
        migrations.RemoveIndex("notice", "duties_notice_unread"),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["office", "-at"], condition=Q(read_at__isnull=True), name="duties_notice_unread"
            ),
        ),
    ]
