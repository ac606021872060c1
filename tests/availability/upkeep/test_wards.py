"""Wards that editors add, change, retire and reopen."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.history.changes import changes_of
from availability.upkeep.details import Names, details_of
from availability.upkeep.ward_forms import SALT, WardForm
from availability.upkeep.ward_services import (
    DetailsChanged,
    add_ward,
    change_ward,
    close_ward,
    reopen_ward,
)
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from organisations.models import Feature, Ward
from tests.availability.pages import text_of
from tests.factories.accounts import grant, person, searcher, ward_editor
from tests.factories.availability import change, ward_with_beds
from tests.factories.organisations import (
    OrganisationFactory,
    ServiceGroupFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def ward():
    Feature.objects.get_or_create(code="en-suite", defaults={"name": "En-suite", "position": 4})
    group = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    Feature.objects.get_or_create(
        code="partners", defaults={"name": "Partners may stay", "position": 15, "group": group}
    )
    return WardFactory()


def unit_editor(ward, name="una.unit"):
    una = person(name)
    grant(una, Capability.AVAILABILITY_EDIT, unit=ward.unit)
    return una


@pytest.fixture
def una(ward, client):
    una = unit_editor(ward)
    client.force_login(una)
    return una


def sent(ward, step="save", **changes):
    """The form of the ward's details as a browser sends it."""
    details = details_of(ward)
    features = Feature.objects.filter(pk__in=details.pop("features"))
    found = {name: value for name, value in details.items() if value is not None}
    found |= {"shown_then": signing.dumps(details_of(ward), salt=SALT), "step": step}
    found["features"] = [one.pk for one in features if one.group is None]
    return {**found, **changes}


def new(ward, step="save", **changes):
    return {**sent(ward), "unit": ward.unit_id, "name": "New ward", "step": step, **changes}


ADD = "/wards/add/"


def details_page(ward):
    return reverse("availability:ward_details", args=[ward.pk])


