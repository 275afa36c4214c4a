import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
from opennrm.agencies.hooks_sql import ANSWERS_FOR, NEWS


class Migration(migrations.Migration):
    dependencies = [("access", "0003_exclusion_reasons"), ("agencies", "0002_absences")]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.TextField()),
                ("secret", models.TextField(blank=True)),
                ("state", models.TextField(default="on")),
                ("why", models.TextField(blank=True)),
                ("registered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HookLook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("try_at", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("state", models.TextField(default="pending")),
                ("outcome", models.TextField(blank=True)),
                ("status", models.SmallIntegerField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.hook"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HookNews",
            fields=[
                ("transaction", models.BigIntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hook_id",
                        "transaction",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.hook"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="hook",
            index=models.Index(
                condition=models.Q(("state", "on")), fields=["office"], name="agencies_hook_is_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["on", "paused", "ended"])),
                name="agencies_hook_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["", "failing", "gone"])), name="agencies_hook_why_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True),
                    models.Q(("address", ""), ("secret", "")),
                    _connector="OR",
                ),
                name="agencies_hook_ended_keeps_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="hooklook",
            index=models.Index(fields=["hook", "-made_at"], name="agencies_hooklook_latest"),
        ),
        migrations.AddConstraint(
            model_name="hooklook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "delivered", "given_up", "dropped"])),
                name="agencies_hooklook_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hooklook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "",
                            "delivered",
                            "refused",
                            "moved",
                            "gone",
                            "unknown_name",
                            "network",
                            "unreachable",
                            "certificate",
                            "slow",
                        ],
                    )
                ),
                name="agencies_hooklook_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hooklook",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")), fields=("hook",), name="agencies_hooklook_one_waits"
            ),
        ),
        migrations.RunSQL(ANSWERS_FOR),
        migrations.RunSQL(NEWS),
    ]
