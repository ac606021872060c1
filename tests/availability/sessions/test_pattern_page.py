"""The page with the sessions of each week."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.availability.pages import HOSTILE, text_of, to
from tests.factories.sessions import (
    plan,
    tomorrow,
    week,
)

pytestmark = pytest.mark.usefixtures("undone")


class TestPatternPage:
    def post(self, client, ward, **fields):
        starts = timezone.localdate() + timedelta(days=10)
        parts = {f"starts_on_{part}": getattr(starts, part) for part in ("day", "month", "year")}
        seen = ward.session_patterns.latest("pk").pk
        data = {"seen_pattern": seen, "minutes": "60", **parts, **fields}
        return client.post(to("sessions_pattern", ward), data)

    def test_the_week_is_typed_as_lines_of_times(self, client, ward, wendy):
        self.post(client, ward, monday="9:00, 10.30 x6,", sunday="20:00")
        found = ward.session_patterns.latest("pk")
        assert found.by == wendy
        assert [(str(slot), slot.capacity) for slot in found.slots.all()] == [
            ("Monday 09:00", 1),
            ("Monday 10:30", 6),
            ("Sunday 20:00", 1),
        ]
        page = client.get(to("sessions_pattern", ward)).content.decode()
        assert 'value="09:00, 10:30 x6"' in page

    def test_a_colleagues_pattern_is_never_overwritten(self, client, ward, wendy, walter):
        seen = ward.session_patterns.latest("pk").pk
        plan(ward, week((9, 1)), tomorrow(), by=walter)
        answer = self.post(client, ward, monday="11:00", seen_pattern=seen)
        assert answer.status_code == 409
        assert "changed by a colleague" in text_of(answer)
        assert 'value="11:00"' in answer.content.decode()
        newer = ward.session_patterns.latest("pk").pk
        assert f'name="seen_pattern" value="{newer}"' in answer.content.decode()

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("nine", "Monday: enter times like 9:00"),
            ("9:00, 9:00 x2", "Monday: 09:00 is there twice"),
            ("9:00 x0", "Monday: a session has 1 to 50 places"),
            ("9:00 x99", "Monday: a session has 1 to 50 places"),
            ("4:00", "Monday: Enter a time from 5:00 to 22:00"),
            ("9:61", "Monday: Enter a time from 5:00 to 22:00"),
            (",".join(f"9:{minute}" for minute in range(10, 40)), "Monday: a day has up to 24"),
            ("9:00," * 100, "300 characters or fewer"),
            ("\x00", "Null characters are not allowed"),
            ("٩:٠٠", "Monday: enter times like 9:00"),
        ],
    )
    def test_a_line_that_cannot_be_read_is_said_at_the_line(
        self, client, ward, wendy, line, message
    ):
        answer = self.post(client, ward, monday=line)
        assert message in text_of(answer)
        assert 'href="#id_monday"' in answer.content.decode()
        assert ward.session_patterns.count() == 1

    @pytest.mark.parametrize("bad", HOSTILE)
    @pytest.mark.parametrize("field", ["minutes", "seen_pattern", "starts_on_year"])
    def test_bad_input_changes_nothing(self, client, ward, wendy, field, bad):
        answer = self.post(client, ward, monday="9:00", **{field: bad})
        assert "There is a problem" in text_of(answer)
        assert ward.session_patterns.count() == 1
