"""With an account that people share one searches for beds, and does nothing else (CT-05)."""

import pytest
from django.urls import reverse

from accounts.choices import AccountKind
from accounts.models import User
from availability.models import Call, HoldRequest
from tests.availability.pages import text_of
from tests.availability.searching.places import ward_at
from tests.factories.accounts import searcher, ward_editor
from tests.factories.organisations import PostcodeLocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    PostcodeLocationFactory()
    return ward_at(5, "Kennet")


@pytest.fixture
def sam(client, ward):
    ward_editor(ward)
    sam = searcher(ward.service_type.group)
    client.force_login(sam)
    session = client.session
    session["disclaimer_read"] = True
    session.save()
    return sam


def offered(client, ward):
    """What the pages of the search, the ward and the home offer beside searching."""
    pages = ("/search/", f"/directory/ward-{ward.pk}/", "/home/")
    return [
        [address for address in doing_with(ward) if f'href="{address}"' in page]
        for page in (client.get(address).content.decode() for address in pages)
    ]


def doing_with(ward):
    asking = [
        reverse(f"availability:{name}", args=[ward.pk]) for name in ("ask_to_hold", "note_call")
    ]
    return [*asking, reverse("availability:holds"), reverse("availability:exports")]


@pytest.mark.requirement("CT-05")
def test_nobody_is_asked_or_told_and_nothing_taken_out_with_it(client, ward, sam):
    hold, call, holds, exports = doing_with(ward)
    own = [[hold, call, holds, exports], [hold, call, exports], [exports]]
    assert offered(client, ward) == own
    User.objects.filter(pk=sam.pk).update(kind=AccountKind.GENERIC)
    assert offered(client, ward) == [[], [], []]
    refused = client.post(hold, {"held_for": "Day team", "hours": "4"})
    assert refused.status_code == 403
    assert "This account is shared: it can only search for beds." in text_of(refused)
    assert client.post(call, {"outcome": "no_bed"}).status_code == 403
    assert client.get(exports).status_code == 403
    assert client.get(reverse("availability:export_have")).status_code == 403
    assert not HoldRequest.objects.exists()
    assert not Call.objects.exists()
