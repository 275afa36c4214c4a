from django.db import migrations, models

import opennrm.access.rules

# A number that counts up would tell an office how many cases were imported.
RANDOM_IDS = """
ALTER TABLE casefile_importedrow DROP COLUMN id;
ALTER TABLE casefile_importedrow ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();
ALTER TABLE casefile_importedrow ALTER COLUMN id DROP DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("casefile", "0002_sight")]
    operations = [
        migrations.RunSQL(
            RANDOM_IDS,
            state_operations=[
                migrations.AlterField(
                    model_name="importedrow",
                    name="id",
                    field=models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                )
            ],
        )
    ]
