import django.db.models.deletion
from django.db import migrations, models

import opennrm.access.rules
from opennrm.sharing.guards_sql import REQUEST_FOLLOWS_ITS_DUTY, UNDO_REQUEST_FOLLOWS


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_hooks"),
        ("casefile", "0003_random_ids"),
        ("duties", "0012_review_limits"),
        ("sharing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField(null=True)),
                ("subject", models.TextField()),
                ("purpose", models.TextField()),
                ("basis", models.TextField()),
                ("shown", models.JSONField(default=dict)),
                ("state", models.TextField(default="open")),
                ("said", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("stands", models.BooleanField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sharing.consent",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.duty"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.officer",
                    ),
                ),
                (
                    "from_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "review_duty",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duties.duty",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.office",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.office"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.request"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=opennrm.access.rules.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(db_index=True)),
                ("part", models.TextField()),
                ("data_class", models.TextField()),
                ("sealed", models.BinaryField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.request"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["case", "-asked_at"], name="sharing_request_case"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["office"], name="sharing_request_waits"
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("reviewed_at__isnull", True), ("reviewer__isnull", False)),
                fields=["reviewer"],
                name="sharing_request_reviewed",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "subject__in",
                        [
                            "name_and_documents",
                            "date_of_birth",
                            "how_to_reach",
                            "guardian",
                            "earlier_help",
                            "threats",
                            "health",
                            "proceedings",
                            "residence",
                            "other",
                        ],
                    )
                ),
                name="sharing_request_subject_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "identification",
                            "safety",
                            "shelter",
                            "social_support",
                            "health",
                            "legal_aid",
                            "residence",
                            "return_home",
                            "work",
                            "school",
                        ],
                    )
                ),
                name="sharing_request_purpose_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["duty", "consent", "order"])),
                name="sharing_request_basis_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "open")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["answered", "refused", "withdrawn", "ended"]),
                    ),
                    _connector="OR",
                ),
                name="sharing_request_end_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("said__in", ["cannot", "person_did_not_agree"]), ("state", "refused")),
                    models.Q(models.Q(("state", "refused"), _negated=True), ("said", "")),
                    _connector="OR",
                ),
                name="sharing_request_refusal_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("consent__isnull", True), ("state", "answered"), _connector="OR"),
                name="sharing_request_shares_in_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["no_basis", "person_did_not_agree", "other_law", "does_not_hold"])
                ),
                name="sharing_refusal_reason_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["question", "answer"])),
                name="sharing_requesttext_part_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("data_class__in", ["identity", "contact", "narrative"])),
                name="sharing_requesttext_is_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttext",
            constraint=models.UniqueConstraint(fields=("request", "part"), name="sharing_requesttext_once"),
        ),
        migrations.RunSQL(REQUEST_FOLLOWS_ITS_DUTY, UNDO_REQUEST_FOLLOWS),
    ]
