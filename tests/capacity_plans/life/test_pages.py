"""The pages of a plan's life: bad input, refusals, and what they cost."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from approvals.choices import Outcome
from capacity_plans.choices import VersionStatus
from capacity_plans.life.deciding import submit_version
from capacity_plans.life.kind import VERSION_KIND
from capacity_plans.life.services import copy_version
from capacity_plans.models import Plan, Version
from capacity_plans.services import begin_change
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from organisations.models import ServiceGroup
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.factories.plan_life import approved, approver, decided, planner, returned, submitted
from tests.factories.plans import assumption, change, draft, line, plan

pytestmark = pytest.mark.django_db

HUGE = str(10**30)


def url(name, key):
    return reverse(f"plans:{name}", args=[key])


def text_of(response):
    return response.content.decode()


def now(version):
    return Version.objects.get(pk=version.pk)


@pytest.fixture
def version(client):
    version = draft()
    assumption(version, line(version))
    client.force_login(planner(version.plan.collaborative))
    return version


class TestStartAndCopy:
    @pytest.mark.requirement("CPMS-03")
    def test_a_plan_is_started_from_its_page(self, client):
        ward = WardFactory()
        collaborative = CollaborativeFactory(members=[ward.unit.organisation])
        client.force_login(planner(collaborative))
        sent = {"kind": "inpatient", "first_year": "2026", "years": "5"}
        page = url("start", collaborative.pk)
        assert client.get(page).status_code == 200
        response = client.post(page, sent)
        made = Version.objects.get()
        assert response.url == url("version", made.pk)
        assert (made.first_year, made.years) == (2026, 5)
        again = client.post(page, sent)
        assert again.status_code == 409
        assert "open version already" in text_of(again)
        assert Version.objects.count() == 1

    @pytest.mark.parametrize("with_ward", [True, False])
    def test_a_started_plan_says_whether_there_were_wards(self, client, with_ward):
        members = [WardFactory().unit.organisation] if with_ward else []
        collaborative = CollaborativeFactory(members=members)
        client.force_login(planner(collaborative))
        sent = {"kind": "inpatient", "first_year": "2026", "years": "5"}
        said = text_of(client.post(url("start", collaborative.pk), sent, follow=True))
        assert "You have started the plan." in said
        assert ("Its wards are those of today." in said) is with_ward

    @pytest.mark.requirement("CPMS-03")
    def test_the_helpdesks_tick_opens_a_service_group_to_plans(self, client):
        ward = WardFactory()
        group = ward.service_type.group
        ServiceGroup.objects.filter(pk=group.pk).update(open_to_plans=False)
        collaborative = CollaborativeFactory(members=[ward.unit.organisation], service_group=group)
        petra = planner(collaborative)
        page = url("start", collaborative.pk)
        client.force_login(petra)
        assert client.get(page).status_code == 404
        client.force_login(helpdesk())
        tick = f"/admin/organisations/servicegroup/{group.pk}/change/"
        form = {"name": group.name, "position": 1, "warn_after_hours": 8, "stale_after_hours": 24}
        assert client.post(tick, form | {"open_to_plans": "on"}).status_code == 302
        client.force_login(petra)
        client.post(page, {"kind": "inpatient", "first_year": "2026", "years": "3"})
        assert list(Version.objects.get().lines.values_list("ward", flat=True)) == [ward.pk]

    def test_bad_input_is_answered_at_the_field_and_makes_nothing(self, client):
        collaborative = CollaborativeFactory()
        client.force_login(planner(collaborative))
        for wrong in [
            {"kind": "rooms"},
            {"kind": "\0"},
            {"first_year": "1066"},
            {"first_year": "20\0"},
            {"first_year": HUGE},
            {"years": "0"},
            {"years": "6"},
            {"years": HUGE},
            {"years": "x" * 5000},
            {"years": ""},
        ]:
            sent = {"kind": "inpatient", "first_year": "2026", "years": "3", **wrong}
            response = client.post(url("start", collaborative.pk), sent)
            assert response.status_code == 200
            field = next(iter(wrong))
            assert f'href="#id_{field}' in text_of(response)
            assert not Plan.objects.exists()

    def test_a_copy_without_a_proper_name_is_refused_at_the_field(self, client, version):
        for sent in [
            {},
            {"status": "approved"},
            {"status": "scenario"},
            {"status": "scenario", "name": "x" * 81},
            {"status": "scenario", "name": "a\0b"},
            {"status": "scenario", "name": "For 943 476 5919"},
        ]:
            response = client.post(url("copy", version.pk), sent)
            assert response.status_code == 200
            assert "error-summary" in text_of(response)
            assert Version.objects.count() == 1

    def test_a_hidden_name_stops_no_draft_and_extra_fields_change_nothing(self, client):
        source = approved()
        client.force_login(source.item.person)
        sent = {"status": "draft", "name": "x" * 900, "number": "77", "plan": "1", "years": "1"}
        client.post(url("copy", source.pk), sent)
        made = Version.objects.get(status=VersionStatus.DRAFT)
        assert (made.number, made.name, made.years) == (2, "", source.years)


class TestSubmitting:
    def test_what_is_wrong_is_listed_and_nothing_is_submitted(self, client, version):
        of = version.lines.get()
        change(of, date(2026, 9, 1), number=99, kind="closing")
        for response in (
            client.get(url("submit", version.pk)),
            client.post(url("submit", version.pk), {"revision": version.revision}),
        ):
            assert "cannot be submitted yet" in text_of(response)
            assert of.ward.name in text_of(response)
        assert now(version).status == VersionStatus.DRAFT

    def test_it_is_submitted_taken_back_and_discarded(self, client, version):
        approver(version.plan.collaborative)
        assert "Submit for approval" in text_of(client.get(url("version", version.pk)))
        sent = {"revision": version.revision}
        client.post(url("submit", version.pk), sent)
        assert now(version).status == VersionStatus.SUBMITTED
        again = text_of(client.post(url("submit", version.pk), sent, follow=True))
        assert "was submitted by" in again
        assert client.post(url("discard", version.pk)).url == url("version", version.pk)
        assert "Take back" in text_of(client.get(url("version", version.pk)))
        client.post(url("take_back", version.pk))
        assert now(version).status == VersionStatus.DRAFT
        again = client.post(url("take_back", version.pk), follow=True)
        assert "does not wait for approval" in text_of(again)
        assert "cannot be undone" in text_of(client.get(url("discard", version.pk)))
        client.post(url("discard", version.pk))
        assert not Version.objects.exists()

    def test_what_a_colleague_has_changed_since_is_looked_at_first(self, client, version):
        approver(version.plan.collaborative)
        page = client.get(url("submit", version.pk)).content.decode()
        assert f'name="revision" value="{version.revision}"' in page
        begin_change(version, by=planner(version.plan.collaborative))
        for sent in ({"revision": version.revision}, {"revision": "\0"}, {}):
            answer = client.post(url("submit", version.pk), sent)
            assert answer.status_code in (400, 409)
            assert "This was not submitted." in text_of(answer)
            assert now(version).status == VersionStatus.DRAFT
        assert f'name="revision" value="{version.revision + 1}"' in answer.content.decode()


class TestTryingOut:
    def test_bad_input_is_answered_at_the_field_and_changes_nothing(self, client, version):
        for sent, said in [
            ({}, "Enter what you want to change"),
            ({"occupancy": "+10"}, "Enter a change like"),
            ({"occupancy": "\0"}, "error-summary"),
            ({"length_of_stay": HUGE}, "Enter a change like"),
            ({"admissions": "x" * 4000}, "Enter a change like"),
            ({"occupancy": "+90%"}, "must be from 50 to 100"),
            ({"length_of_stay": "-100%"}, "must be from 0.1 to 5,000"),
        ]:
            response = client.post(url("adjust", version.pk), {"revision": 0} | sent)
            assert response.status_code in (200, 400)
            assert said in text_of(response)
            assert now(version).revision == 0

    def test_pressed_twice_it_is_tried_once(self, client, version):
        sent = {"revision": 0, "admissions": "+100%"}
        assert client.post(url("adjust", version.pk), sent).status_code == 302
        again = client.post(url("adjust", version.pk), sent)
        assert again.status_code == 409
        assert "The plan has changed since you looked at this page" in text_of(again)
        assert 'name="revision" value="1"' in again.content.decode()
        assert now(version).revision == 1
        assert client.post(url("adjust", version.pk), sent | {"revision": ""}).status_code == 200

    def test_occupancies_are_seen_at_a_glance(self, client, version):
        client.post(url("adjust", version.pk), {"revision": 0, "admissions": "+100%"})
        text = text_of(client.get(url("what_if", version.pk)))
        # 240 admissions of 30 days fill 19.7 beds: of 12, that is 7 too few already.
        for words in ("85%", "98%", "23.2", "−11.2", "20.1", "Find none"):
            assert words in text
        empty = draft(plan(version.plan.collaborative, kind="sessional"))
        assert "Nothing is assumed" in text_of(client.get(url("what_if", empty.pk)))

    def test_the_chance_is_worked_out_or_the_field_says_why_not(self, client, version):
        for beds, admissions, stay, said in [
            ("10", "120", "30", "in 10 patients"),
            ("0", "1", "0.1", "everybody"),
            ("10", "100000", "5000", "more than 5,000 beds"),
            ("5001", "1", "1", "Enter a number from 0 to 5000"),
            ("x", "\0", "NaN", "from 0.1 to 5000"),
            (HUGE, HUGE, "1e999", "from 0.1 to 5000"),
            ("", "", "", "from 0.1 to 5000"),
        ]:
            given = {"beds": beds, "admissions": admissions, "length_of_stay": stay}
            assert said in text_of(client.get(reverse("plans:chance"), given))


class TestInTheQueue:
    """The pages of approvals, of an item that no request belongs to."""

    def test_the_approver_sees_what_changes_and_decides(self, client):
        first = approved()
        petra = first.item.person
        second = copy_version(version=first, by=petra, status=VersionStatus.DRAFT)
        change(second.lines.get(), date(2026, 9, 1), number=3)
        second = submit_version(version=second, by=petra)
        client.force_login(approver(first.plan.collaborative))
        page = reverse("approvals:item", args=[second.item_id])
        text = text_of(client.get(page))
        for words in (
            "Bed plan of Thames Valley CYPMHS",
            "Increase of 3 on 1 September 2026",
            "supersedes version 1",
            "Version 2, 2026/27 to 2028/29",
        ):
            assert words in text
        assert "current member" not in text
        response = client.post(page, {"outcome": "rejected", "reason": ""})
        assert "Enter a reason" in text_of(response)
        client.post(page, {"outcome": "approved"})
        assert now(second).status == VersionStatus.APPROVED
        assert now(first).status == VersionStatus.SUPERSEDED
        assert "Bed plan of" in text_of(client.get(reverse("approvals:decided")))
        assert "Superseded" not in text_of(client.get(page))

    def test_every_page_and_mail_reads_right_for_a_plan(self, client):
        version = returned()
        petra = version.item.person
        again = submitted(copy_version(version=version, by=petra, status=VersionStatus.DRAFT))
        carol, helen = approver(version.plan.collaborative), helpdesk()
        key = again.item_id
        for who, pages in (
            (carol, ("/approvals/", f"/approvals/{key}/", f"/approvals/{key}/why/")),
            (petra, (f"/approvals/{key}/why/", "/home/", url("history", version.plan_id))),
            (
                helen,
                (
                    f"/admin/approvals/item/{key}/change/",
                    f"/admin/approvals/item/{key}/reroute/",
                    "/admin/approvals/item/",
                    "/admin/approvals/decision/",
                    f"/admin/accounts/user/{petra.pk}/change/",
                ),
            ),
        ):
            client.force_login(who)
            for page in pages:
                assert client.get(page).status_code == 200, page
        for mail in OutgoingMail.objects.filter(kind__startswith="plan"):
            assert "access" not in (mail.subject + mail.text).lower(), mail.kind
        # It is no request for access, and is taken back from the page of the plan.
        client.force_login(petra)
        assert "Nothing is waiting." in text_of(client.get(reverse("access:yours")))
        assert client.get(reverse("access:withdraw", args=[key])).status_code == 404

    def test_the_helpdesk_sees_all_of_what_it_cannot_open(self, client):
        version = draft()
        ward = line(version).ward
        helen = helpdesk()
        version = submit_version(version=version, by=planner(version.plan.collaborative))
        client.force_login(helen)
        text = text_of(client.get(reverse("approvals:item", args=[version.item_id])))
        assert ward.name in text
        assert url("version", version.pk) not in text
        client.force_login(approver(version.plan.collaborative))
        assert client.get(reverse("approvals:item", args=[version.item_id])).status_code == 404

    @pytest.mark.parametrize("where", ["approvals:queue", "approvals:decided"])
    def test_the_queries_do_not_grow_with_what_waits(
        self, client, where, django_assert_max_num_queries
    ):
        collaborative = CollaborativeFactory()
        carol = approver(collaborative)
        client.force_login(carol)
        numbers = []
        for kind in ("inpatient", "sessional"):
            version = submitted(draft(plan(collaborative, kind=kind)))
            if where == "approvals:decided":
                decided(version, Outcome.REJECTED)
            client.get(reverse(where))
            with django_assert_max_num_queries(40) as made:
                client.get(reverse(where))
            numbers.append(len(made))
        assert numbers[0] == numbers[1]

    def test_the_helpdesk_sends_it_elsewhere_and_the_region_decides(self, client):
        version = submitted()
        rita = person("rita.regional")
        region = version.plan.collaborative.region
        grant(rita, "approve_regional", region=region)
        client.force_login(helpdesk())
        sent = {"to": f"approve_regional-{region.pk}", "reason": "Away"}
        client.post(f"/admin/approvals/item/{version.item_id}/reroute/", sent)
        assert Notification.objects.filter(person=rita, kind="plan_awaits_decision").exists()
        assert decided(now(version), by=rita).status == VersionStatus.APPROVED
        assert AuditEvent.objects.filter(event="plan.approved", actor_id=rita.pk).exists()


def test_the_queries_do_not_grow_with_the_plan(client, django_assert_max_num_queries):
    collaborative = CollaborativeFactory()
    petra = planner(collaborative)
    client.force_login(petra)
    numbers = []
    for kind, size in (("inpatient", 2), ("sessional", 9)):
        version = draft(plan(collaborative, kind=kind))
        for number in range(size):
            change(line(version, WardFactory(name=f"Ward {number}")), date(2026, 9, 1))
        assumption(version, version.lines.first())
        version = approved(version)
        made = copy_version(version=version, by=petra, status=VersionStatus.DRAFT)
        for number in range(size):
            name = f"Scenario {number}"
            copy_version(version=made, by=petra, status=VersionStatus.SCENARIO, name=name)
        of_size = {}
        for name in ("what_if", "compare", "submit", "history", "scenarios"):
            page = url(name, version.plan_id if name in ("history", "scenarios") else made.pk)
            client.get(page)
            with django_assert_max_num_queries(45) as asked:
                assert client.get(page).status_code == 200
            of_size[name] = len(asked)
        numbers.append(of_size)
    assert numbers[0] == numbers[1]


def test_nothing_that_is_told_of_a_plan_speaks_of_access():
    templates = settings.BASE_DIR / "templates"
    for kind in VERSION_KIND.mails.values():
        files = [templates / "notifications" / f"{kind}.txt", *templates.glob(f"mail/{kind}*")]
        assert len(files) == 4
        for file in files:
            assert "access" not in file.read_text().lower(), file
