"""Inviting many people with a file (CPMS-31)."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from approvals.invitations.inviter import Inviter
from approvals.invitations.lists.parsing import COLUMNS, rows_of
from approvals.invitations.lists.reading import read_list
from approvals.invitations.models import Invitation, InvitationDraft
from approvals.invitations.services import mail_due_invitations
from core.uploads import LARGEST, MOST_ROWS, NotAList
from notifications.models import OutgoingMail
from tests.counts import often
from tests.factories.accounts import commissioner, helpdesk
from tests.factories.invitations import invited_to_edit, multi_level, provider_approver
from tests.factories.organisations import (
    CollaborativeFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    WardFactory,
)

UPLOAD, CHECK = "/approvals/invitations/list/", "/approvals/invitations/list/check/"
HEADER = list(COLUMNS)
PENNY = [
    "penny.perinatal@trust.example",
    "Penny",
    "Perinatal",
    "NV2",
    "Availability viewer",
    "Perinatal",
]


def a_csv(*rows, header=HEADER, delimiter=",", encoding="utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return file.getvalue().encode(encoding)


def an_xlsx(*rows, header=HEADER) -> bytes:
    workbook = Workbook()
    for row in (header, *rows):
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def an_archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


class TestReadingAFile:
    @pytest.mark.parametrize(
        "content",
        [
            a_csv(PENNY),
            a_csv(PENNY, delimiter=";"),
            a_csv(PENNY, delimiter="\t"),
            a_csv(PENNY, encoding="utf-8-sig"),
            an_xlsx(PENNY),
            a_csv(
                PENNY[::-1],
                header=["Group", "ROLE", "ODS-code", "Last name", "First Name ", "E-mail address"],
            ),
        ],
    )
    def test_csv_and_xlsx_are_read_whatever_the_columns_are_called(self, content):
        assert rows_of(content) == [(2, PENNY)]

    def test_what_windows_saves_is_read(self):
        zoe = ["z@trust.example", "Zoë", "O’Neill", "NV2", "x", "y"]
        assert rows_of(a_csv(zoe, encoding="cp1252"))[0][1][1:3] == ["Zoë", "O’Neill"]

    def test_empty_rows_are_left_out_and_numbers_are_those_of_the_file(self):
        assert rows_of(a_csv([], ["", " "], PENNY)) == [(4, PENNY)]

    def test_a_formula_is_not_worked_out(self):
        ((_, cells),) = rows_of(an_xlsx(["=1+1", *PENNY[1:]]))
        assert cells[0] == ""

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (a_csv(), "no rows"),
            (a_csv(PENNY, header=["a", "b", "c"]), "Missing: Email, First name"),
            (b"x" * (LARGEST + 1), "1 MB"),
            (a_csv(*[PENNY] * (MOST_ROWS + 1)), "2,000 rows"),
            (b"\x81\x8d\xff\xfe", "CSV or an Excel"),
            (b"PK\x03\x04 but no archive", "cannot be opened"),
            (an_archive(a=b"0" * 30_000_000), "unpacks to more"),
            (an_archive(**{f"p{n}": b"" for n in range(300)}), "unpacks to more"),
            (an_archive(a=b"<!DOCTYPE lolz [<!ENTITY a 'b'>]>"), "cannot be opened"),
            (b"a,b\n" + b'"' + b"x" * 200_000 + b'"', "CSV"),
        ],
        # The files are long, and an archive holds the time at which it was made.
        ids=range(11),
    )
    def test_what_is_no_list_is_refused_in_words(self, content, words):
        with pytest.raises(NotAList, match=words):
            rows_of(content)

    def test_a_sheet_that_says_that_it_is_endless_is_not_read_to_its_end(self):
        workbook = Workbook()
        workbook.active.append(HEADER)
        workbook.active.append(PENNY)
        workbook.active.cell(row=1_048_576, column=16_384, value="x")
        file = io.BytesIO()
        workbook.save(file)
        assert rows_of(file.getvalue()) == [(2, PENNY)]

    @settings(max_examples=often(1000))
    @given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
    @example(b"\0")
    @example(a_csv(["\0" * 9]))
    def test_any_bytes_are_rows_or_a_refusal(self, content):
        self.reads_or_refuses(content)
        self.reads_or_refuses(",".join(HEADER).encode() + b"\n" + content)

    @settings(max_examples=often(500))
    @given(st.data())
    def test_any_damaged_workbook_is_rows_or_a_refusal(self, data):
        content = bytearray(WORKBOOK)
        for _ in range(data.draw(st.integers(1, 8))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] = data.draw(st.integers(0, 255))
        self.reads_or_refuses(bytes(content))

    def reads_or_refuses(self, content):
        try:
            rows = rows_of(content)
        except NotAList:
            return
        assert all(len(cells) == len(COLUMNS) for _, cells in rows)
        assert not any("\0" in cell for _, cells in rows for cell in cells)


WORKBOOK = an_xlsx(PENNY)


@pytest.fixture
def perinatal():
    group = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_registration=False
    )
    kind = ServiceTypeFactory(code="mbu", name="Mother and baby", group=group, position=1)
    return WardFactory(service_type=kind, name="Snowdrop")


@pytest.mark.django_db
class TestWhatRowsSay:
    def read(self, by, *rows):
        return read_list(list(enumerate(map(list, rows), start=2)), Inviter(by))

    @pytest.mark.requirement("CPMS-31")
    def test_rows_of_one_address_are_one_invitation_with_all_roles(self, perinatal):
        edit = [*PENNY[:4], "availability editor", "Snowdrop"]
        read = self.read(
            helpdesk(), PENNY, edit, ["b@trust.example", *PENNY[1:4], "Provider approver", ""]
        )
        assert read.bad == []
        first, second = read.invited
        assert [one.describe() for one in first.wanted] == [
            "Availability viewer: Perinatal",
            f"Availability editor: {perinatal}",
        ]
        assert [one.describe() for one in second.wanted] == [
            "Provider approver: The Huntercombe Group"
        ]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({0: ""}, "There is no email address"),
            ({0: "nobody"}, "correct format"),
            ({1: ""}, "Enter their first name"),
            ({2: "x" * 81}, "80 characters"),
            ({3: "ZZZ"}, "No organisation has the ODS code “ZZZ”"),
            ({4: "King"}, "“King” is no role"),
            ({4: ""}, "No role"),
            ({4: "Helpdesk"}, "You cannot invite anybody as Helpdesk"),
            ({5: "Cardiology"}, "“Cardiology” is nothing that you can offer"),
            ({0: "invited@trust.example"}, "invited already"),
        ],
    )
    def test_a_bad_row_is_named_with_its_reason(self, perinatal, changes, reason):
        invited_to_edit(address="invited@trust.example")
        row = [changes.get(at, cell) for at, cell in enumerate(PENNY)]
        (bad,) = self.read(helpdesk(), row).bad
        assert bad.number == 2
        assert any(reason in one for one in bad.reasons), bad.reasons

    def test_rows_that_contradict_each_other_are_named(self, perinatal):
        helen = helpdesk()
        twice = self.read(helen, PENNY, PENNY).bad
        assert "says the same" in twice[0].reasons[0]
        other = self.read(helen, PENNY, [PENNY[0], "Pamela", *PENNY[2:]]).bad
        assert (other[0].number, "another name" in other[0].reasons[0]) == (3, True)

    @pytest.mark.requirement("CQRS-03", "CQRS-05")
    def test_nobody_invites_beyond_their_rights(self, perinatal):
        own = multi_level(perinatal)
        amina = provider_approver(own)
        approver = [*PENNY[:4], "Provider approver", ""]
        assert self.read(amina, PENNY).bad == []
        assert self.read(amina, approver).bad
        carol = commissioner(CollaborativeFactory(members=[own]))
        assert self.read(carol, PENNY).bad
        assert self.read(carol, approver).bad == []

    def test_the_queries_do_not_grow_with_the_rows(self, perinatal, django_assert_num_queries):
        rows = [[f"p{n}@trust.example", *PENNY[1:]] for n in range(50)]
        inviter = Inviter(helpdesk())
        with django_assert_num_queries(10):
            assert len(read_list(list(enumerate(rows)), inviter).invited) == 50


@pytest.mark.django_db
class TestPages:
    def send_file(self, client, content, name="list.csv"):
        return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})

    @pytest.mark.requirement("CPMS-31")
    def test_a_list_is_looked_at_and_then_sent_all_at_once(self, client, perinatal):
        client.force_login(helpdesk())
        rows = [[f"p{n}@trust.example", *PENNY[1:]] for n in range(3)]
        assert self.send_file(client, an_xlsx(*rows), "list.xlsx").url == CHECK
        page = client.get(CHECK).content.decode()
        assert "Send 3 invitations" in page
        assert "p2@trust.example" in page
        assert not Invitation.objects.exists()
        assert client.post(CHECK, {}).status_code == 302
        assert client.post(CHECK, {}).status_code == 302
        assert Invitation.objects.count() == 3
        mail_due_invitations()
        assert OutgoingMail.objects.filter(kind="invitation").count() == 3

    @pytest.mark.requirement("CPMS-31")
    def test_with_one_bad_row_nobody_is_invited(self, client, perinatal):
        client.force_login(helpdesk())
        bad = ["p9@trust.example", "P", "Nine", "ZZZ", *PENNY[4:]]
        self.send_file(client, a_csv(PENNY, bad))
        page = client.get(CHECK).content.decode()
        assert "1 row cannot be used" in page
        assert "No organisation has the ODS code “ZZZ”" in page
        assert "Send 1 invitation" not in page
        client.post(CHECK, {})
        assert not Invitation.objects.exists()

    def test_what_is_no_list_is_an_error_at_the_field_and_keeps_nothing(self, client):
        client.force_login(helpdesk())
        for content in (b"", b"\0\xff", b"PK\x03\x04", b"x" * (LARGEST + 1)):
            page = self.send_file(client, content).content.decode()
            assert "There is a problem" in page
        assert "Select the file" in client.post(UPLOAD, {}).content.decode()
        assert not InvitationDraft.objects.exists()

    def test_a_list_is_not_longer_than_the_days_limit(self, client, perinatal, settings):
        settings.INVITATIONS_A_DAY = 1
        client.force_login(provider_approver(multi_level(perinatal)))
        page = self.send_file(client, a_csv(PENNY, PENNY)).content.decode()
        assert "You can send 1 more today" in page
        assert self.send_file(client, a_csv(PENNY)).url == CHECK

    def test_the_template_is_read_back(self, client):
        client.force_login(helpdesk())
        template = client.get("/approvals/invitations/list/template.csv")
        content = template.content + b",".join(cell.encode() for cell in PENNY)
        assert rows_of(content) == [(2, PENNY)]
