"""Several who want one address at the same moment: one gets it, the others are told.

Red without the lock that `change_address` takes on the address before it looks whose it is.
"""

import pytest

from accounts.choices import LinkPurpose
from accounts.links import DeadLink, issue_link
from accounts.models import Registration, User
from accounts.profile.address import change_address
from accounts.services import verify_address
from tests.counts import often
from tests.factories.accounts import person
from tests.races import at_once


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("CQRS-13")
def test_of_a_change_pressed_twice_and_a_registration_one_gets_the_address():
    richard = person("richard.test1")
    for number in range(often(400)):
        address = f"wanted.{number}@trust.example"
        registration = Registration.objects.create(
            address=address,
            password_hash="!",
            terms_version="1",
            communications=False,
            first_name="Nora",
            surname="Newcomer",
            work_postcode="SL6 0PQ",
        )
        mine = issue_link(purpose=LinkPurpose.CHANGE_ADDRESS, address=address, person=richard)
        theirs = issue_link(
            purpose=LinkPurpose.VERIFY_ADDRESS, address=address, registration=registration
        )

        def use(position, mine=mine, theirs=theirs):
            try:
                if position == 2:
                    return verify_address(token=theirs).person
                return change_address(by=User.objects.get(pk=richard.pk), token=mine)
            except DeadLink as dead:
                return dead.state

        results = at_once(use, 3)
        [won] = [result for result in results if isinstance(result, User)]
        assert User.objects.get(email=address) == won
        assert won.emailaddress_set.filter(verified=True, primary=True).count() == 1
