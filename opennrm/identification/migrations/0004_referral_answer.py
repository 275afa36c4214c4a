import django.db.models.deletion
from django.db import migrations, models

# Who answers a referral stands once, in the ledger; the referral only repeats it, and is asked no longer when the duty ends.
FOLLOWS_THE_DUTY = """
CREATE FUNCTION identification_answer_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE identification_referral SET office_id = NEW.holder_id, answer_by = NEW.due_at
    WHERE duty_id = NEW.id AND state = 'open' AND (office_id <> NEW.holder_id OR answer_by IS DISTINCT FROM NEW.due_at);
  IF NEW.state = 'ended' THEN
    UPDATE identification_referral SET state = 'overtaken', answered_at = NEW.ended_at WHERE duty_id = NEW.id AND state = 'open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER identification_answer_moved AFTER UPDATE ON duties_duty FOR EACH ROW
WHEN (NEW.kind = 'answer_referral') EXECUTE FUNCTION identification_answer_moved();

CREATE TRIGGER identification_referral_same_case BEFORE INSERT ON identification_referral
FOR EACH ROW EXECUTE FUNCTION duties_same_case();
"""
UNDO = """
DROP TRIGGER identification_referral_same_case ON identification_referral;
DROP TRIGGER identification_answer_moved ON duties_duty;
DROP FUNCTION identification_answer_moved();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_absences"),
        ("casefile", "0003_random_ids"),
        ("duties", "0006_later_steps"),
        ("identification", "0003_referral"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referral",
            name="identification_referral_state_is_known",
        ),
        migrations.AddField(
            model_name="referral",
            name="duty",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.duty"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["office"], name="identification_referral_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "declined", "refused", "overtaken"])),
                name="identification_referral_state_is_known",
            ),
        ),
        migrations.RunSQL(FOLLOWS_THE_DUTY, UNDO),
    ]
