from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identification", "0005_referral_withdrawn")]

    operations = [
        migrations.AddField(
            "referral", "again", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddConstraint(
            "referral",
            models.CheckConstraint(
                condition=models.Q(again="")
                | models.Q(again__in=["changed", "nobody_else", "wrong_before", "other"]),
                name="identification_referral_again_is_known",
            ),
        ),
    ]
