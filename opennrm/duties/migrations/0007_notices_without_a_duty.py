import django.db.models.deletion
from django.db import migrations, models

# A notice without a duty says that a share has ended, and nothing else.
WITHOUT_A_DUTY = """
DROP TRIGGER duties_notice_same_case ON duties_notice;
CREATE TRIGGER duties_notice_same_case BEFORE INSERT ON duties_notice FOR EACH ROW
WHEN (NEW.duty_id IS NOT NULL) EXECUTE FUNCTION duties_same_case();
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0006_later_steps")]
    operations = [
        migrations.AlterField(
            "notice",
            "duty",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.duty"
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(duty__isnull=False) | models.Q(what="share_ended", shown={}),
                name="duties_notice_is_of_a_duty_or_a_share",
            ),
        ),
        migrations.RunSQL(WITHOUT_A_DUTY),
    ]
