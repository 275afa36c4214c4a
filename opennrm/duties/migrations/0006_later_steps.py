from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0005_reviews")]
    operations = [
        migrations.AddField("duty", "tells_next_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "duty",
            models.Index(
                fields=["tells_next_at"],
                condition=models.Q(state="lapsed", tells_next_at__isnull=False),
                name="duties_duty_tells_next",
            ),
        ),
    ]
