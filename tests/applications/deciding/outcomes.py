"""A round that releases its outcomes together, with an application at each end, for several tests."""

from types import SimpleNamespace

from applications import services
from pcc_grants.lib import clock
from tests import factories

WHY_DECLINED = "Others reach more people."


def declined(approver, application, reasons=WHY_DECLINED):
    services.decide(by=approver, application=application, outcome="declined", reasons=reasons)
    application.refresh_from_db()
    return application


def decided_round(officer, approver, assessors, applicant, organisation, *, fund=None, scores=(4, 3)):
    """One approved, one declined and one only recommended, in a round that tells them together.

    All at one moment, so that their pages differ only in what they tell.
    """
    with clock.at(clock.now()):
        return _decided_round(officer, approver, assessors, applicant, organisation, fund, scores)


def _decided_round(officer, approver, assessors, applicant, organisation, fund, scores):
    fund = fund or factories.fund(officer)
    round = factories.open_round(officer, fund, outcomes_together=True)
    made = []
    for _ in range(3):
        application = factories.submitted(applicant, factories.draft(applicant, round, organisation))
        factories.eligible(officer, application)
        factories.assessed(officer, application, assessors, scores)
        made.append(factories.recommended(officer, application))
    approved, refused, waiting = made
    factories.approved(approver, approved, conditions="Check all volunteers.\nSend us the dates.")
    declined(approver, refused)
    return SimpleNamespace(round=round, approved=approved, declined=refused, waiting=waiting)
