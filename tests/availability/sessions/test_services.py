"""Sessions are booked, released and changed, and their history says so."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from availability.models import Session, SessionEntry, WardConfirmation, WardTotals
from availability.services import confirm_ward
from availability.sessions import patterns as services_of_patterns
from availability.sessions import services
from availability.sessions.free import free_sessions_by
from availability.sessions.queries import HORIZON, newest_session_entry
from availability.tasks import make_sessions_that_come
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from organisations.models import Ward
from tests.factories.accounts import person, ward_editor
from tests.factories.availability import bed_manager, ward_with_beds
from tests.factories.sessions import (
    booked,
    newest,
    plan,
    session_at,
    sessional_ward,
    tomorrow,
    ward_with_sessions,
    week,
)

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def ward(shared):
    return ward_with_sessions((10, 1), (14, 4))


@pytest.fixture(scope="module")
def wendy(ward):
    return ward_editor(ward)


@pytest.fixture(scope="module")
def walter(ward):
    return ward_editor(ward, "walter.ward")


def told_by_history(session):
    """What the history says that the session is."""
    entry = newest(session)
    return entry.capacity, entry.booked, entry.closed_reason


def is_now(session):
    session.refresh_from_db()
    return session.capacity, session.booked, session.closed_reason


@pytest.mark.requirement("CPMS-01")
class TestBooking:
    def test_a_place_is_booked_and_released_and_both_stay_written(self, ward, wendy, walter):
        session = session_at(ward, 14)
        entry = booked(session, by=wendy, reference="Team 7")
        assert is_now(session) == told_by_history(session) == (4, 1, "")
        services.release(session=session, booking=entry.pk, by=walter)
        assert is_now(session) == told_by_history(session) == (4, 0, "")
        written = session.entries.order_by("starts_at").values_list("change", "by", "reference")
        assert list(written) == [
            ("planned", None, ""),
            ("booked", wendy.pk, "Team 7"),
            ("released", walter.pk, ""),
        ]
        audited = AuditEvent.objects.filter(event="sessions.changed").order_by("pk")
        assert [event.details["change"] for event in audited] == ["booked", "released"]

    def test_sent_twice_it_books_once_and_wanted_twice_twice(self, ward, wendy):
        session = session_at(ward, 14)
        seen = newest(session).pk
        first = services.book(session=session, seen_entry=seen, by=wendy)
        assert services.book(session=session, seen_entry=seen, by=wendy) == first
        services.book(session=session, seen_entry=first.pk, by=wendy)
        assert is_now(session)[1] == 2

    def test_a_colleagues_booking_is_in_nobodys_way_while_a_place_is_free(
        self, ward, wendy, walter
    ):
        session = session_at(ward, 14)
        seen = newest(session).pk
        booked(session, by=walter)
        services.book(session=session, seen_entry=seen, by=wendy)
        assert is_now(session)[1] == 2

    def test_who_comes_too_late_is_told_who_was_first(self, ward, wendy, walter):
        session = session_at(ward, 10)
        seen = newest(session).pk
        booked(session, by=walter)
        with pytest.raises(Conflict, match=r"10:00 on .* was changed to Booked by a colleague"):
            services.book(session=session, seen_entry=seen, by=wendy)
        with pytest.raises(DomainError, match="has no free place"):
            booked(session, by=wendy)
        assert is_now(session)[1] == 1

    def test_what_has_begun_is_not_free_any_more(self, ward):
        def free():
            return Ward.objects.annotate(free=free_sessions_by(None)).get(pk=ward.pk).free

        before, begun = free(), timezone.now() - timedelta(minutes=1)
        Session.objects.create(ward=ward, begins_at=begun, minutes=60, planned=3, capacity=3)
        assert free() == before

    def test_a_booking_is_released_once(self, ward, wendy):
        session = session_at(ward, 14)
        entry = booked(session, by=wendy)
        first = services.release(session=session, booking=entry.pk, by=wendy)
        assert services.release(session=session, booking=entry.pk, by=wendy) == first
        assert is_now(session)[1] == 0
        with pytest.raises(DomainError, match="no such booking"):
            services.release(session=session, booking=first.pk, by=wendy)
        with pytest.raises(DomainError, match="no such booking"):
            services.release(session=session_at(ward, 10), booking=entry.pk, by=wendy)

    def test_no_patient_is_ever_named(self, ward, wendy):
        with pytest.raises(DomainError, match="NHS number"):
            booked(session_at(ward, 10), by=wendy, reference="943 476 5919")

    def test_what_is_over_stays_as_it_was(self, ward, wendy):
        session = session_at(ward, 10)
        with time_machine.travel(session.ends_at), pytest.raises(DomainError, match="is over"):
            booked(session, by=wendy)

    def test_who_may_not_changes_nothing(self, ward):
        session, before = session_at(ward, 10), SessionEntry.objects.count()
        seen = newest(session).pk
        day = {"ward": ward, "day": tomorrow()}
        for by in (person("nora.nothing"), ward_editor(ward_with_beds(1), "bert.beds")):
            for refused in (
                lambda by=by: booked(session, by=by),
                lambda by=by: services.release(session=session, booking=seen, by=by),
                lambda by=by: services.change_session(
                    session=session, capacity=3, seen_entry=seen, by=by
                ),
                lambda by=by: services.close_day(
                    **day, closed_reason="staffing", seen_entry=seen, by=by
                ),
                lambda by=by: services.restore_day(**day, seen_entry=seen, by=by),
                lambda by=by: services.add_session(
                    **day, begins=time(18), minutes=60, capacity=1, by=by
                ),
                lambda by=by: plan(ward, week((9, 1)), by=by),
            ):
                with pytest.raises(DomainError, match="You cannot update"):
                    refused()
        assert SessionEntry.objects.count() == before

    def test_the_database_keeps_bookings_within_capacity(self, ward):
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(ward=ward).update(booked=5)


class TestUndo:
    def test_each_change_is_undone_by_a_further_entry(self, ward, wendy):
        session = session_at(ward, 14)
        entry = booked(session, by=wendy, reference="Team 7")
        undone = services.undo(session=session, entry=entry.pk, by=wendy)
        assert (undone.releases, undone.origin, is_now(session)[1]) == (entry, "undo", 0)
        again = booked(session, by=wendy, reference="Team 8")
        released = services.release(session=session, booking=again.pk, by=wendy)
        restored = services.undo(session=session, entry=released.pk, by=wendy)
        assert (restored.change, restored.reference) == ("booked", "Team 8")
        change = services.change_session(
            session=session, capacity=2, seen_entry=restored.pk, by=wendy
        )
        services.undo(session=session, entry=change.pk, by=wendy)
        assert is_now(session) == told_by_history(session) == (4, 1, "")

    def test_only_ones_own_last_change_within_15_minutes(self, ward, wendy, walter):
        session = session_at(ward, 14)
        entry = booked(session, by=wendy)
        with pytest.raises(DomainError, match="Only your own"):
            services.undo(session=session, entry=entry.pk, by=walter)
        later = time_machine.travel(timezone.now() + timedelta(minutes=16))
        with later, pytest.raises(DomainError, match="Only your own"):
            services.undo(session=session, entry=entry.pk, by=wendy)
        booked(session, by=walter)
        with pytest.raises(Conflict):
            services.undo(session=session, entry=entry.pk, by=wendy)


class TestSingleDays:
    def change(self, session, capacity, by, **more):
        return services.change_session(
            session=session, capacity=capacity, seen_entry=newest(session).pk, by=by, **more
        )

    def test_fewer_more_and_none_for_a_reason(self, ward, wendy):
        session = session_at(ward, 14)
        self.change(session, 6, wendy)
        self.change(session, 2, wendy)
        with pytest.raises(DomainError, match="Choose why"):
            self.change(session, 0, wendy)
        self.change(session, 0, wendy, closed_reason="staffing")
        assert is_now(session) == told_by_history(session) == (0, 0, "staffing")
        assert session.state_in_words == "Closed (staffing)"

    @pytest.mark.parametrize("capacity", [-1, 51, 1])
    def test_what_cannot_be_is_refused(self, ward, wendy, capacity):
        session = session_at(ward, 14)
        booked(session, by=wendy)
        booked(session, by=wendy)
        with pytest.raises(DomainError):
            self.change(session, capacity, wendy)
        assert is_now(session) == (4, 2, "")

    def test_a_colleagues_change_is_never_overwritten_and_asking_twice_changes_once(
        self, ward, wendy, walter
    ):
        session = session_at(ward, 14)
        seen = newest(session).pk
        self.change(session, 3, walter)
        services.change_session(session=session, capacity=3, seen_entry=seen, by=wendy)
        assert session.entries.count() == 2
        with pytest.raises(Conflict, match="3 of 3 places free by a colleague"):
            services.change_session(session=session, capacity=2, seen_entry=seen, by=wendy)

    def test_a_day_is_closed_and_opened_again(self, ward, wendy, walter):
        seen = SessionEntry.objects.latest("pk").pk
        close = {"ward": ward, "day": tomorrow(), "closed_reason": "staffing", "by": wendy}
        entry = booked(session_at(ward, 14), by=wendy)
        with pytest.raises(DomainError, match=r"Release what is booked first: 14:00 on"):
            services.close_day(**close, seen_entry=seen)
        services.release(session=session_at(ward, 14), booking=entry.pk, by=walter)
        with pytest.raises(Conflict, match="by a colleague"):
            services.close_day(**close, seen_entry=seen)
        seen = SessionEntry.objects.latest("pk").pk
        services.close_day(**close, seen_entry=seen)
        for hour in (10, 14):
            assert is_now(session_at(ward, hour)) == (0, 0, "staffing")
        other_day = session_at(ward, 10, tomorrow() + timedelta(days=1))
        assert other_day.capacity == 1
        seen = SessionEntry.objects.latest("pk").pk
        services.restore_day(ward=ward, day=tomorrow(), seen_entry=seen, by=wendy)
        assert is_now(session_at(ward, 14)) == told_by_history(session_at(ward, 14)) == (4, 0, "")

    def test_an_extra_session_comes_once_and_goes(self, ward, wendy):
        extra = {"ward": ward, "day": tomorrow(), "begins": time(17), "by": wendy}
        session = services.add_session(**extra, minutes=90, capacity=2)
        assert services.add_session(**extra, minutes=90, capacity=2) == session
        assert (session.hours, told_by_history(session)) == ("17:00 to 18:30", (2, 0, ""))
        with pytest.raises(DomainError, match="already"):
            services.add_session(**extra, minutes=60, capacity=2)
        self.change(session, 0, wendy)
        assert is_now(session) == (0, 0, "")
        services.add_session(**extra, minutes=60, capacity=2)
        assert is_now(session) == (2, 0, "")


class TestPattern:
    def test_sessions_are_made_as_far_as_people_look_and_further_as_days_come(self, ward):
        last = timezone.localdate() + HORIZON
        assert ward.sessions.latest("begins_at").local.date() == last
        with time_machine.travel(timezone.now() + timedelta(days=3)):
            make_sessions_that_come()
            make_sessions_that_come()
        assert ward.sessions.latest("begins_at").local.date() == last + timedelta(days=3)
        days = [one.local.date() for one in ward.sessions.all() if one.local.hour == 10]
        assert len(days) == len(set(days)) == (days[-1] - days[0]).days + 1

    def test_another_pattern_changes_the_days_from_its_own_on(self, ward, wendy):
        begins = tomorrow() + timedelta(days=7)
        plan(ward, week((10, 2), (16, 1)), begins, by=wendy)
        before, after = begins - timedelta(days=1), begins
        assert is_now(session_at(ward, 14, before)) == (4, 0, "")
        assert is_now(session_at(ward, 10, after)) == (2, 0, "")
        assert is_now(session_at(ward, 14, after)) == (0, 0, "")
        assert session_at(ward, 16, after).state_in_words == "Free"
        assert ward.session_patterns.count() == 2

    def test_what_was_said_of_a_day_outlasts_a_change_of_pattern(self, ward, wendy):
        closed, more = session_at(ward, 10), session_at(ward, 14)
        for session, capacity, reason in ((closed, 0, "staffing"), (more, 6, "")):
            services.change_session(
                session=session,
                capacity=capacity,
                closed_reason=reason,
                seen_entry=newest(session).pk,
                by=wendy,
            )
        plan(ward, week((10, 3), (14, 3)), by=wendy)
        assert is_now(closed) == (0, 0, "staffing")
        assert is_now(more) == (6, 0, "")
        services.restore_day(
            ward=ward, day=tomorrow(), seen_entry=SessionEntry.objects.latest("pk").pk, by=wendy
        )
        assert is_now(closed) == is_now(more) == (3, 0, "")

    def test_no_booking_is_lost_to_a_pattern(self, ward, wendy):
        session = session_at(ward, 14)
        booked(session, by=wendy)
        with pytest.raises(DomainError, match=r"would not fit.*14:00 on"):
            plan(ward, [], by=wendy)
        assert is_now(session) == (4, 1, "")
        assert ward.session_patterns.count() == 1

    def test_the_end_of_a_pattern_is_an_empty_one(self, ward, wendy):
        plan(ward, [], tomorrow() + timedelta(days=2), by=wendy)
        assert ward.sessions.filter(capacity__gt=0).latest(
            "begins_at"
        ).local.date() == tomorrow() + timedelta(days=1)

    def test_two_editors_never_overwrite_each_other_and_a_repeat_is_harmless(
        self, ward, wendy, walter
    ):
        seen = ward.session_patterns.get().pk
        set_pattern = {"ward": ward, "starts_on": tomorrow(), "seen_pattern": seen}
        first = services_of_patterns.set_pattern(**set_pattern, slots=week((9, 1)), by=walter)
        assert (
            services_of_patterns.set_pattern(**set_pattern, slots=week((9, 1)), by=wendy) == first
        )
        with pytest.raises(Conflict, match="changed by a colleague"):
            services_of_patterns.set_pattern(**set_pattern, slots=week((11, 1)), by=wendy)

    def test_a_ward_with_beds_has_none(self, wendy):
        with pytest.raises(DomainError):
            plan(ward_with_beds(1, name="With beds"), week((9, 1)))

    @pytest.mark.parametrize("days", [-1, 400])
    def test_it_starts_today_or_within_a_year(self, ward, days):
        with pytest.raises(DomainError, match="within a year"):
            plan(ward, week((9, 1)), timezone.localdate() + timedelta(days=days))

    def test_it_costs_the_same_for_any_number_of_sessions(self, django_assert_num_queries):
        for name, slots in (("Few", week((9, 1), days=[1])), ("Many", week((9, 1), (10, 1)))):
            ward = sessional_ward(name=name)
            with django_assert_num_queries(17):
                plan(ward, slots)


class TestConfirming:
    def test_the_ward_is_confirmed_as_it_was_seen(self, ward, wendy, walter):
        seen = newest(session_at(ward, 14)).pk
        entry = booked(session_at(ward, 14), by=walter)
        with pytest.raises(Conflict, match="by a colleague"):
            confirm_ward(ward=ward, seen_entry=seen, by=wendy)
        confirm_ward(ward=ward, seen_entry=entry.pk, by=wendy)
        assert WardConfirmation.objects.get().by == wendy
        assert WardTotals.objects.get(ward=ward).confirmed_at

    def test_a_ward_is_confirmed_before_anybody_booked(self, ward, wendy):
        confirm_ward(ward=ward, seen_entry=newest_session_entry(ward).pk, by=wendy)
        with pytest.raises(DomainError, match="no sessions"):
            confirm_ward(ward=sessional_ward(unit=ward.unit, name="New"), by=bed_manager(ward))

    def test_what_a_pattern_makes_is_no_change_of_anybodys(self, ward, wendy):
        entry = booked(session_at(ward, 14), by=wendy)
        with time_machine.travel(timezone.now() + timedelta(days=3)):
            make_sessions_that_come()
        confirm_ward(ward=ward, seen_entry=entry.pk, by=wendy)
