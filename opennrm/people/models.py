from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from opennrm.access.rules import new_id
from opennrm.people.rules import AgeBasis, GuardianStanding, NameKind, TokenKind


class Person(models.Model):
    """A person as one case knows her; the columns here stay plain because routing and the account need them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(unique=True)
    sex = models.TextField(blank=True)
    citizenship = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    age = models.SmallIntegerField(null=True)
    age_on = models.DateField(null=True)
    age_basis = models.TextField(blank=True)
    interpreter_needed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__gte=0, age__lte=120),
                name="people_person_age_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(age_basis="") | Q(age_basis__in=list(AgeBasis)),
                name="people_person_age_basis_is_known",
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age_on__isnull=False), name="people_person_age_has_a_day"
            ),
        ]


class Name(models.Model):
    """A name or an alias, sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    case_id = models.UUIDField(db_index=True)
    kind = models.TextField(default=NameKind.NAME)
    first = models.BinaryField(null=True)
    second = models.BinaryField(null=True)
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(NameKind)), name="people_name_kind_is_known")
        ]


class BirthDate(models.Model):
    """A date of birth, sealed, with what it rests on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    basis = models.TextField()
    known_at = models.DateTimeField()


class Document(models.Model):
    """An identity document: its number sealed, its kind and country plain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    kind = models.TextField()
    country = models.TextField(blank=True)
    number = models.BinaryField()
    known_at = models.DateTimeField()


class Contact(models.Model):
    """How to reach the person safely, and how not to, sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    known_at = models.DateTimeField()


class Guardian(models.Model):
    """A guardian or carer: name sealed; one who may be involved is never contacted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    name = models.BinaryField()
    relation = models.TextField()
    standing = models.TextField(default=GuardianStanding.CARER)
    may_be_involved = models.BooleanField(default=False)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=[*map(str, GuardianStanding)]),
                name="people_guardian_standing_is_known",
            )
        ]


class Dependant(models.Model):
    """A child or another person who depends on her: name sealed, year of birth plain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    name = models.BinaryField()
    relation = models.TextField()
    birth_year = models.SmallIntegerField(null=True)
    known_at = models.DateTimeField()


class Token(models.Model):
    """A keyed blind token of a name or a document number: finds, and tells nothing by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    kind = models.TextField()
    token = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(TokenKind)), name="people_token_kind_is_known")
        ]
        indexes = [models.Index(fields=["token", "case_id"], name="people_token_token")]
