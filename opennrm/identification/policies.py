from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, has_role
from opennrm.casefile.policies import CASE_WORK, is_open, leads, may_write_words, owes_on_case
from opennrm.duties import competent
from opennrm.duties import queries as duties
from opennrm.duties.policies import offered_it
from opennrm.identification.interview_rules import SIDE_BY_DUTY
from opennrm.identification.referral_rules import TELLS

works_with_cases = has_role(*CASE_WORK)
# What an office owes by the procedure before it may do these; which office that is, the pack says.
DECIDES = "status_decision_recorded"
DECIDING = (DECIDES, "reconsider_decision")
POLICE_DUTIES = ("police_case", "take_part_in_joint_interview")


def holds_one_of(*kinds: str) -> Any:
    """One of her offices owes one of these on the case."""

    def holds(actor: Actor, case: Any) -> bool:
        return any(
            duty.kind in kinds and duty.holder_id in actor.offices
            for duty in duties.duties_of(case.id, open_only=True)
        )

    holds.__name__ = f"holds_one_of({', '.join(kinds)})"
    return holds


def decides_by_the_procedure(actor: Actor, case: Any) -> bool:
    """By the procedure of the case one of her offices decides on the status, also where it owes no decision yet."""
    return not actor.offices.isdisjoint(competent.offices_competent_for(case, DECIDES))


def is_addressee(actor: Actor, referral: Any) -> bool:
    """The person was referred to her office."""
    return referral.office_id in actor.offices


AT_WORK = [works_with_cases, owes_on_case, is_open]

DOOR = Door(
    {
        "identification.decide": [
            [*AT_WORK, holds_one_of(*DECIDING)],
            [*AT_WORK, decides_by_the_procedure],
        ],
        # Before anybody decides, who leads hears from the person that she does not want official status.
        "identification.hear_declined": [[*AT_WORK, leads]],
        "identification.consent": [AT_WORK],
        "identification.learn": [AT_WORK],
        "identification.interview": [[*AT_WORK, holds_one_of(*SIDE_BY_DUTY)]],
        "identification.refer": [[*AT_WORK, holds_one_of(*TELLS.values())], [*AT_WORK, leads]],
        "identification.answer_referral": [[works_with_cases, is_addressee]],
        "identification.withdraw_referral": [[works_with_cases, offered_it]],
        "identification.review_referral": [[*AT_WORK, holds_one_of("review_referral")]],
        "identification.assess": [[*AT_WORK, may_write_words]],
        "identification.confer": [[*AT_WORK, may_write_words]],
        "identification.police_case": [[*AT_WORK, holds_one_of(*POLICE_DUTIES)]],
        "identification.review_police_case": [[*AT_WORK, holds_one_of("review_police_case")]],
        "identification.notify": [AT_WORK],
        "identification.ask_review": [AT_WORK],
        "identification.reconsider": [[*AT_WORK, holds_one_of("reconsider_decision")]],
        "identification.ask_status": [AT_WORK],
    }
)