class TestAdd:
    @pytest.mark.requirement("CPMS-01")
    def test_it_is_shown_as_searchers_will_see_it_and_then_saved(self, client, ward, una):
        en_suite = Feature.objects.get(code="en-suite")
        response = client.post(ADD, new(ward, step="preview", features=[en_suite.pk]))
        said = text_of(response)
        assert "1. New ward No free bed" in said
        assert "Telephone before travelling: 01632 960101" in said
        assert "Features En-suite" in said
        card = response.content.decode().partition('"cpms-result__top"')[2].partition("<h2")[0]
        assert re.findall('href="([^"]*)', card) == ["tel:01632960101"], "nothing leads away"
        assert not Ward.objects.filter(name="New ward").exists()
        # What the page sends on is what was typed.
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', response.content.decode()))
        response = client.post(ADD, {**hidden, "step": "save"})
        made = Ward.objects.get(name="New ward")
        assert response.url == reverse("availability:add_beds", args=[made.pk])
        assert list(made.features.all()) == [en_suite]
        assert details_of(made) == {
            **details_of(ward),
            "name": "New ward",
            "features": [en_suite.pk],
        }
        event = AuditEvent.objects.get(event="ward.added")
        assert (event.actor, event.details) == (una, {"features_added": ["en-suite"]})

    def test_change_on_the_preview_goes_back_to_what_was_typed(self, client, ward, una):
        response = client.post(ADD, new(ward, step="change", referral_hours="Nights"))
        assert 'value="Nights"' in response.content.decode()
        assert "There is a problem" not in text_of(response)

    def test_sent_again_it_adds_nothing(self, client, ward, una):
        for _ in range(2):
            assert client.post(ADD, new(ward)).status_code == 302
        assert Ward.objects.filter(name="New ward").count() == 1

    def test_the_name_of_another_ward_of_the_unit_is_refused_at_its_field(self, client, ward, una):
        response = client.post(ADD, new(ward, name=ward.name.lower(), sex="female"))
        assert response.status_code == 409
        assert f"has a ward called {ward.name} already" in text_of(response)
        assert 'href="#id_name"' in response.content.decode()

    def test_a_sessional_ward_has_sessions_a_day(self, client, ward, una):
        data = new(ward, kind="sessional", sessions_a_day="6")
        client.post(ADD, data)
        made = Ward.objects.get(name="New ward")
        assert (made.sessions_a_day, made.commissioned_beds) == (6, None)
        assert not hasattr(made, "totals")

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"unit": ""}, "Choose the unit"),
            ({"unit": "9" * 30}, "Choose the unit"),
            ({"name": ""}, "Enter the name of the ward"),
            ({"name": "x" * 121}, "Enter 120 characters or fewer"),
            ({"name": "a\0b"}, "Null characters"),
            ({"name": NHS_NUMBER}, "Remove the NHS number"),
            ({"service_type": "9" * 30}, "Choose a service type"),
            ({"kind": "x"}, "Choose beds or sessions"),
            ({"kind": "sessional"}, "Enter a number"),
            ({"commissioned_beds": ""}, "Enter a number"),
            ({"commissioned_beds": "9" * 30}, "Enter a number from 0 to 200"),
            ({"sex": ""}, "Choose whom the ward takes"),
            ({"minimum_age": "-1"}, "Enter a number from 0 to 120"),
            ({"minimum_age": "18", "maximum_age": "12"}, "cannot be below the youngest"),
            ({"security_level": "9"}, "Choose the level of security"),
            ({"features": ["x"]}, "Choose features from the list"),
            ({"telephone": ""}, "Enter the telephone for referrals"),
            ({"telephone": "call me"}, "Enter a contact number like"),
            ({"telephone": "01632 960101 ext 123456"}, "Enter 20 characters or fewer"),
            ({"email": "nobody"}, "correct format"),
            ({"referral_hours": "x" * 101}, "Enter 100 characters or fewer"),
            ({"referral_instructions": "x" * 1001}, "Enter 1000 characters or fewer"),
            ({"referral_instructions": NHS_NUMBER}, "Remove the NHS number"),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_the_rest_kept(
        self, client, ward, una, changes, problem
    ):
        data = {**new(ward, referral_hours="Nights"), **changes}
        response = client.post(ADD, data)
        assert response.status_code == 200
        assert problem in text_of(response)
        assert changes.get("referral_hours", "Nights") in response.content.decode()
        assert Ward.objects.count() == 1

    def test_features_of_another_group_are_refused(self, client, ward, una):
        partners = Feature.objects.get(code="partners")
        response = client.post(ADD, new(ward, features_perinatal=[partners.pk]))
        assert "A ward of CYPMHS (CAMHS) cannot have these" in text_of(response)

    def test_extra_and_missing_fields_are_no_failure(self, client, ward, una):
        assert client.post(ADD, {"step": "save", "closed_on": "2020-01-01"}).status_code == 200

    def test_an_editor_of_one_ward_adds_none(self, client, ward):
        wendy = ward_editor(ward)
        client.force_login(wendy)
        assert client.get(ADD).status_code == 403
        details = details_of(ward) | {"name": "New ward"}
        with pytest.raises(DomainError):
            add_ward(unit=ward.unit, details=details, by=wendy)

    def test_nothing_is_added_to_a_unit_out_of_reach(self, client, ward, una):
        other = OrganisationFactory(ods_code="FAR", name="Far away", ods_name="FAR AWAY")
        far = UnitFactory(organisation=other, ods_code="FAR01", name="Far house")
        assert "Choose the unit" in text_of(client.post(ADD, new(ward, unit=far.pk)))


