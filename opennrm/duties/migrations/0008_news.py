from django.db import migrations

from opennrm.duties.news_sql import NEWS


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_hooks"), ("duties", "0007_notices_without_a_duty")]
    operations = [migrations.RunSQL(NEWS)]
