"""The helpdesk's pages with 100,000 accounts, through the production server.

python -m cpms.local.testing -- python -m bench.helpdesk

fills the empty database that it is given, and prints a table of times, as multiples of the floor
(bench/floor.py), and a line of JSON; fails if a list is above ALLOWED, or reads a big table from
end to end.
"""

import json
import logging
import os
import sys
import time
from io import StringIO
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client

from accounts.choices import Capability, GrantOrigin
from accounts.demo.second_factor import give_authenticators
from accounts.models import Grant, User
from bench.serving import FLOOR, medians_of, queries_of, serving

ACCOUNTS = int(os.environ.get("ACCOUNTS", "100000"))
ALLOWED = 40
NAMES = """
    Ashby Barlow Carter Dawson Ellis Foster Gibson Harvey Ingram Jarvis Kemp Lawson Mercer Norton
    Osborne Parker Quinn Rowe Sutton Turner Underwood Vaughan Webster Yates
""".split()  # noqa: SIM905
BIG = ("accounts_user", "approvals_item", "notifications_outgoingmail", "core_auditevent")

# Whose triggers would be most of the time that filling takes.
GUARDED = ("accounts_grant", "approvals_item", "core_auditevent")


# People with an address, access, a request that waits, mail and a history: each from the last.
FILL = (
    """
    INSERT INTO accounts_user (password, email, first_name, surname, job_title, work_postcode, kind,
                               is_active, communications, terms_version)
    SELECT '!', lower(name) || '.' || n || '@trust' || n %% 900 || '.example', 'Alex', name, '',
           'SL6 0PQ', 'personal', true, false, %(terms)s
      FROM generate_series(1, %(accounts)s) n, 
           LATERAL (SELECT (%(names)s::text[])[1 + n %% 24]) t(name)
    """,
    """
    INSERT INTO account_emailaddress (user_id, email, "primary", verified)
    SELECT id, email, true, true FROM accounts_user
    """,
    """
    INSERT INTO accounts_grant (person_id, capability, origin, service_group_id)
    SELECT id, 'availability_view', 'bootstrap', (SELECT min(id) FROM organisations_servicegroup)
      FROM accounts_user
    """,
    """
    INSERT INTO approvals_accessrequest (person_id, organisation_type, provider_id)
    SELECT u.id, 'provider', o.ids[1 + u.id %% array_length(o.ids, 1)]
      FROM accounts_user u, (SELECT array_agg(id) FROM organisations_organisation
                              WHERE closed_on IS NULL) o(ids)
    """,
    """
    INSERT INTO approvals_item (request_id, person_id, capability, organisation_id, status)
    SELECT id, person_id, 'availability_edit', provider_id, 'submitted'
      FROM approvals_accessrequest
    """,
    """
    INSERT INTO approvals_stage (item_id, position, is_current, capability, organisation_id,
                                 opened_at, due_at)
    SELECT id, 1, true, 'approve_standard', organisation_id, now(), now() FROM approvals_item
    """,
    """
    INSERT INTO notifications_outgoingmail (kind, person_id, address, subject, text, html, state,
                                            message_id, attempts, last_error, sent_at)
    SELECT sent, id, email, 'About', '', '', 'sent', sent || id, 1, '', now()
      FROM accounts_user, unnest(ARRAY['verify_address', 'access_approved']) sent
    """,
    """
    INSERT INTO core_auditevent (event, actor_id, subject_id, target, details, reference)
    SELECT event, id, id, 'accounts.user:' || id, '{}', ''
      FROM accounts_user,
           unnest(ARRAY['person.registered', 'address.verified', 'request.submitted']) event
    """,
)


def fill() -> User:
    """All of it; gives one of the people."""
    values: dict[str, Any] = {"terms": settings.TERMS_VERSION, "accounts": ACCOUNTS, "names": NAMES}
    with connections["owner"].cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in FILL:
            cursor.execute(statement, values)
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")
    return User.objects.order_by("pk")[ACCOUNTS // 2]


def helpdesk() -> User:
    helen = User.objects.create_user(
        "helen.helpdesk@trust.example",
        None,
        first_name="Helen",
        surname="Helpdesk",
        work_postcode="SL6 0PQ",
        terms_version=settings.TERMS_VERSION,
        communications=False,
    )
    EmailAddress.objects.create(user=helen, email=helen.email, primary=True, verified=True)
    Grant.objects.create(
        person=helen, capability=Capability.ADMINISTER, origin=GrantOrigin.BOOTSTRAP
    )
    give_authenticators([helen])
    return helen


def pages(person: User) -> dict[str, str]:
    """What the helpdesk opens, by what it is for."""
    admin = "/admin"
    return {
        "people": f"{admin}/accounts/user/",
        "people: part of an address": f"{admin}/accounts/user/?q={person.email[2:14]}",
        "people: a surname": f"{admin}/accounts/user/?q={person.surname}",
        "people: nobody": f"{admin}/accounts/user/?q=zzzzzz",
        "a person": f"{admin}/accounts/user/{person.pk}/change/",
        "requests' parts": f"{admin}/approvals/item/",
        "requests' parts that wait": f"{admin}/approvals/item/?status__exact=submitted",
        "requests' parts of one": f"{admin}/approvals/item/?q={person.email[2:14]}",
        "access": f"{admin}/accounts/grant/",
        "mail": f"{admin}/notifications/outgoingmail/",
        "mail: given up": f"{admin}/notifications/outgoingmail/?state__exact=failed",
        "mail: part of an address": f"{admin}/notifications/outgoingmail/?q={person.email[2:14]}",
        "audit trail": f"{admin}/core/auditevent/",
        "audit trail of one": f"{admin}/core/auditevent/?q={person.email}",
    }


def main() -> int:
    logging.disable()
    call_command("migrate", verbosity=0)
    call_command("load_directory", stdout=StringIO())
    started = time.perf_counter()
    person = fill()
    helen = helpdesk()
    print(f"Filled in {time.perf_counter() - started:.0f} s: {ACCOUNTS:,} accounts")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(helen)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    results: dict[str, Any] = {}
    with serving(*FLOOR) as floor, serving("cpms.wsgi") as service:
        for name, path in pages(person).items():
            ms, least = medians_of(service, floor, path, cookie)
            queries, whole = queries_of(client, path, big=BIG, rows=ACCOUNTS)
            results[name] = {
                "ms": round(ms, 1),
                "floor_ms": round(least, 2),
                "floor": round(ms / least, 1),
                "queries": queries,
                "reads_whole": whole,
            }
    print(f"{'':28}{'ms':>9}{'× floor':>9}{'queries':>9}  reads whole")
    for name, one in results.items():
        read = ", ".join(one["reads_whole"])
        print(f"{name:28}{one['ms']:9}{one['floor']:9}{one['queries']:9}  {read}")
    print(json.dumps({"accounts": ACCOUNTS, "pages": results}))
    lists = {name: one for name, one in results.items() if name != "a person"}
    slow = [name for name, one in lists.items() if one["floor"] > ALLOWED or one["reads_whole"]]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
