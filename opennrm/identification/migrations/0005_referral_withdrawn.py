from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identification", "0004_referral_answer")]

    operations = [
        migrations.RemoveConstraint("referral", "identification_referral_state_is_known"),
        migrations.AddConstraint(
            "referral",
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["open", "accepted", "declined", "refused", "withdrawn", "overtaken"]
                ),
                name="identification_referral_state_is_known",
            ),
        ),
    ]
