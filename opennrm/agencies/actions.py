from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies.models import ChildRole, Competence, Office, Officer, Organisation, Post, Region
from opennrm.agencies.policies import DOOR
from opennrm.lib import clock
from opennrm.lib.problems import Problem


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region to establish."""

    code: str
    name: str
    name_sq: str


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to establish."""

    code: str
    name: str
    name_sq: str
    kind: str


@dataclass(frozen=True, slots=True)
class NewOffice:
    """An office to establish; its organisation and its substitute are named by code."""

    code: str
    name: str
    name_sq: str
    organisation: str
    is_state: bool
    opened_on: date
    region: str | None = None
    phone: str = ""
    closed_on: date | None = None
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class NewCompetence:
    """What an office may be asked for, and where."""

    office: str
    role: str
    region: str | None
    since: date
    until: date | None = None
    rank: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post of an office and the person at work who holds it; the account is named by its user name."""

    office: str
    title: str
    title_sq: str
    role: str
    permanent: bool
    since: date
    is_head: bool = False
    until: date | None = None
    officer: str | None = None
    phone: str = ""
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Establishment:
    """The bodies of a country: everything that must stand before a case can be opened."""

    regions: Sequence[NewRegion] = ()
    organisations: Sequence[NewOrganisation] = ()
    offices: Sequence[NewOffice] = ()
    competences: Sequence[NewCompetence] = ()
    posts: Sequence[NewPost] = ()


def declare_child_roles(roles: Mapping[str, str], *, by: Actor) -> None:
    """Declares which competences trace a child's family or protect her, each with its source; the same again changes nothing."""
    DOOR.require(by, "agencies.establish")
    ChildRole.objects.bulk_create(
        [ChildRole(role=role, source=source) for role, source in roles.items()], ignore_conflicts=True
    )


def establish(new: Establishment, *, with_accounts: bool, by: Actor) -> int:
    """Establishes regions, organisations, offices, competences and posts; what already stands stays, so that it may run again."""
    DOOR.require(by, "agencies.establish")
    Region.objects.bulk_create(
        [Region(code=r.code, name=r.name, name_sq=r.name_sq) for r in new.regions], ignore_conflicts=True
    )
    Organisation.objects.bulk_create(
        [Organisation(code=o.code, name=o.name, name_sq=o.name_sq, kind=o.kind) for o in new.organisations],
        ignore_conflicts=True,
    )
    organisations = dict(Organisation.objects.values_list("code", "id"))
    Office.objects.bulk_create([_office(one, organisations) for one in new.offices], ignore_conflicts=True)
    offices = dict(Office.objects.values_list("code", "id"))
    for one in new.offices:
        if one.substitute:
            Office.objects.filter(code=one.code).update(substitute=offices[one.substitute])
    Competence.objects.bulk_create(
        [_competence(one, offices) for one in new.competences], ignore_conflicts=True
    )
    for post in new.posts:
        _fill(post, offices[post.office], with_account=with_accounts)
    audit.record("agencies.establish", detail={"offices": len(new.offices), "posts": len(new.posts)})
    return len(new.offices)


def appoint(
    *,
    username: str,
    name: str,
    office: str,
    role: str,
    title: str,
    is_head: bool,
    since: date,
    by: Actor,
) -> str | None:
    """Gives a person at work a post; a new account gets a first password, returned once and kept nowhere."""
    DOOR.require(by, "agencies.establish")
    card = Office.objects.filter(code=office, closed_on__isnull=True).first()
    if card is None:
        raise Problem("office_unknown", _("No open office has this code."))
    user, is_new = User.objects.get_or_create(username=username)
    officer = Officer.objects.filter(user=user).first()
    if officer is None and not name.strip():
        raise Problem("name_missing", _("A new account needs the name of the person."))
    officer = officer or Officer.objects.create(name=name.strip(), user=user)
    password = None
    if is_new or not user.is_active:
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.is_active = True
        user.save(update_fields=["password", "is_active"])
    Post.objects.create(
        office=card,
        title=title or role.replace("_", " "),
        title_sq=title or role.replace("_", " "),
        role=role,
        permanent=True,
        is_head=is_head,
        officer=officer,
        since=since,
    )
    audit.record("agencies.appoint", subject=officer.id, detail={"office": card.id, "role": role})
    return password


def close_office(*, code: str, on: date, by: Actor) -> int:
    """Closes an office from a day that has come; what it owes must go elsewhere in the same act."""
    DOOR.require(by, "agencies.establish")
    office = Office.objects.select_for_update().filter(code=code, closed_on__isnull=True).first()
    if office is None:
        raise Problem("office_unknown", _("No open office has this code."))
    if on > clock.today():
        raise Problem("day_not_come", _("An office is closed on its last day or after it, and not before."))
    if on < office.opened_on:
        raise Problem("closed_before_opened", _("An office cannot close before the day it opened."))
    office.closed_on = on
    office.save(update_fields=["closed_on"])
    audit.record("agencies.close_office", subject=office.id, detail={"on": on.isoformat()})
    return office.id


def end_posts(*, username: str, on: date, by: Actor) -> int:
    """Ends every post of an account and closes it; what its person was named for waits for another name."""
    DOOR.require(by, "agencies.establish")
    officer = Officer.objects.filter(user__username=username).first()
    if officer is None:
        raise Problem("user_unknown", _("There is no account of this name."))
    posts = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=on), officer=officer)
    # A post that began today is ended with today; it was hers for a day.
    ended = posts.update(until=Greatest(F("since"), Value(on - timedelta(days=1))))
    User.objects.filter(username=username).update(is_active=False)
    audit.record("agencies.end_posts", subject=officer.id)
    return ended


def _office(new: NewOffice, organisations: dict[str, int]) -> Office:
    if new.organisation not in organisations:
        raise Problem(
            "organisation_unknown",
            _("An office names an organisation that does not exist: {code}.").format(code=new.organisation),
        )
    return Office(
        code=new.code,
        name=new.name,
        name_sq=new.name_sq,
        organisation_id=organisations[new.organisation],
        region_id=new.region,
        is_state=new.is_state,
        phone=new.phone,
        opened_on=new.opened_on,
        closed_on=new.closed_on,
    )


def _competence(new: NewCompetence, offices: dict[str, int]) -> Competence:
    return Competence(
        office_id=offices[new.office],
        role=new.role,
        region_id=new.region,
        since=new.since,
        until=new.until,
        rank=new.rank,
        source=new.source,
    )


def _fill(new: NewPost, office: int, *, with_account: bool) -> None:
    username = new.username if with_account else None
    stands = Post.objects.filter(
        office=office, title=new.title, officer__name=new.officer, since=new.since
    ).select_related("officer")
    if post := stands.first():
        if username and post.officer and post.officer.user_id is None:
            # The bodies stood before the accounts did.
            post.officer.user = _account(username)
            post.officer.save(update_fields=["user"])
        return
    officer = None
    if new.officer:
        user = _account(username) if username else None
        officer = Officer.objects.filter(name=new.officer, user=user).first() or Officer.objects.create(
            name=new.officer, phone=new.phone, user=user
        )
    Post.objects.create(
        office_id=office,
        title=new.title,
        title_sq=new.title_sq,
        role=new.role,
        permanent=new.permanent,
        is_head=new.is_head,
        officer=officer,
        since=new.since,
        until=new.until,
    )


def _account(username: str) -> User:
    user, made = User.objects.get_or_create(username=username)
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
