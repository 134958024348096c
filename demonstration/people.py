"""The sample accounts, named by role; and the account through which past applications were made."""

from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import Role


@dataclass(frozen=True)
class Cast:
    """Everyone who acts in the demonstration."""

    administrator: User
    officer: User
    second_officer: User
    assessor: User
    second_assessor: User
    approver: User
    deputy_approver: User
    finance: User
    panel: User
    auditor: User
    applicant: User
    second_applicant: User
    past_applicant: User


SAMPLES = {
    "administrator": ("administrator@example.org", "Sample administrator", Role.ADMINISTRATOR),
    "officer": ("officer@example.org", "Sample commissioning officer", Role.OFFICER),
    "second_officer": ("second-officer@example.org", "Second commissioning officer", Role.OFFICER),
    "assessor": ("assessor@example.org", "Sample assessor", Role.ASSESSOR),
    "second_assessor": ("second-assessor@example.org", "Second assessor", Role.ASSESSOR),
    "approver": ("approver@example.org", "Sample approver", Role.APPROVER),
    "deputy_approver": ("deputy-approver@example.org", "Sample deputy approver", Role.APPROVER),
    "finance": ("finance@example.org", "Sample finance officer", Role.FINANCE),
    "panel": ("panel@example.org", "Sample Panel officer", Role.PANEL),
    "auditor": ("auditor@example.org", "Sample auditor", Role.AUDITOR),
    "applicant": ("applicant@example.org", "Sample applicant", Role.APPLICANT),
    "second_applicant": ("second-applicant@example.org", "Second applicant", Role.APPLICANT),
}
PAST_APPLICANT = ("past-applicant@example.org", "Applicant for past awards", Role.APPLICANT)


def make_cast() -> Cast:
    """Create the accounts. Sample accounts have no password: the sign-in page offers them in demonstration mode."""

    def account(email, name, role, *, sample):
        user = User.objects.create_user(email, name=name, roles=[role])
        if sample:
            user.is_sample = True
            user.save(update_fields=["is_sample"])
        return user

    return Cast(
        **{key: account(*facts, sample=True) for key, facts in SAMPLES.items()},
        past_applicant=account(*PAST_APPLICANT, sample=False),
    )
