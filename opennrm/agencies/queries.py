from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from opennrm.access.scope import Actor
from opennrm.agencies.models import ChildRole, Competence, Office, Officer, Post, Region

# In the order of an office's card: every page asks for some, and a model of each costs more than the card.
_OFFICE = (
    *("id", "code", "name", "name_sq"),
    *("organisation_id", "organisation__code", "organisation__name"),
    *("region_id", "phone", "is_state", "closed_on"),
)
CASE_POSTS = ("case_worker", "head", "coordinator", "secretary")


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """What everybody at work may know of an office."""

    id: int
    code: str
    name: str
    name_sq: str
    organisation: int
    organisation_code: str
    organisation_name: str
    region: str | None
    phone: str
    is_state: bool
    closed_on: date | None

    @property
    def shown(self) -> str:
        """Its name in the reader's language."""
        return self.name_sq if (get_language() or "en").startswith("sq") else self.name


@dataclass(frozen=True, slots=True)
class OfficerCard:
    """A person at work, as colleagues may know her."""

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account and the post its person holds."""

    username: str
    name: str
    title: str
    title_sq: str
    role: str
    office: str
    office_sq: str

    @property
    def shown(self) -> str:
        """Post and office in the reader's language."""
        albanian = (get_language() or "en").startswith("sq")
        return f"{self.title_sq}, {self.office_sq}" if albanian else f"{self.title}, {self.office}"


@dataclass(frozen=True, slots=True)
class RegionCard:
    """A region and its name."""

    code: str
    name: str
    name_sq: str

    @property
    def shown(self) -> str:
        """Its name in the reader's language."""
        return self.name_sq if (get_language() or "en").startswith("sq") else self.name


@dataclass(frozen=True, slots=True)
class CompetenceCard:
    """An office is competent for a role, in a region or everywhere."""

    office: int
    role: str
    region: str | None
    since: date
    until: date | None


def actor_for_user(
    user_id: int, username: str, today: date, *, only: frozenset[int] = frozenset()
) -> Actor | None:
    """The actor of an account, by the posts its person holds today, or holds in the named offices alone; None without a post."""
    in_offices = Q(office__in=only) if only else Q()
    rows = list(
        Post.objects.filter(_in_force(today), in_offices, officer__user=user_id)
        .order_by("office_id", "id")
        .values_list("officer_id", "office_id", "office__organisation_id", "role", "title")
    )
    if not rows:
        return None
    return Actor(
        user=username,
        officer=rows[0][0],
        offices=frozenset(row[1] for row in rows),
        organisations=frozenset(row[2] for row in rows),
        roles=frozenset(row[3] for row in rows),
        posts=tuple(row[4] for row in rows),
    )


def actor_for_username(username: str, today: date, *, only: frozenset[int] = frozenset()) -> Actor | None:
    """The same, by the name of the account."""
    user_id = (
        Officer.objects.filter(user__username=username, user__is_active=True)
        .values_list("user_id", flat=True)
        .first()
    )
    return actor_for_user(user_id, username, today, only=only) if user_id else None


def account_in(office_id: int, today: date) -> str | None:
    """The account of somebody who works with cases in an office, where one has an account."""
    rows = Post.objects.filter(
        _in_force(today), office=office_id, officer__user__isnull=False, role__in=CASE_POSTS
    )
    return rows.order_by("is_head", "id").values_list("officer__user__username", flat=True).first()


def head_id(office_id: int, today: date) -> int | None:
    """The id of the one who answers for an office."""
    head = head_of(office_id, today)
    return head.id if head else None


def accounts(today: date) -> list[AccountCard]:
    """The active accounts whose person holds a post today, one line each, in the order they were made."""
    rows = Post.objects.filter(_in_force(today), officer__user__is_active=True).order_by(
        "officer__user_id", "id"
    )
    columns = (
        "officer__user__username",
        "officer__name",
        "title",
        "title_sq",
        "role",
        "office__name",
        "office__name_sq",
    )
    found: dict[str, AccountCard] = {}
    for row in rows.values_list(*columns):
        found.setdefault(row[0], AccountCard(*row))
    return list(found.values())


def offices(ids: Iterable[int] | None = None) -> dict[int, OfficeCard]:
    """Offices by id; all of them where none are named."""
    rows = Office.objects.order_by("code")
    if ids is not None:
        rows = rows.filter(id__in=set(ids))
    return {row[0]: OfficeCard(*row) for row in rows.values_list(*_OFFICE)}


def office_by_code(code: str) -> OfficeCard | None:
    """One office by its code."""
    row = Office.objects.filter(code=code).values_list(*_OFFICE).first()
    return OfficeCard(*row) if row else None


