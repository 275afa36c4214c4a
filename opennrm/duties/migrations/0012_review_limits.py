from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0011_closed_offices")]

    operations = [
        *(
            migrations.AddField(model_name="review", name=name, field=models.DateTimeField(null=True))
            for name in ("due_at", "reminded_at", "lapsed_at")
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("outcome", "open")), fields=["due_at"], name="duties_review_late"
            ),
        ),
    ]
