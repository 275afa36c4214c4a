from django.db import migrations

from opennrm.duties.ledger_sql import INVARIANTS


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial"), ("casefile", "0002_sight")]
    operations = [migrations.RunSQL(INVARIANTS)]
