"""Whose wards the board opens."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.models import BedEntry
from organisations.models import Organisation
from tests.availability.pages import text_of
from tests.factories.accounts import grant, person, searcher, ward_editor
from tests.factories.availability import (
    ward_with_beds,
)
from tests.factories.organisations import OrganisationFactory, UnitFactory

pytestmark = pytest.mark.django_db


def board_address(ward):
    return reverse("availability:board", args=[ward.pk])


class TestAccess:
    def addresses(self, ward):
        bed = ward.beds.first()
        return [
            board_address(ward),
            reverse("availability:confirm", args=[ward.pk]),
            reverse("availability:change", args=[bed.pk]),
            reverse("availability:close", args=[bed.pk]),
        ]

    def answers(self, client, ward):
        return [
            getattr(client, method)(address).status_code
            for address in self.addresses(ward)
            for method in ("get", "post")
            if (method, address) != ("post", board_address(ward))
        ]

    def test_another_ward_is_a_404_like_one_that_does_not_exist(self, client, ward):
        elsewhere = ward_with_beds(2, name="CAMHS-Thames-GAU")
        client.force_login(ward_editor(elsewhere, "walter.ward"))
        assert set(self.answers(client, ward)) == {404}
        there = text_of(client.get(board_address(ward)))
        nowhere = text_of(client.get(reverse("availability:board", args=[10**30])))
        reference = "[A-Z0-9]{4}-[A-Z0-9]{4}"
        assert re.sub(reference, "", there) == re.sub(reference, "", nowhere)

    def test_a_unit_of_another_organisation_is_a_404(self, client, ward):
        unit = UnitFactory(
            ods_code="XX101", organisation=OrganisationFactory(ods_code="XX1", name="Elsewhere")
        )
        user = person("una.unit")
        grant(user, Capability.AVAILABILITY_EDIT, unit=unit)
        client.force_login(user)
        assert set(self.answers(client, ward)) == {404}

    def test_a_closed_organisation_is_a_404(self, client, ward, wendy):
        Organisation.objects.update(closed_on=timezone.localdate())
        assert set(self.answers(client, ward)) == {404}

    def test_a_bed_out_of_use_is_a_404(self, client, ward, wendy):
        bed = ward.beds.first()
        ward.beds.filter(pk=bed.pk).update(retired_at=timezone.now())
        assert client.get(reverse("availability:close", args=[bed.pk])).status_code == 404

    def test_who_only_searches_is_refused(self, client, ward):
        client.force_login(searcher(ward.service_type.group))
        assert set(self.answers(client, ward)) == {403}
        assert client.get(reverse("availability:wards")).status_code == 403

    def test_nobody_gets_to_log_in(self, client, ward):
        assert set(self.answers(client, ward)) == {302}
        assert BedEntry.objects.count() == 3
