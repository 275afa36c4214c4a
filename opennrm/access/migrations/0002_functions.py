from django.db import migrations

from opennrm.access.audit_sql import CREATE_AUDIT
from opennrm.access.sight_sql import DEPLOYMENT, SETTINGS, SIGHT


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in (SETTINGS, SIGHT, DEPLOYMENT, CREATE_AUDIT)]
