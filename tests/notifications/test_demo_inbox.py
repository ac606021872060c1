"""The demonstration inbox shows what the file-based backend delivered."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.SERVICE_URL = "http://127.0.0.1:8000"
    return settings.EMAIL_FILE_PATH


def send(subject="Hello", text="Text", to="richard.test1@trust.example", **fields):
    message = EmailMultiAlternatives(subject, text, to=[to], **fields)
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.send()


def page(client, **query):
    response = client.get(reverse("demo_inbox"), query)
    assert response.status_code == 200
    return response


def test_without_any_mail_it_says_so(client):
    assert "No mail yet" in page(client).content.decode()


def test_a_mail_is_shown_with_its_headers_and_plain_text(client):
    send(reply_to=["helpdesk@demo.example"], text="Zoë's text <b>")
    content = page(client).content.decode()
    assert "Capacity Planning and Monitoring System" in content
    assert "helpdesk@demo.example" in content
    assert "Zoë&#x27;s text &lt;b&gt;" in content
    assert "HTML" not in content


def test_own_links_can_be_followed_others_cannot(client):
    send(
        text="http://127.0.0.1:8000/verify/x/. and http://evil.example/ and "
        'http://127.0.0.1:8000.evil.example/ and http://127.0.0.1:8000/a?b=1&c="<script>'
    )
    content = page(client).content.decode()
    assert '<a href="/verify/x/">http://127.0.0.1:8000/verify/x/</a>.' in content
    assert 'href="http://evil' not in content
    assert 'evil.example/"' not in content
    assert "<script>" not in content.split("<h1>")[1]


def test_newest_first_also_within_one_file(client, folder):
    send("First")
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes() + file.read_bytes().replace(b"First", b"Second"))
    assert [mail.subject for mail in page(client).context["mails"]] == ["Second", "First"]


def test_filter_by_address(client):
    send("Hers", to="amina@trust.example")
    send("His", to="richard@trust.example")
    assert [m.subject for m in page(client, to="AMINA@").context["mails"]] == ["Hers"]
    assert "No mail to nobody@x" in page(client, to="nobody@x").content.decode()


@pytest.mark.parametrize("to", ["\0", "x" * 10_000, "<script>", "\ud83d"])
def test_a_strange_address_is_answered(client, to):
    response = client.get(reverse("demo_inbox") + "?to=" + to.encode("utf-8", "replace").decode())
    assert response.status_code == 200


def test_only_the_latest_are_shown(client, monkeypatch):
    monkeypatch.setattr("notifications.demo.inbox.LATEST", 3)
    for number in range(5):
        send(f"Mail {number}")
    assert len(page(client).context["mails"]) == 3


def test_a_damaged_file_is_answered(client, folder):
    folder.mkdir()
    (folder / "x.log").write_bytes(b"\xff\xfe\0nonsense")
    EmailMessage("Good", "Text", to=["a@trust.example"]).send()
    assert "Good" in [mail.subject for mail in page(client).context["mails"]]