class TestDetails:
    def test_an_editor_of_the_ward_changes_them_and_the_change_is_kept(self, client, ward):
        wendy = ward_editor(ward)
        client.force_login(wendy)
        en_suite = Feature.objects.get(code="en-suite")
        data = sent(ward, telephone="01632 960102", features=[en_suite.pk])
        assert client.post(details_page(ward), data).status_code == 302
        ward.refresh_from_db()
        assert ward.telephone == "01632 960102"
        said = text_of(client.get(reverse("availability:ward_changes", args=[ward.pk])))
        assert "Telephone: 01632 960101 → 01632 960102" in said
        assert "Features added: En-suite" in said
        assert "Wendy Ward" in said

    def test_of_two_the_second_sees_what_changed_and_loses_nothing(self, client, ward, una):
        page_of_wendy = sent(ward, name="Kennet", referral_hours="Nights")
        walter = ward_editor(ward, "walter.ward")
        # What the database keeps has the time of its transaction, here the whole test's.
        walter.grants.update(valid_from=timezone.now() - timedelta(days=1))
        shown = details_of(ward)
        change_ward(
            ward=ward, details=shown | {"telephone": "01632 960103"}, shown=shown, by=walter
        )
        response = client.post(details_page(ward), page_of_wendy)
        assert response.status_code == 409
        said = text_of(response)
        assert "Walter Ward, Availability editor changed this ward" in said
        assert "Telephone was 01632 960101, and is 01632 960103 now" in said
        page = response.content.decode()
        for kept in ('value="Kennet"', 'value="Nights"', 'value="01632 960103"'):
            assert kept in page
        ward.refresh_from_db()
        assert (ward.name, ward.telephone) == ("CAMHS-Kennet-ED", "01632 960103")
        # Sent again from that page it is saved, both changes together.
        again = sent(ward, name="Kennet", referral_hours="Nights")
        again["shown_then"] = re.search(r'name="shown_then" value="([^"]+)"', page)[1]
        assert client.post(details_page(ward), again).status_code == 302
        ward.refresh_from_db()
        assert (ward.name, ward.telephone) == ("Kennet", "01632 960103")

    def test_features_alone_make_a_conflict_too(self, ward, una):
        shown = details_of(ward)
        ward.features.add(Feature.objects.get(code="en-suite"))
        with pytest.raises(DetailsChanged):
            change_ward(ward=ward, details=shown | {"name": "Other"}, shown=shown, by=una)

    @pytest.mark.parametrize("shown", ["", "x", "e30:1:x", "\0"])
    def test_what_was_not_shown_is_refused(self, client, ward, una, shown):
        response = client.post(details_page(ward), sent(ward, name="Other", shown_then=shown))
        assert response.status_code == 200
        ward.refresh_from_db()
        assert ward.name == "CAMHS-Kennet-ED"

    def test_what_is_so_already_records_nothing(self, client, ward, una):
        client.post(details_page(ward), sent(ward))
        assert not AuditEvent.objects.filter(event="ward.details_changed").exists()

    def test_what_a_ward_records_never_changes(self, ward, una):
        shown = details_of(ward)
        details = shown | {"kind": "sessional", "name": "Other"}
        assert change_ward(ward=ward, details=details, shown=shown, by=una).kind == "inpatient"

    def test_others_cannot(self, client, ward):
        for who, status in ((searcher(ward.service_type.group), 403), (person("otto.out"), 403)):
            client.force_login(who)
            assert client.get(details_page(ward)).status_code == status
        otto = ward_editor(WardFactory(name="Another"), "otto.outside")
        client.force_login(otto)
        assert client.get(details_page(ward)).status_code == 404
        shown = details_of(ward)
        with pytest.raises(DomainError):
            change_ward(ward=ward, details=shown | {"name": "X"}, shown=shown, by=otto)

    def test_the_form_begins_with_what_is(self, ward):
        ward.features.add(Feature.objects.get(code="en-suite"))
        names, now = Names.read(), details_of(ward)
        form = WardForm(initial=dict(now), shown=now, names=names, ward=ward, back_url="/")
        values = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in values.items() if value is not None}
        again = WardForm(_query(data), names=names, ward=ward, back_url="/")
        assert again.is_valid(), again.errors
        assert again.details == now

    def test_changes_go_back_page_by_page(self, ward):
        event = apps.get_model("organisations", "WardEvent")
        first = event.objects.get(pgh_obj=ward)
        kept = {f.attname: getattr(first, f.attname) for f in event._meta.concrete_fields}
        del kept["pgh_id"]
        for number in range(5):
            at = first.pgh_created_at + timedelta(minutes=number + 1)
            changed = {"pgh_created_at": at, "name": f"Name {number}", "pgh_label": "update"}
            event.objects.create(**kept | changed)
        seen, before = [], ""
        while True:
            page = changes_of(ward, before, size=2)
            seen += [line for one in page.changes for line in one.lines]
            before = page.before
            if not before:
                break
        assert len(seen) == len(set(seen)) == 6
        assert seen[-1] == "Added"

    @pytest.mark.parametrize("number", [1, 8])
    def test_changes_cost_the_same_for_any_number(
        self, ward, una, number, django_assert_num_queries
    ):
        for step in range(number):
            ward.refresh_from_db()
            shown = details_of(ward)
            change_ward(ward=ward, details=shown | {"name": f"N {step}"}, shown=shown, by=una)
        with django_assert_num_queries(7):
            changes_of(ward)


