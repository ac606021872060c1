"""The helpdesk reads beds and their history, and changes neither."""

import pytest
from django.urls import reverse

from availability.choices import BedState
from availability.models import WardConfirmation
from availability.services import confirm_ward
from tests.factories.accounts import helpdesk
from tests.factories.availability import bed_manager, change, newest, ward_with_beds

MODELS = ("bed", "bedentry", "wardtotals", "wardconfirmation")


@pytest.fixture
def ward(db):
    ward = ward_with_beds(2)
    change(ward.beds.first(), BedState.CLOSED, closed_reason="staffing", by=bed_manager(ward))
    confirm_ward(ward=ward, by=bed_manager(ward))
    return ward


@pytest.mark.parametrize("model", MODELS)
def test_the_helpdesk_reads_every_list(client, ward, model):
    client.force_login(helpdesk())
    response = client.get(reverse(f"admin:availability_{model}_changelist"), {"q": ward.name})
    assert response.status_code == 200
    assert ward.name in response.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_nobody_adds_changes_or_deletes(client, ward, model):
    client.force_login(helpdesk())
    target = {
        "bed": ward.beds.first(),
        "bedentry": newest(ward.beds.first()),
        "wardtotals": ward.totals,
        "wardconfirmation": WardConfirmation.objects.get(),
    }[model]
    place = f"admin:availability_{model}"
    assert client.get(reverse(f"{place}_change", args=[target.pk])).status_code == 200
    assert client.post(reverse(f"{place}_change", args=[target.pk]), {}).status_code == 403
    assert client.post(reverse(f"{place}_delete", args=[target.pk]), {}).status_code == 403
    assert client.post(reverse(f"{place}_add"), {}).status_code == 403


@pytest.mark.parametrize("number", [2, 30])
def test_the_history_costs_the_same_for_any_length(
    client, db, number, django_assert_max_num_queries
):
    ward_with_beds(number)
    client.force_login(helpdesk())
    with django_assert_max_num_queries(9):
        client.get(reverse("admin:availability_bedentry_changelist"))
