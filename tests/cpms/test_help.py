"""The help centre: its texts, its search, the page that each page opens, and who may do what."""

import re
import struct
from html import unescape

import pytest
from django.test import Client

from approvals.rights import PARTS, Act, Level
from cpms.help.pages import INDEX, TOPIC_OF, entry_of, help_of
from cpms.help.search import LONGEST, search
from cpms.help.texts import PICTURES, QUESTIONS, ROLES, TOPICS, WrongText, read, topics, topics_for
from tests.factories.accounts import helpdesk, searcher
from tests.factories.organisations import ServiceGroupFactory
from tests.sweeps.addresses import every_address
from tests.sweeps.authorization.lines import NO_ONE
from tests.sweeps.authorization.table import TABLE

HEAD = "title: Beds\nsummary: About beds.\nroles: everyone\nrelated:\n\n"
LARGEST, WIDEST = 60_000, 800

pytestmark = pytest.mark.django_db


def main_of(html: str) -> str:
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found
    return found[0]


def help_link(html: str) -> str:
    header = re.search(r"<header.*?</header>", html, re.DOTALL)
    assert header
    found = re.findall(r'href="([^"]*)">Help</a>', header[0])
    assert len(found) == 1
    return found[0]


class TestTexts:
    @pytest.mark.requirement("ERN-07")
    def test_every_role_has_a_guide_that_can_be_reached_from_the_first_page(self, client):
        html = main_of(client.get("/help/").content.decode())
        for role in ROLES:
            guides = topics_for(role)
            assert guides, role
            assert all(f'href="{guide.url}"' in html for guide in guides), role
        assert {topic.url for topic in topics().values()} <= set(
            re.findall(r'href="([^"]+)"', html)
        )

    @pytest.mark.requirement("CQRS-21")
    def test_every_link_of_a_guide_leads_somewhere_and_every_anchor_is_there(self, client):
        pages = {
            f"/help/{slug}/": client.get(f"/help/{slug}/").content.decode() for slug in topics()
        }
        links = {}
        for path, html in pages.items():
            for link in re.findall(r'href="([^"]*)"', main_of(html)):
                if not link.startswith(("mailto:", "tel:")):
                    links[link if link.startswith("/") else path + link] = path
        for link, found_on in links.items():
            path, _, anchor = link.partition("#")
            if path not in pages:
                # Who is not logged in is led to the login.
                page = client.get(path, follow=True)
                assert page.status_code == 200, (link, found_on)
                pages[path] = page.content.decode()
            assert not anchor or f'id="{anchor}"' in pages[path], (link, found_on)

    @pytest.mark.parametrize("slug", sorted(path.stem for path in TOPICS.glob("*.md")))
    def test_a_guide_shows_its_title_and_each_id_once(self, client, slug):
        html = client.get(f"/help/{slug}/").content.decode()
        ids = re.findall(r'id="([^"]+)"', html)
        assert sorted(ids) == sorted(set(ids))
        assert f"<h1>{topics()[slug].title}</h1>" in unescape(html)

    def test_guides_are_short_enough_to_read(self):
        for topic in topics().values():
            words = sum(len(section.text.split()) for section in topic.sections)
            assert 100 < words < 520, (topic.slug, words)

    def test_pictures_are_small_are_used_and_say_what_they_show(self):
        shown = {}
        for topic in topics().values():
            for section in topic.sections:
                for tag in re.findall(r"<img [^>]+>", section.html):
                    name, alt = re.findall(r'(?:src="/static/help/|alt=")([^"]+)"', tag)
                    shown[name] = alt
        assert set(shown) == {path.name for path in PICTURES.glob("*")}
        assert all(len(alt) > 30 for alt in shown.values())
        for name in shown:
            content = (PICTURES / name).read_bytes()
            assert len(content) <= LARGEST, name
            assert struct.unpack(">I", content[16:20])[0] <= WIDEST, name

    def test_html_in_a_text_is_text(self):
        topic = read("beds", HEAD + "A <script>alert(1)</script> and <b>bold</b>.")
        assert "<script" not in topic.sections[0].html
        assert "<b>" not in topic.sections[0].html

    @pytest.mark.parametrize(
        "text",
        ["", "No head at all", HEAD.replace("title: Beds\n", ""), HEAD.replace("everyone", "king")],
    )
    def test_a_file_that_cannot_be_shown_is_named(self, text):
        with pytest.raises(WrongText, match=r"beds\.md"):
            read("beds", text)

    @pytest.mark.requirement("CQRS-21")
    def test_questions_open_and_close(self, client):
        html = main_of(client.get(f"/help/{QUESTIONS}/").content.decode())
        assert html.count("<details") == len(topics()[QUESTIONS].contents) > 8

    @pytest.mark.parametrize("slug", ["nothing", "x" * 500, "Find-A-Bed"])
    def test_a_guide_that_is_not_there_is_any_other_404(self, client, slug):
        assert client.get(f"/help/{slug}/").status_code == 404


