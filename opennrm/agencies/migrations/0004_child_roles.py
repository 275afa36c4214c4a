from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChildRole",
            fields=[
                ("role", models.TextField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
            ],
        ),
    ]
