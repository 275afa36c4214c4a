from django.db import migrations

# They run as the owner and are for triggers alone: nobody else may ask whether a duty or a case exists.
PRIVATE = """
REVOKE ALL ON FUNCTION duties_check_duty(uuid), duties_check_lead(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_invariants")]
    operations = [migrations.RunSQL(PRIVATE)]
