"""What of the procedure of identification is counted: the words of its figures and the values they count."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ProcedureFigure:
    """A figure that stands in the account of a year in which anything of its kind was recorded."""

    id: str
    label: str | Promise
    definition: str | Promise
    dimension: str
    values: tuple[str, ...] = ()
    denominator: str = ""


PROCEDURE = (
    ProcedureFigure(
        "identification.referred",
        _("Referred to the police or the State Social Service"),
        _("People who were referred in the year to at least one of the two."),
        "referral",
        ("made",),
    ),
    ProcedureFigure(
        "identification.referrals_declined",
        _("Referral declined"),
        _("People of whom an office declined a referral in the year, whatever came of it later."),
        "referral",
        ("declined",),
    ),
    ProcedureFigure(
        "identification.referrals_withdrawn",
        _("Referral withdrawn"),
        _(
            "People of whom the office that referred took a referral back in the year, before it was answered."
        ),
        "referral",
        ("withdrawn",),
    ),
    ProcedureFigure(
        "identification.referrals_rerouted",
        _("Another office told"),
        _("People of whom another office was told in the year after one declined or was asked no longer."),
        "referral",
        ("rerouted",),
    ),
    ProcedureFigure(
        "identification.interviews_held",
        _("Joint interview held"),
        _("People of whom it is recorded that both agencies came to the joint interview in the year."),
        "interview",
        ("held",),
    ),
    ProcedureFigure(
        "identification.interviews_missed.police",
        _("Police did not come to the interview"),
        _("People whose interview in the year, at an agreed time, the police did not come to."),
        "interview",
        ("missed:police",),
    ),
    ProcedureFigure(
        "identification.interviews_missed.social_service",
        _("State Social Service did not come to the interview"),
        _("People whose interview in the year, at an agreed time, the State Social Service did not come to."),
        "interview",
        ("missed:social_service",),
    ),
    ProcedureFigure(
        "identification.interpreter.asked",
        _("Interpreter asked for"),
        _("People for whose interview, planned in the year, an interpreter was asked for."),
        "interpreter",
    ),
    ProcedureFigure(
        "identification.interpreter.found",
        _("Interpreter found"),
        _("Of the people for whose interview an interpreter was asked for: those for whom one was found."),
        "interpreter",
        ("found",),
        "identification.interpreter.asked",
    ),
    ProcedureFigure(
        "identification.assessed_by_two",
        _("Assessed by two agencies or more"),
        _("People whom at least two agencies assessed against the elements, the latest in the year."),
        "assessment",
    ),
    ProcedureFigure(
        "identification.assessed_by_two.disagreeing",
        _("Agencies disagree"),
        _(
            "Of these: those of whom one agency says of an element that it is there, and another that it is not."
        ),
        "assessment",
        ("disagree",),
        "identification.assessed_by_two",
    ),
    ProcedureFigure(
        "identification.conferences",
        _("Case conference held"),
        _("People over whom the agencies met in the year because they disagreed."),
        "conference",
    ),
    ProcedureFigure(
        "identification.police_case.government",
        _("Police answered, identified by government bodies"),
        _(
            "People identified by government bodies of whom the police said in the year whether they open a case."
        ),
        "police_case",
        ("opened:government", "not_opened:government"),
    ),
    ProcedureFigure(
        "identification.police_case.government.opened",
        _("Police case opened, identified by government bodies"),
        _("Of these: those of whom a police case was opened."),
        "police_case",
        ("opened:government",),
        "identification.police_case.government",
    ),
    ProcedureFigure(
        "identification.police_case.civil_society",
        _("Police answered, identified by civil society"),
        _("People identified by civil society of whom the police said in the year whether they open a case."),
        "police_case",
        ("opened:civil_society", "not_opened:civil_society"),
    ),
    ProcedureFigure(
        "identification.police_case.civil_society.opened",
        _("Police case opened, identified by civil society"),
        _("Of these: those of whom a police case was opened."),
        "police_case",
        ("opened:civil_society",),
        "identification.police_case.civil_society",
    ),
    ProcedureFigure(
        "identification.police_case.refusals_reviewed",
        _("Refusals of a police case reviewed"),
        _("People of whom another office reviewed in the year why no police case was opened."),
        "police_case_review",
    ),
    ProcedureFigure(
        "identification.decisions_reviewed.asked",
        _("Review of the decision asked for"),
        _("People who asked in the year for a review of the decision on their status."),
        "decision_review",
    ),
    ProcedureFigure(
        "identification.decisions_reviewed.decided",
        _("Decision reviewed"),
        _("Of these: those whose review ended with a new decision by another office."),
        "decision_review",
        ("decided",),
        "identification.decisions_reviewed.asked",
    ),
)