class TestSearch:
    @pytest.mark.parametrize(
        ("asked", "first"),
        [
            ("passwords", "password"),
            ("How do I reset my password?", "password"),
            ("two step", "two-step-login"),
            ("FIND A BED", "find-a-bed"),
            ("multi-level", "commissioner-approvers"),
            ("leaver disable", "manage-people"),
        ],
    )
    def test_what_fits_best_comes_first(self, asked, first):
        assert search(asked)[0].topic.slug == first

    @pytest.mark.requirement("ERN-07")
    def test_what_was_found_is_marked_and_linked_where_it_stands(self, client):
        html = main_of(client.get("/help/", {"q": "recovery codes"}).content.decode())
        assert 'href="/help/two-step-login/#recovery-codes"' in html
        assert "<mark>recovery</mark> <mark>codes</mark>" in html
        assert 'value="recovery codes"' in html

    @pytest.mark.parametrize("asked", ["xyzzy", "<script>", "((((", "a\0xyzzy", "€"])
    def test_nothing_found_says_what_to_do(self, client, asked, settings):
        html = main_of(client.get("/help/", {"q": asked}).content.decode())
        assert "Nothing found" in html
        assert settings.HELPDESK_TELEPHONE in html
        assert "<script>" not in html
        assert "\0" not in html

    @pytest.mark.parametrize("asked", ["", "   ", "\0"])
    def test_nothing_asked_is_the_first_page(self, client, asked):
        assert "Guides</h2>" in client.get("/help/", {"q": asked}).content.decode()

    def test_what_is_too_long_is_said_at_the_field_and_kept(self, client):
        asked = "bed " * LONGEST
        html = client.get("/help/", {"q": asked}).content.decode()
        assert f"Use {LONGEST} characters or fewer" in html
        assert asked.strip() in html


class TestWhereHelpOpens:
    def test_the_table_names_sections_that_are_there(self):
        for topic in set(TOPIC_OF.values()) - {INDEX}:
            slug, _, anchor = topic.partition("#")
            assert slug in topics(), topic
            assert not anchor or anchor in {s.anchor for s in topics()[slug].contents}, topic

    def test_every_page_has_its_place_in_the_table(self):
        """A new page is red here until it is decided which part of the help it opens."""
        pages = {name for name, page in TABLE.items() if page.get not in ("", NO_ONE)}
        without = {"healthz", "readyz", "session_status", "session_extend"}
        named = {page for page in pages if not page.startswith("/")}
        assert {page for page in named - without if entry_of(page) is None} == set()

    def test_every_entry_is_of_a_page(self):
        names = {address.name for address in every_address()}
        unused = [
            entry
            for entry in TOPIC_OF
            if entry not in names and entry not in {entry_of(name) for name in names}
        ]
        assert unused == []

    @pytest.mark.requirement("ERN-07")
    @pytest.mark.parametrize(
        ("path", "help_"),
        [
            ("/", "/help/"),
            ("/login/", "/help/log-in/"),
            ("/register/name/", "/help/create-an-account/"),
            ("/nowhere/", "/help/"),
        ],
    )
    def test_signed_out_it_is_in_the_header(self, client, path, help_):
        assert help_link(client.get(path).content.decode()) == help_

    @pytest.mark.requirement("ERN-07")
    @pytest.mark.parametrize(
        ("path", "help_", "status"),
        [
            ("/home/", "/help/", 200),
            ("/search/", "/help/find-a-bed/", 200),
            ("/wards/", "/help/update-beds/", 403),
            ("/nowhere/", "/help/", 404),
        ],
    )
    def test_signed_in_it_opens_what_the_page_is_about(self, client, path, help_, status):
        client.force_login(searcher(ServiceGroupFactory()))
        response = client.get(path)
        assert response.status_code == status
        assert help_link(response.content.decode()) == help_

    @pytest.mark.requirement("ERN-07")
    def test_the_helpdesks_pages_open_its_guide(self, client):
        client.force_login(helpdesk())
        assert 'href="/help/helpdesk/">Help</a>' in client.get("/admin/").content.decode()

    @pytest.mark.requirement("ERN-07")
    @pytest.mark.urls("tests.core.broken_urls")
    def test_it_is_there_when_something_broke(self):
        client = Client(raise_request_exception=False)
        response = client.get("/broken/")
        assert response.status_code == 500
        assert help_link(response.content.decode()) == "/help/"

    def test_the_longest_beginning_counts(self):
        assert help_of("onboarding:register_step") == "/help/create-an-account/"
        assert help_of("onboarding:register_check_email").endswith("#the-email-does-not-come")
        assert help_of("no such page") == "/help/"


@pytest.mark.requirement("CQRS-02")
def test_the_page_of_rights_shows_the_table(client):
    html = " ".join(main_of(client.get("/help/who-may-do-what/").content.decode()).split())
    tables = re.findall(r"<table.*?</table>", html)
    assert len(tables) == len(PARTS)
    for part, table in zip(PARTS, tables, strict=True):
        rows = re.findall(r'<tr role="row" class.*?</tr>', table)
        assert len(rows) == len(Level)
        for (level, cells), row in zip(part.rows(), rows, strict=True):
            assert level.label in row
            found = re.findall(r"<span>(.*?)</span>", row)
            assert found == ["; ".join(lines) or "No" for _, lines in cells], (part, level)
    assert Act.SET_PASSWORD.label in tables[2]


def test_the_help_asks_the_database_for_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/help/", {"q": "password"})
        client.get("/help/who-may-do-what/")
        client.get("/help/find-a-bed/")
