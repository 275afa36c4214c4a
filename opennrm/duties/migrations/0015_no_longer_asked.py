from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0014_came_from")]

    operations = [
        migrations.RemoveConstraint("notice", "duties_notice_is_of_a_duty_or_a_share"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(duty__isnull=False)
                | models.Q(what__in=["share_ended", "referral_withdrawn"], shown={}),
                name="duties_notice_without_a_duty_tells_no_more",
            ),
        ),
    ]
