"""The helpdesk's page of the audit trail: search, filters, words, export."""

import csv
import io

import pytest
from django.db import connection
from django.urls import reverse

from core import audit
from core.audit_search import events_about, people_like
from core.models import AuditEvent
from core.sealing.head import current_head
from core.sealing.sealer import seal
from core.spreadsheets import disarmed
from tests.factories.accounts import helpdesk, person

pytestmark = pytest.mark.django_db
LIST = "/admin/core/auditevent/"
EXPORT = "/admin/core/auditevent/export/"


@pytest.fixture
def helen(client):
    helen = helpdesk()
    client.force_login(helen)
    return helen


@pytest.fixture
def zoe(helen):
    zoe = person("zoe.zest")
    audit.record("terms.accepted", by=zoe, target=zoe, subject=zoe, version="2026-11-21")
    audit.record("item.approved", by=helen, target=zoe, subject=zoe, decision=7)
    audit.record("ward.confirmed", by=helen, target=helen, ok=True, members=[1, 2])
    return zoe


def shown(client, **query):
    """The codes of the events that the list shows."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [event.event for event in response.context["cl"].result_list]


def exported(client, **query):
    response = client.post(EXPORT, query_params=query)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_events_are_found_by_part_of_an_address_by_target_and_by_reference(client, zoe):
    AuditEvent.objects.create(event="signed_out", target="x.y:1", reference="7F3K-92QD")
    assert shown(client, q="OE.zes") == ["item.approved", "terms.accepted"]
    assert shown(client, q=f"accounts.user:{zoe.pk}") == ["item.approved", "terms.accepted"]
    assert shown(client, q="7f3k-92qd") == ["signed_out"]
    assert shown(client, q="nobody@nowhere") == []


def test_events_are_filtered_by_what_and_when(client, zoe):
    assert shown(client, event="item.approved") == ["item.approved"]
    today = f"{AuditEvent.objects.latest('pk').at:%Y-%m-%d}"
    assert "item.approved" in shown(client, **{"from": today, "to": today})
    assert shown(client, to="2020-01-01") == []
    assert shown(client, q="zoe", event="terms.accepted", **{"from": today}) == ["terms.accepted"]


@pytest.mark.parametrize("day", ["x", "0001-01-01", "9999-12-31", "2026-13-01", "٢٠٢٦-01-01", "\0"])
def test_what_is_no_day_is_refused(client, zoe, day):
    for name in ("from", "to"):
        assert client.get(LIST, {name: day}).status_code == 302
        assert client.post(EXPORT, query_params={name: day}).status_code == 302
    assert not AuditEvent.objects.filter(event="audit.exported").exists()


@pytest.mark.parametrize("term", ["\0", "%", "' OR 1=1 --", "x" * 5000, "_" * 3])
def test_any_search_is_answered(client, zoe, term):
    shown(client, q=term)


def test_events_are_read_in_words_and_lead_to_their_people(client, zoe):
    text = client.get(LIST, {"q": "zoe"}).content.decode()
    assert "Approved a part of a request" in text
    assert "decision: 7" in text
    assert f'href="{reverse("admin:accounts_user_change", args=[zoe.pk])}"' in text
    assert "ok: yes; members: 1, 2" in client.get(LIST).content.decode()


def test_the_head_of_the_seals_is_there_to_note(client, zoe):
    assert "Nothing is sealed yet; 4 events wait for it." in client.get(LIST).content.decode()
    seal()
    assert str(current_head()) in client.get(LIST).content.decode()
    last = AuditEvent.objects.latest("pk")
    page = client.get(reverse("admin:core_auditevent_change", args=[last.pk])).content.decode()
    assert "Confirmed that a ward has not changed" in page


def test_the_list_asks_the_same_for_any_number_of_events(
    client, zoe, django_assert_max_num_queries
):
    for number in range(30):
        who = person(f"many.number{number}")
        audit.record("terms.accepted", by=who, target=who, subject=who)
    with django_assert_max_num_queries(12):
        assert len(shown(client)) == 20  # a page of the 34
    with django_assert_max_num_queries(13):
        shown(client, q="many")


def test_every_way_of_searching_has_an_index(zoe):
    with connection.cursor() as cursor:
        # At this size it is cheaper to read everything; the question is whether there is a choice.
        cursor.execute("SET LOCAL enable_seqscan = off")
    newest = AuditEvent.objects.order_by("-at", "-pk")
    for found in (
        newest[:100],
        newest.filter(event="item.approved")[:100],
        newest.filter(at__gte="2026-01-01T00:00Z")[:100],
        newest.filter(pk__in=events_about("zoe", people_like("zoe")))[:100],
    ):
        assert "Seq Scan on core_auditevent" not in found.explain()


class TestExport:
    def test_it_holds_what_the_filters_fit_with_its_position_and_is_recorded(
        self, client, zoe, helen
    ):
        seal()
        rows = exported(client, q="zoe.zest@trust", event="item.approved")
        assert [row["About"] for row in rows] == ["zoe.zest@trust.example"]
        assert rows[0]["Position in the sealed trail"] == "3"
        assert rows[0]["What happened"] == "Approved a part of a request"
        event = AuditEvent.objects.get(event="audit.exported")
        assert event.actor == helen
        assert event.details == {"people": [zoe.pk], "code": "item.approved"}

    def test_what_was_typed_of_a_person_is_not_in_the_trail(self, client, zoe):
        exported(client, q="zoe.zest@trust.example", event="zoe.zest@trust.example")
        exported(client, q="7F3K-92QD")
        details = (
            AuditEvent.objects.filter(event="audit.exported")
            .order_by("pk")
            .values_list("details", flat=True)
        )
        assert list(details) == [{"people": [zoe.pk]}, {"people": [], "text": "7F3K-92QD"}]

    def test_all_pages_are_in_it(self, client, zoe, monkeypatch):
        monkeypatch.setattr("core.audit_export.BATCH", 2)
        assert [row["Code"] for row in exported(client)] == [
            "audit.exported",
            "ward.confirmed",
            "item.approved",
            "terms.accepted",
            "sign_in.succeeded",
        ]

    def test_formulas_are_disarmed(self, client, zoe):
        audit.record("role.explained", by=None, target=zoe)
        AuditEvent.objects.create(event="=cmd|'/c calc'!A1", target="+1", reference="@SUM(1)")
        row = exported(client)[1]
        assert (row["Code"], row["Target"], row["Reference"]) == (
            "'=cmd|'/c calc'!A1",
            "'+1",
            "'@SUM(1)",
        )

    def test_it_takes_a_form_and_the_helpdesk(self, client, zoe):
        assert client.get(EXPORT).status_code == 405
        client.force_login(zoe)
        assert client.post(EXPORT).status_code == 403
        assert not AuditEvent.objects.filter(event="audit.exported").exists()


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1"])
def test_a_cell_that_begins_a_formula_is_text(text):
    assert disarmed(text) == f"'{text}"
    assert disarmed("a=1") == "a=1"
    assert disarmed(-1) == -1
