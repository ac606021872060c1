"""Production refuses to start on a missing or weak value, each shown by a process that starts."""

import json
import os
import subprocess
import sys

PRODUCTION = {
    "SECRET_KEY": "8f3c0d7b5e21a96488d07c1fe3b25a6094f7d1c82be60a357d19e4cf",
    "SECOND_FACTOR_KEYS": "Cc2GHzv74xtrJ6PjDN_31PW-3ZfAqXrqWJFf7q901ic=",
    "AUDIT_KEYS": "c51e08a7f94b2d6360e7b1d85fa2094c3b76d81e05fc9a2474d0b8e3",
    "AUDIT_HEAD_FILE": "/audit/head.log",
    "DATABASE_URL": "postgresql://cpms_app:secret@db/cpms",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "cpms.example",
    "SERVICE_URL": "https://cpms.example",
    "EMAIL_URL": "smtp://user:secret@mail.example:587",
    "FROM_EMAIL": "no-reply@cpms.example",
    "HELPDESK_EMAIL": "helpdesk@cpms.example",
    "HELPDESK_TELEPHONE": "01632 960123",
}


def start(*command, input=None, **variables):
    """Run Python with production's settings and nothing else of this environment."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cpms.settings.production"}
    return subprocess.run(
        [sys.executable, *command],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        input=input,
    )


def test_production_starts_with_all_values_and_passes_the_deployment_checks():
    answer = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert answer.returncode == 0, answer.stderr


WEAK = [
    ("SECRET_KEY", "short", "at least 50 characters"),
    ("SECRET_KEY", "a1" + "b" * 60, "SECRET_KEY is not random enough"),
    ("SECRET_KEY", "0123456789abcdef" * 4, "SECRET_KEY is not random enough"),
    ("SECRET_KEY", "for-tests-only", "at least 50 characters"),
    ("SECOND_FACTOR_KEYS", "short", "SECOND_FACTOR_KEYS must hold keys"),
    ("SECOND_FACTOR_KEYS", "A" * 43 + "=", "SECOND_FACTOR_KEYS must hold keys"),
    ("SECOND_FACTOR_KEYS", "c2l4dGVlbi1sZXR0ZXJzLXNpeHRlZW4tbGV0dGVycy0=", "32 random bytes"),
    ("AUDIT_HEAD_FILE", "head.log", "AUDIT_HEAD_FILE must be a path"),
    ("AUDIT_KEYS", PRODUCTION["AUDIT_KEYS"] + ",short", "AUDIT_KEYS: a key must have"),
    ("AUDIT_KEYS", PRODUCTION["SECRET_KEY"], "AUDIT_KEYS must not hold SECRET_KEY"),
    ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must list the host names"),
    ("ALLOWED_HOSTS", "cpms.example,*", "ALLOWED_HOSTS must list the host names"),
    ("ALLOWED_HOSTS", ",", "ALLOWED_HOSTS must list the host names"),
    ("DATABASE_URL", "postgresql://cpms_app:x@db:many/cpms", "DATABASE_URL must be an address"),
    ("DATABASE_URL", "postgresql://cpms_app@db/cpms", "DATABASE_URL must have a password"),
    ("DATABASE_URL", "postgresql://cpms_app:x@db.nhs.example/cpms", "sslmode=verify-full"),
    ("DATABASE_URL", "postgresql://a:x@10.0.0.7/cpms?sslmode=prefer", "sslmode=verify-full"),
    ("DATABASE_OWNER_URL", "postgresql://cpms_app:x@db/cpms", "must name different roles"),
    ("DATABASE_OWNER_URL", "postgresql://owner@db/cpms", "DATABASE_OWNER_URL must have a password"),
    ("REDIS_URL", "amqp://redis", "REDIS_URL must begin with redis://"),
    ("REDIS_URL", "redis://redis:many", "REDIS_URL must be an address"),
    ("REDIS_URL", "redis://:secret@redis.nhs.example", "REDIS_URL must look like rediss://"),
    ("REDIS_URL", "rediss://redis.nhs.example", "REDIS_URL must look like rediss://"),
    ("SERVICE_URL", "http://cpms.example", "SERVICE_URL must look like https://"),
    ("SERVICE_URL", "https://cpms.example/beds", "SERVICE_URL must look like https://"),
    ("SERVICE_URL", "https://user:secret@cpms.example", "SERVICE_URL must look like https://"),
    ("SERVICE_URL", "https://other.example", "SERVICE_URL must name one of ALLOWED_HOSTS"),
    ("EMAIL_URL", "mail.example", "EMAIL_URL must look like"),
    ("EMAIL_URL", "smtp://mail.example:many", "EMAIL_URL must be an address"),
    ("FROM_EMAIL", "nobody", "FROM_EMAIL must be an email address"),
    ("FROM_EMAIL", "no-reply@demo.example", "FROM_EMAIL is still the demonstration's"),
    ("HELPDESK_EMAIL", "helpdesk@demo.example", "HELPDESK_EMAIL is still the demonstration's"),
    ("HELPDESK_EMAIL", "Helpdesk@Demo.Example", "HELPDESK_EMAIL is still the demonstration's"),
    ("HELPDESK_TELEPHONE", "01632 960000", "HELPDESK_TELEPHONE is still the demonstration's"),
    ("HELPDESK_TELEPHONE", "later", "HELPDESK_TELEPHONE must be a telephone number"),
]


SAFE = [
    {"DATABASE_URL": "postgresql://a:x@db.nhs.example/cpms?sslmode=verify-full"},
    {"DATABASE_URL": "postgresql://a@/cpms?host=/run/postgresql"},
    {"REDIS_URL": "rediss://:secret@redis.nhs.example:6380/0"},
    {"ALLOWED_HOSTS": ".example", "SERVICE_URL": "https://beds.example/"},
]

# Each start is a process of its own; what they all import, the one that they fork from has.
STARTS = """
import importlib, json, os, sys
import cpms.env, accounts.outside_identity.issuers
for number, variables in enumerate(json.load(sys.stdin)):
    if not os.fork():
        os.environ.update(variables)
        try:
            importlib.import_module("cpms.settings.production")
            said = "started"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(1, (json.dumps([number, said]) + "\\n").encode())
        os._exit(0)
    os.wait()
