"""The procedure of identification on one case as one might follow it on paper; nothing of the application.

Every act either moves the paper on or raises `Illegal`: it may not have happened as things stand. Whether an office
works on the case at all is the ledger's question, which has a reference of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

POLICE, SOCIAL = "police", "social_service"
OFFICE = {POLICE: "police-petra", SOCIAL: "social-sara"}
SIDE = {who: side for side, who in OFFICE.items()}


class Illegal(Exception):
    """As things stand this may not happen."""


def only_if(*conditions: object) -> None:
    if not all(conditions):
        raise Illegal


@dataclass
class Interview:
    at: datetime
    proposed_by: str
    state: str = "proposed"
    signed: set[str] = field(default_factory=set)
    attended: datetime | None = None


@dataclass
class Paper:
    """How far one case has come."""

    referrals: dict[str, str] = field(default_factory=dict)
    declined: list[str] = field(default_factory=list)
    interview: Interview | None = None
    interview_owed: bool = True
    interviews_held: int = 0
    views: dict[str, str] = field(default_factory=dict)
    police: list[bool] = field(default_factory=list)
    police_reviewed: bool = False
    decisions: list[tuple[str, str]] = field(default_factory=list)
    review_open: bool = False

    # Referral.

    def refer(self, who: str, side: str, now: datetime) -> None:
        only_if(who == "border-ana", self.referrals.get(side) in (None, "refused", "withdrawn"))
        self.referrals[side] = "open"

    def answer(self, who: str, side: str, accepts: bool, now: datetime) -> None:
        only_if(self.referrals.get(side) == "open", OFFICE[side] == who)
        self.referrals[side] = "accepted" if accepts else "declined"
        self.declined += [] if accepts else [side]

    def withdraw_referral(self, who: str, side: str, now: datetime) -> None:
        only_if(who == "border-ana", self.referrals.get(side) == "open")
        self.referrals[side] = "withdrawn"

    def review_referral(self, who: str, takes: bool, now: datetime) -> None:
        only_if(who == "authority-rita", self.declined)
        self.referrals[self.declined.pop(0)] = "accepted" if takes else "refused"

    # The joint interview.

    def propose(self, who: str, at: datetime, now: datetime) -> None:
        only_if(self._side(who), at > now, not self.interview or self.interview.state != "held")
        if self.interview:
            self.interview.at, self.interview.proposed_by, self.interview.state = at, who, "proposed"
        else:
            self.interview = Interview(at, who)

    def accept(self, who: str, now: datetime) -> None:
        one = self._planned(who, "proposed")
        only_if(one.proposed_by != who, one.at > now)
        one.state = "agreed"

    def postpone(self, who: str, now: datetime) -> None:
        self._planned(who, "proposed", "agreed").state = "postponed"

    def attend(self, who: str, both: bool, now: datetime) -> None:
        one = self._planned(who, "agreed")
        only_if(one.at <= now)
        one.state, one.attended = "held" if both else "postponed", one.at

    def correct(self, who: str, both: bool, now: datetime) -> None:
        one = self._planned(who, "held", "postponed")
        only_if(not one.signed, one.attended == one.at, both != (one.state == "held"))
        one.state = "held" if both else "postponed"

    def sign(self, who: str, now: datetime) -> None:
        one = self._planned(who, "held")
        only_if(who not in one.signed)
        one.signed.add(who)
        if len(one.signed) == 2:
            self.interview, self.interview_owed = None, False
            self.interviews_held += 1

    def call_off(self, who: str, declined: bool, now: datetime) -> None:
        self._planned(who, "proposed", "agreed", "postponed", "held")
        self.interview = None
        self.interview_owed = not declined

    def _side(self, who: str) -> bool:
        return who in SIDE and self.interview_owed

    def _planned(self, who: str, *states: str) -> Interview:
        only_if(self._side(who), self.interview and self.interview.state in states)
        assert self.interview
        return self.interview

    # What each agency thinks, and what the police do.

    def assess(self, who: str, view: str, now: datetime) -> None:
        self.views[who] = view

    def confer(self, who: str, now: datetime) -> None:
        only_if({"yes", "no"} <= set(self.views.values()))

    def police_case(self, who: str, opened: bool, now: datetime) -> None:
        only_if(who == OFFICE[POLICE])
        self.police.append(opened)
        self.police_reviewed = False

    def review_police_case(self, who: str, agrees: bool, now: datetime) -> None:
        only_if(who != OFFICE[POLICE], self.police and not self.police[-1], not self.police_reviewed)
        self.police_reviewed = True

    # The decision and what follows.

    def decide(self, who: str, kind: str, now: datetime) -> None:
        reconsiders = self.review_open and who == "authority-rita" and self._decided_by() != who
        decides = not self.review_open and who == OFFICE[SOCIAL]
        hears = who == "border-ana" and kind == "declined" and not self.decisions
        only_if(reconsiders or decides or hears)
        self.decisions.append((kind, who))
        self.review_open = False

    def tell(self, who: str, now: datetime) -> None:
        only_if(self.decisions)

    def ask_review(self, who: str, now: datetime) -> None:
        only_if(self.decisions, not self.review_open)
        self.review_open = True

    def ask_status(self, who: str, now: datetime) -> None:
        only_if(self.decisions and self.decisions[-1][0] == "declined")
        self.interview_owed = True

    def withdraw_status(self, who: str, now: datetime) -> None:
        self.interview, self.interview_owed = None, False

    def _decided_by(self) -> str | None:
        return self.decisions[-1][1] if self.decisions else None