def officers(ids: Iterable[int]) -> dict[int, OfficerCard]:
    """People at work by id."""
    return {o.id: OfficerCard(o.id, o.name, o.phone) for o in Officer.objects.filter(id__in=set(ids))}


def officers_of(office_ids: Iterable[int], today: date) -> list[OfficerCard]:
    """The people who hold a post in these offices today, by name."""
    return _by_name(Post.objects.filter(_in_force(today), office__in=set(office_ids)))


def case_workers_of(office_ids: Iterable[int], today: date) -> list[OfficerCard]:
    """The people whose post in these offices is to work with cases, by name."""
    return _by_name(Post.objects.filter(_in_force(today), office__in=set(office_ids), role__in=CASE_POSTS))


def _by_name(posts: QuerySet[Post]) -> list[OfficerCard]:
    held = posts.filter(officer__isnull=False).values("officer_id")
    return [OfficerCard(o.id, o.name, o.phone) for o in Officer.objects.filter(id__in=held).order_by("name")]


def left_with_nobody(out: Collection[int], today: date) -> frozenset[int]:
    """The offices where everybody whose post is to work with cases is among these people."""
    if not out:
        return frozenset()
    held = Post.objects.filter(_in_force(today), officer__isnull=False, role__in=CASE_POSTS)
    theirs = set(held.filter(officer__in=out).values_list("office_id", flat=True))
    others = held.filter(office__in=theirs).exclude(officer__in=out)
    return frozenset(theirs - set(others.values_list("office_id", flat=True)))


def posts_held(today: date) -> set[tuple[int, int]]:
    """Which person holds a post in which office today, as pairs of office and person."""
    return set(
        Post.objects.filter(_in_force(today), officer__isnull=False).values_list("office_id", "officer_id")
    )


def head_of(office_id: int, today: date) -> OfficerCard | None:
    """Who answers for an office until it names somebody."""
    post = (
        Post.objects.filter(_in_force(today), office=office_id, officer__isnull=False)
        .order_by("-is_head", "id")
        .select_related("officer")
        .first()
    )
    return (
        OfficerCard(post.officer.id, post.officer.name, post.officer.phone) if post and post.officer else None
    )


def heads_by_post(office_ids: Iterable[int], today: date) -> dict[int, int]:
    """The person in the head's post of each office today; an office whose post is empty is left out."""
    rows = Post.objects.filter(
        _in_force(today), office__in=set(office_ids), is_head=True, officer__isnull=False
    )
    # Where two hold a head's post the one appointed first is the head.
    return dict(rows.order_by("-id").values_list("office_id", "officer_id"))


def roles_by_office(office_ids: Iterable[int], today: date) -> dict[int, frozenset[str]]:
    """What each of these offices is competent for today, wherever."""
    found: dict[int, set[str]] = {}
    rows = Competence.objects.filter(_in_force(today), office__in=set(office_ids))
    for office, role in rows.values_list("office_id", "role"):
        found.setdefault(office, set()).add(role)
    return {office: frozenset(roles) for office, roles in found.items()}


def protect_children(today: date) -> frozenset[int]:
    """The offices competent today for a role that traces a child's family or protects her."""
    roles = ChildRole.objects.values("role")
    rows = Competence.objects.filter(_in_force(today), role__in=roles).values_list("office", flat=True)
    return frozenset(rows)


def substitute_of(office_id: int) -> int | None:
    """The open office that takes over where this one may not act."""
    rows = Office.objects.filter(id=office_id, substitute__closed_on__isnull=True)
    return rows.values_list("substitute_id", flat=True).first()


def closed_offices() -> frozenset[int]:
    """The offices that have closed and owe nothing any more."""
    return frozenset(Office.objects.filter(closed_on__isnull=False).values_list("id", flat=True))


def regions() -> dict[str, RegionCard]:
    """The regions of the country by code."""
    return {r.code: RegionCard(r.code, r.name, r.name_sq) for r in Region.objects.order_by("name")}


def competences(today: date) -> list[CompetenceCard]:
    """Who is competent for what, where, on a day; the order is the order in which offices are asked."""
    rows = Competence.objects.filter(
        _in_force(today), Q(office__closed_on__isnull=True) | Q(office__closed_on__gt=today)
    )
    in_order = rows.order_by("rank", "region_id", "office__code")
    return [
        CompetenceCard(*row)
        for row in in_order.values_list("office_id", "role", "region_id", "since", "until")
    ]


def _in_force(today: date) -> Q:
    return Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))
