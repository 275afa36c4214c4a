"""Every operation of the document with an address and a body that a program could send, filled with the ids of one case."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from opennrm.api.document import described
from opennrm.lib import clock
from tests.api.calling import Caller
from tests.world import CONSENT_TEXTS

TODAY = clock.today().isoformat()
TOMORROW = (clock.now() + timedelta(days=1)).isoformat()
IN_A_MONTH = (clock.today() + timedelta(days=30)).isoformat()
BODIES: dict[str, Any] = {
    "search_cases": {"first_name": "Besa"},
    "open_case": {
        "fork": "consents",
        "channel": "border",
        "identified_at": clock.now().isoformat(),
        "region": "AL-11",
        "person": {"first_name": "Drita", "age": 30, "age_basis": "declared", "languages": ["sq"]},
        "needs": ["food"],
    },
    "record_need": {"kind": "education"},
    "add_note": {"text": "A word that only the narrative holds."},
    "close_case": {"reason": "own_wish"},
    "exclude": {"office": "labour", "reason": "relative"},
    "record_decision": {"decision": "official", "decided_on": TODAY},
    "give_consent": {
        "office": "shelter",
        "classes": ["contact"],
        "purpose": "shelter",
        "until": IN_A_MONTH,
        "language": "sq",
        "digest": sha256(CONSENT_TEXTS["sq"].encode()).hexdigest(),
        "way": "signed",
        "understood": {"purpose": "yes", "data_use": "yes", "withdrawal": "yes", "research_use": "no"},
    },
    "ask_information": {
        "office": "health-tirana",
        "subject": "health",
        "purpose": "health",
        "basis": "duty",
        "question": "Did she come to you?",
    },
    "answer_request": {"text": "Once, in March."},
    "refuse_request": {"reason": "does_not_hold"},
    "review_refusal": {"stands": False},
    "enter_order": {
        "authority": "court",
        "issued_by": "Invented Court of Trial",
        "number": "17/3",
        "dated": TODAY,
        "legal_basis": "Article 1 of an invented law",
        "classes": ["ordinary", "identity"],
        "scope": "every",
        "offices": ["labour"],
        "purpose": "trial",
        "first_day": TODAY,
        "last_day": IN_A_MONTH,
    },
    "refuse_order": {"words": "Not as on the paper."},
    "withdraw_order": {"words": "Entered twice."},
    "revoke_order": {"words": "The court took it back."},
    "withdraw_consent": {"how": "by_phone"},
    "hear_voices": {
        "office": "shelter",
        "classes": ["contact"],
        "purpose": "shelter",
        "until": IN_A_MONTH,
        "child": {
            "word": "agrees",
            "on": TODAY,
            "way": "signed",
            "language": "sq",
            "digest": sha256(CONSENT_TEXTS["sq"].encode()).hexdigest(),
            "understood": "yes",
        },
        "guardian": {"word": "not_asked", "why_not": "no_guardian"},
    },
    "take_back_voice": {"how": "by_phone"},
    "record_guardian": {"name": "Kujdestari Shembulli", "standing": "appointed", "since": TODAY},
    "end_guardian": {"on": TODAY},
    "record_best_interest": {
        "about": "placement",
        "outcome": "yes",
        "decided_on": TODAY,
        "review_by": IN_A_MONTH,
        "reasons": "She said where she wants to stay.",
        "child": "directly",
        "guardian": "no_guardian",
        "child_protection_heard": True,
        "present": 2,
    },
    "name_worker": {"worker": 1},
    "waive": {"reason": "not_now"},
    "suspend": {"reason": "ill"},
    "make_offer": {"office": "labour"},
    "decline_offer": {"reason": "no_capacity"},
    "dispute": {"office": "labour", "reason": "not_competent"},
    "decide_review": {"moves": True, "reason": "competence"},
    "give_duties": {"duties": ["{duty}"], "worker": 1},
    "mark_away": {"since": IN_A_MONTH, "until": IN_A_MONTH, "deputy": 1},
    "propose_interview": {"at": TOMORROW},
    "accept_interview": {"at": TOMORROW},
    "postpone_interview": {"reason": "ill"},
    "arrange_interview": {"psychologist_asked": True},
    "attend_interview": {"social_service": True, "police": False},
    "correct_interview": {"social_service": True, "police": True},
    "call_off_interview": {"reason": "other"},
    "record_circumstance": {"what": "in_danger", "on": TODAY},
    "record_assessment": {"act": "yes", "means": "no", "purpose": "yes", "reasons": "What we think of it."},
    "record_conference": {
        "held_on": TODAY,
        "offices": ["police-tirana", "social-tirana"],
        "outcome": "still_disagree",
        "minutes": "What was said.",
    },
    "record_police_case": {"opened": False, "decided_on": TODAY, "reason": "no_evidence"},
    "review_police_case": {"agrees": False},
    "tell_decision": {"given_on": TODAY, "language": "sq", "way": "in_writing", "review_explained": True},
    "ask_review": {"day": TODAY},
    "refer": {"to": "social_service"},
    "decline_referral": {"reason": "safety"},
    "withdraw_referral": {"reason": "wrong_office"},
    "review_referral": {"takes": True},
    "ask_status": {"day": TODAY},
    "withdraw_status": {"day": TODAY},
    "plan_meeting": {"on": IN_A_MONTH, "place": "online"},
    "record_members_came": {"came": [{"seat": 1, "came": "present"}]},
    "record_resolution": {"text": "Name a night contact.", "office": "labour", "due_on": IN_A_MONTH},
    "enter_agreement": {"subject": "Test", "parties": ["police", "shelter"], "signed_on": TODAY},
}
OF_A_CASE = {
    "case",
    "duty",
    "offer",
    "review",
    "referral",
    "notice",
    "exclusion",
    "consent",
    "voice",
    "guardian",
    "information_request",
}
OTHERS = {
    "kind": "food",
    "region": "AL-11",
    "year": str(clock.today().year),
    "figure": "identified.all",
    "code": "test-board",
    "office": "labour",
    "procedure": "al-2018-499",
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_about_a_case(self) -> bool:
        return bool(OF_A_CASE & set(re.findall(r"{(\w+)}", self.path)))

    def call(self, caller: Caller, objects: dict[str, UUID], *, key: str = "") -> Any:
        """Calls it with the ids of a case and with a body that its document allows."""
        path = re.sub(r"{(\w+)}", lambda part: str(objects.get(part[1]) or OTHERS[part[1]]), self.path)
        path = path.removeprefix("/api/v1")
        if self.method == "get":
            return caller.get(path)
        return caller.post(path, _filled(BODIES.get(self.name), objects), key=key)


def _filled(body: Any, objects: dict[str, UUID]) -> Any:
    """The body with the ids that it names in braces."""
    words = json.dumps(body)
    for name, one in objects.items():
        words = words.replace(f"{{{name}}}", str(one))
    return json.loads(words)


OPERATIONS = [
    Operation(operation["operationId"], method, path)
    for path, methods in described()["paths"].items()
    for method, operation in methods.items()
]
