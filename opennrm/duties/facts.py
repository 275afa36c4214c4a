"""What a rule may ask about a case: the typed facts of a condition, and the events that start a limit."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

FactType = Literal["bool", "string", "list"]

FACTS: dict[str, tuple[FactType, str]] = {
    "child": ("bool", "under 18, or presumed a child while the age is in doubt"),
    "consents": ("bool", "the adult agrees to be referred; false also while she has not been asked"),
    "foreign": ("bool", "not a citizen of this country"),
    "language": ("string", "the language the person understands best, ISO 639-1"),
    "region": ("string", "the region where the person is now, for example AL-11"),
    "needs": ("list", "the kinds of assistance recorded as needed"),
    "status": ("string", "the status in the procedure, one of the statuses of the pack"),
    "sex": ("string", "female, male, other or unknown"),
    "in_danger": ("bool", "a first responder judged that the person is not safe where she is"),
    "sheltered": ("bool", "the person has a place in a shelter or an apartment of one"),
    "asylum": ("bool", "the person asked for international protection and that procedure is open"),
    "guardian_suspected": ("bool", "a parent, guardian or carer of the child may be involved"),
    "age_in_doubt": ("bool", "the age is disputed or not known; she is presumed a child until it is clear"),
    "subject": ("string", "what the event is about: the kind of a need or of a gap, otherwise empty"),
}

EVENTS: dict[str, str] = {
    "case_opened": "a first responder opened the case",
    "case_imported": "the case came open from a file; it has a lead and no past duties",
    "consent_given": "the adult agreed to be referred",
    "consent_refused": "the adult did not agree to be referred",
    "need_recorded": "a need was recorded; its subject is the kind of assistance",
    "gap_found": "no office is competent for a kind of duty in the place; its subject is that kind",
    "risk_assessed": "a risk assessment was completed",
    "interview_held": "the joint interview was held",
    "status_decided": "a decision on the status was taken",
    "referred_to_police": "the person was referred to the police, with a snapshot of what was shared",
    "referred_to_social_service": "the person was referred to the State Social Service, with such a snapshot",
    "referral_accepted_police": "the police office accepted the referral",
    "referral_accepted_social_service": "the social service office accepted the referral",
    "referral_declined": "an office declined a referral",
    "referral_refused_police": "a review agreed that the police office does not take the referral",
    "referral_refused_social_service": "a review agreed that the social service office does not take the referral",
    "referral_withdrawn_police": "the office that referred took the referral to the police back, unanswered",
    "referral_withdrawn_social_service": "the office that referred took that to the State Social Service back, unanswered",
    "duty_review_asked": "another office was asked to decide on a decline or a dispute; the review itself is then owed",
    "information_asked": "an office asked another by name about the case; the answer is owed by that office",
    "information_review_asked": "an office asked for a review of a refusal to give information",
    "moved_in": "the person moved into a shelter, which owes her accommodation until she has left",
    "movement_restricted": "a shelter restricted the movement of a person; another office reviews it",
    "review_asked": "the person asked for a review of the decision on the status",
    "status_requested": "an adult who had declined official status asked for it later",
    "police_case_asked_again": "a review did not agree that no police case is opened",
    "police_case_not_opened": "the police said that no case is opened",
    "plan_agreed": "an assistance plan was agreed with the person",
    "plan_reviewed": "the assistance plan was reviewed with the person",
    "return_planned": "a return to another country is being planned",
    "came_of_age": "a child came of age; what she and her guardian agreed to is asked of her again",
    "asylum_asked": "the person asked for international protection",
}

# What takes an earlier event back: the latest of that kind before it no longer asks for anything.
TAKES_BACK: dict[str, str] = {
    "referral_withdrawn_police": "referred_to_police",
    "referral_withdrawn_social_service": "referred_to_social_service",
}

# What may stop the clock of a duty; a procedure, a kind of duty or a rule may name fewer.
PAUSES: dict[str, str] = {
    "person_asked": "the person asked to wait",
    "ill": "the person is ill",
    "not_reached": "the person cannot be reached",
    "waits_for_paper": "a document is missing",
    "no_interpreter": "no interpreter was found yet",
    "waits_for_office": "another office must act first",
    "waits_for_authority": "a court or another authority outside the mechanism must decide first",
    "other": "another reason, which is written down",
}

SEXES = frozenset({"female", "male", "other", "unknown"})


@dataclass(frozen=True, slots=True, order=True)
class Need:
    kind: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A kind of duty that no office is competent for in the place of the case."""

    kind: str
    found_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that happened on a case; `at` is the instant from which a limit runs."""

    kind: str
    at: datetime
    subject: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the rules know about one case."""

    events: tuple[Event, ...]
    child: bool = False
    consents: bool = False
    foreign: bool = False
    language: str = "sq"
    region: str = ""
    needs: tuple[Need, ...] = ()
    gaps: tuple[Gap, ...] = ()
    status: str = ""
    sex: str = "unknown"
    in_danger: bool = False
    sheltered: bool = False
    asylum: bool = False
    guardian_suspected: bool = False
    age_in_doubt: bool = False
    closed_at: datetime | None = None
    condition_facts: dict[str, object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = {name: getattr(self, name) for name in FACTS if name not in ("needs", "subject")}
        needs = sorted({need.kind for need in self.needs})
        object.__setattr__(self, "condition_facts", {**plain, "needs": needs, "subject": ""})


def happenings(facts: CaseFacts) -> list[Event]:
    """The events of a case in order, each need and each gap among them."""
    needs = {Event("need_recorded", need.recorded_at, need.kind) for need in facts.needs}
    gaps = {Event("gap_found", gap.found_at, gap.kind) for gap in facts.gaps}
    return sorted(needs | gaps | set(facts.events), key=lambda event: (event.at, event.kind, event.subject))