"""


def what_they_say(environments):
    """What production's settings say to each of the environments."""
    answer = start("-c", STARTS, input=json.dumps(environments))
    assert answer.returncode == 0, answer.stderr
    said = dict(map(json.loads, answer.stdout.splitlines()))
    return [said[number] for number in range(len(environments))]


def test_production_names_each_value_that_is_missing():
    without = [{k: v for k, v in PRODUCTION.items() if k != name} for name in PRODUCTION]
    for name, said in zip(PRODUCTION, what_they_say(without), strict=True):
        assert said == f"ImproperlyConfigured: Set the environment variable {name}."


def test_production_refuses_each_weak_value():
    said = what_they_say([PRODUCTION | {name: value} for name, value, _ in WEAK])
    for (name, value, message), words in zip(WEAK, said, strict=True):
        assert words.startswith("ImproperlyConfigured: "), (name, value, words)
        assert message in words, (name, value, words)


def test_production_takes_what_is_safe():
    assert set(what_they_say([PRODUCTION | good for good in SAFE])) == {"started"}


def test_production_never_debugs_whatever_the_environment_says():
    probe = "from cpms.settings import production as p; print(getattr(p, 'DEBUG', False))"
    assert start("-c", probe, **PRODUCTION, DEBUG="1").stdout.strip() == "False"


def test_the_demonstration_does_not_exist_in_production():
    probe = (
        "import django; django.setup(); from django.urls import NoReverseMatch, reverse\n"
        "try: print(reverse('demo_inbox'))\n"
        "except NoReverseMatch: print('none')"
    )
    assert start("-c", probe, **PRODUCTION).stdout.strip() == "none"