def _query(data):
    """As a request carries it."""
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


class TestRetire:
    def test_it_leaves_search_and_boards_and_keeps_its_history(self, client, ward, una):
        response = client.post(reverse("availability:close_ward", args=[ward.pk]), {"x": "1"})
        assert response.status_code == 302
        ward.refresh_from_db()
        assert ward.closed_on == timezone.localdate()
        page = client.get(reverse("availability:kept_wards"))
        assert "Retired" in text_of(page)
        changes = [line for one in changes_of(ward).changes for line in one.lines]
        assert changes[0].startswith("Retired from")

    def test_one_with_taken_beds_is_asked_for_again(self, client, una, ward):
        full = ward_with_beds(2, name="Full ward")
        address = reverse("availability:close_ward", args=[full.pk])
        said = text_of(client.post(address, {"x": "1"}))
        assert "2 beds of this ward are taken. Tick the box" in said
        with pytest.raises(DomainError, match="2 beds"):
            close_ward(ward=full, by=una)
        assert client.post(address, {"anyway": "on"}).status_code == 302
        full.refresh_from_db()
        assert full.closed_on

    def test_sent_again_it_changes_nothing(self, ward, una):
        for _ in range(2):
            close_ward(ward=ward, by=una)
        assert AuditEvent.objects.filter(event="ward.closed").count() == 1

    def test_reopened_it_is_as_it_was(self, client, ward, una):
        full = ward_with_beds(2, name="Full ward")
        change(full.beds.first(), BedState.AVAILABLE, by=una)
        close_ward(ward=full, by=una, anyway=True)
        client.post(reverse("availability:reopen_ward", args=[full.pk]))
        board = client.get(reverse("availability:board", args=[full.pk]))
        assert board.content.count(b'class="cpms-bed"') == 2

    def test_it_is_not_reopened_beside_another_of_its_name(self, client, ward, una):
        close_ward(ward=ward, by=una)
        WardFactory.create(name="Other", unit=ward.unit)
        Ward.objects.filter(name="Other").update(name=ward.name.upper())
        with pytest.raises(Conflict):
            reopen_ward(ward=ward, by=una)
        page = client.post(reverse("availability:reopen_ward", args=[ward.pk]), follow=True)
        assert "has another ward called" in text_of(page)

    def test_an_editor_of_the_ward_alone_cannot(self, client, ward):
        wendy = ward_editor(ward)
        client.force_login(wendy)
        assert client.post(reverse("availability:close_ward", args=[ward.pk])).status_code == 403
        with pytest.raises(DomainError):
            close_ward(ward=ward, by=wendy)
        with pytest.raises(DomainError):
            reopen_ward(ward=ward, by=wendy)


class TestList:
    def test_who_keeps_a_unit_sees_its_closed_wards_and_may_add(self, client, ward, una):
        Ward.objects.create(**{**_columns(ward), "name": "Gone", "closed_on": timezone.localdate()})
        said = text_of(client.get(reverse("availability:kept_wards")))
        assert "Add a ward" in said
        assert "Gone Retired" in said
        assert "Reopen" in said

    def test_an_editor_of_a_ward_sees_that_ward_alone(self, client, ward):
        client.force_login(ward_editor(ward))
        said = text_of(client.get(reverse("availability:kept_wards")))
        assert ward.name in said
        assert "Add a ward" not in said
        assert "Retire" not in said

    @pytest.mark.parametrize("number", [2, 20])
    def test_it_costs_the_same_for_any_number_of_wards(
        self, client, ward, una, number, django_assert_num_queries
    ):
        for position in range(number):
            WardFactory(name=f"Ward {position}", unit=ward.unit)
        with django_assert_num_queries(6):
            client.get(reverse("availability:kept_wards"))


def _columns(ward):
    names = [
        f.attname for f in Ward._meta.concrete_fields if f.attname not in ("id", "search_text")
    ]
    return {name: getattr(ward, name) for name in names}
