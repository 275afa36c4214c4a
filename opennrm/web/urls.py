from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.i18n import set_language

from opennrm.web import account as account_pages
from opennrm.web import (
    case_assessment,
    case_decision,
    case_entry,
    case_identification,
    case_interview,
    case_journal,
    case_list,
    case_overview,
    case_police_case,
    case_referral,
    case_responsible,
    case_rights,
    case_search,
    case_sharing,
    case_support,
    competence,
    duties,
    entrance,
    gaps,
    giving,
    health,
    offers,
    offices,
    procedure,
    reviews,
    tokens,
    worklist,
)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("leave/", entrance.leave, name="leave"),
    path("nothing/", entrance.nothing, name="nothing"),
    path("language/", set_language, name="set_language"),
    path("demo/sign-in/<str:username>/", entrance.demo_sign_in, name="demo_sign_in"),
    path("accounts/login/", entrance.SignIn.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/second-step/", mfa.index, name="mfa_index"),
    path("accounts/second-step/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/second-step/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/second-step/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/second-step/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/second-step/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/second-step/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("", worklist.worklist, name="worklist"),
    path("notices/<uuid:notice>/read/", worklist.read_notice, name="read_notice"),
    path("cases/", case_list.cases, name="cases"),
    path("cases/search/", case_search.search, name="case_search"),
    path("cases/new/", case_entry.new, name="case_new"),
    path("cases/new/<uuid:draft_id>/<slug:name>/", case_entry.page, name="case_new_page"),
    path("cases/<uuid:case_id>/", case_overview.case, name="case"),
    path("cases/<uuid:case_id>/identification/", case_identification.identified, name="case_identification"),
    path("cases/<uuid:case_id>/identification/referral/", case_referral.referral, name="case_referral"),
    path("cases/<uuid:case_id>/identification/interview/", case_interview.interview, name="case_interview"),
    path(
        "cases/<uuid:case_id>/identification/assessment/", case_assessment.assessment, name="case_assessment"
    ),
    path(
        "cases/<uuid:case_id>/identification/police-case/",
        case_police_case.police_case,
        name="case_police_case",
    ),
    path("cases/<uuid:case_id>/identification/decision/", case_decision.decision, name="case_decision"),
    path("cases/<uuid:case_id>/support/", case_support.support, name="case_support"),
    path("cases/<uuid:case_id>/rights/", case_rights.rights, name="case_rights"),
    path("cases/<uuid:case_id>/sharing/", case_sharing.sharing, name="case_sharing"),
    path("cases/<uuid:case_id>/journal/", case_journal.journal, name="case_journal"),
    path("cases/<uuid:case_id>/responsible/", case_responsible.responsible, name="case_responsible"),
    path("cases/<uuid:case_id>/procedure/", procedure.case_procedure, name="case_procedure"),
    path("duties/give/", giving.give_duties, name="give_duties"),
    path("duties/<uuid:duty>/", duties.duty, name="duty"),
    path("duties/<uuid:duty>/name/", duties.name_worker, name="name_worker"),
    path("duties/<uuid:duty>/done/", duties.fulfil, name="fulfil"),
    path("duties/<uuid:duty>/waive/", duties.waive, name="waive"),
    path("duties/<uuid:duty>/suspend/", duties.suspend, name="suspend"),
    path("duties/<uuid:duty>/resume/", duties.resume, name="resume"),
    path("duties/<uuid:duty>/hand-over/", duties.hand_over, name="hand_over"),
    path("duties/<uuid:duty>/dispute/", duties.dispute, name="dispute"),
    path("offers/<uuid:offer>/", offers.offer, name="offer"),
    path("offers/<uuid:offer>/accept/", offers.accept, name="accept_offer"),
    path("offers/<uuid:offer>/decline/", offers.decline, name="decline_offer"),
    path("offers/<uuid:offer>/withdraw/", offers.withdraw, name="withdraw_offer"),
    path("offers/<uuid:offer>/review/", reviews.ask, name="review_decline"),
    path("reviews/<uuid:review>/", reviews.review, name="review"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/<slug:kind>/<str:region>/", gaps.gap, name="gap"),
    path("competence/", competence.competence, name="competence"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("procedure/", procedure.procedure, name="procedure"),
    path("offices/", offices.offices, name="offices"),
    path("reports/", account_pages.reports, name="reports"),
    path("reports/protection/<int:year>/", account_pages.protection, name="report_protection"),
    path("reports/protection/<int:year>/<str:figure>/", account_pages.figure, name="report_figure"),
]

handler404 = "opennrm.web.errors.not_found"
handler500 = "opennrm.web.errors.server_error"
handler429 = "opennrm.web.entrance.too_many"
