from django.db import migrations

from opennrm.sharing.guards_sql import CHILD_IDENTITY, UNDO_CHILD_IDENTITY


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_child_roles"),
        ("sharing", "0004_best_interest"),
    ]

    operations = [migrations.RunSQL(CHILD_IDENTITY, UNDO_CHILD_IDENTITY)]
