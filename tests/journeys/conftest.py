"""The people of the journeys, and the districts that an installation starts with."""

from types import SimpleNamespace

import pytest

from accounts.models import User
from organisations.models import District


@pytest.fixture
def districts():
    """Some of the districts of domain.md section 9."""
    codes = {"Gravesham": "E07000109", "Medway": "E06000035", "Sevenoaks": "E07000111", "Swale": "E07000113"}
    return District.objects.bulk_create(District(name=name, code=code) for name, code in codes.items())


@pytest.fixture
def cast(
    office, districts, officer, officer_2, assessor, assessor_2, approver, finance, panel_officer, applicant
):
    """Everyone who takes part in the life of a grant, and the office's facts."""
    return SimpleNamespace(
        officer=officer,
        officer_2=officer_2,
        assessor=assessor,
        assessor_2=assessor_2,
        approver=approver,
        finance=finance,
        panel_officer=panel_officer,
        applicant=applicant,
    )


@pytest.fixture
def person_who_is():
    """`person_who_is("officer", "approver")` holds both roles: four eyes are by person, not by role."""

    def made(*roles) -> User:
        words = " and ".join(roles)
        return User.objects.create_user(
            f"{'-'.join(roles)}@example.org", name=f"Person who is {words}", roles=roles
        )

    return made
