"""Dockerfile and docker-compose.yml name what the code has."""

import json
import os
import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

from cpms.local import PROJECT
from tests.cpms.test_production import PRODUCTION, what_they_say

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
LONG_RUNNING = sorted(set(OURS) - {"migrate"})

# Imports the settings as the container would and notes which variables they read.
READ_BY_SETTINGS = """
import json, os
class Noting(dict):
    read = set()
    def get(self, name, default=None):
        self.read.add(name)
        return super().get(name, default)
os.environ = Noting(os.environ)
import cpms.settings.production
print(json.dumps(sorted(Noting.read)))
"""


def filled(text: str) -> str:
    """The text with each ${VARIABLE} filled in."""
    values = {
        "EMAIL_URL": "smtp://mail.example.org:587",
        "SECRET_KEY": PRODUCTION["SECRET_KEY"],
        "AUDIT_KEYS": PRODUCTION["AUDIT_KEYS"],
        "FROM_EMAIL": "no-reply@example.org",
        "HELPDESK_EMAIL": "helpdesk@example.org",
        "HELPDESK_TELEPHONE": "01632 960123",
        "SECOND_FACTOR_KEYS": PRODUCTION["SECOND_FACTOR_KEYS"],
    }
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: values.get(found[1], "example"), text)


def import_settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", READ_BY_SETTINGS],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def environment_of(service: str) -> dict[str, str]:
    return {name: filled(value) for name, value in OURS[service]["environment"].items()}


def test_the_settings_need_and_read_every_variable_that_is_given():
    # Most services are given the same, which is tried once.
    given = {tuple(sorted(environment_of(service).items())) for service in OURS}
    for environment in map(dict, given):
        done = import_settings(environment)
        assert done.returncode == 0, done.stderr
        assert set(environment) <= set(json.loads(done.stdout))


def test_without_any_one_variable_production_does_not_start():
    whole = environment_of("web1")
    without = [{k: v for k, v in whole.items() if k != name} for name in whole]
    for name, said in zip(whole, what_they_say(without), strict=True):
        assert said.startswith("ImproperlyConfigured: ")
        assert name in said


def test_only_migrations_are_given_the_owner_of_the_tables():
    assert [name for name in OURS if "DATABASE_OWNER_URL" in OURS[name]["environment"]] == [
        "migrate"
    ]


@pytest.mark.parametrize("name", re.findall(r"manage\.py (\w+)", DOCKERFILE))
def test_commands_of_the_image_exist(name):
    assert name in get_commands()


def test_the_image_gathers_its_files_with_the_variables_that_it_gives():
    (step,) = re.findall(
        r"^RUN (DJANGO_SETTINGS_MODULE=.*) python manage\.py", joined(DOCKERFILE), re.M
    )
    given = dict(pair.split("=", 1) for pair in step.split())
    code = "import importlib, os; importlib.import_module(os.environ['DJANGO_SETTINGS_MODULE'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", sorted(OURS))
def test_commands_of_the_services_exist(service):
    command = OURS[service].get("command", ["gunicorn"])
    if command[:2] == ["python", "manage.py"]:
        assert command[2] in get_commands()
        return
    shown = subprocess.run(
        [sys.executable, "-m", *command, "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    options = {part.partition("=")[0] for part in command if part.startswith("--")}
    if command[0] == "celery":
        assert options - {"--app"} <= set(re.findall(r"--[a-z-]+", shown.stdout))


def test_the_image_starts_the_server_with_options_that_it_has():
    command = json.loads(re.search(r"^CMD (\[.*\])", joined(DOCKERFILE), re.M)[1])
    assert command[:2] == ["gunicorn", "cpms.wsgi"]
    checked = subprocess.run(
        [sys.executable, "-m", *command, "--check-config"],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cpms.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "--bind=0.0.0.0:8000" in command


def test_health_checks_ask_for_pages_that_exist_on_the_port_of_the_server():
    for web in ("web1", "web2"):
        script = OURS[web]["healthcheck"]["test"][-1]
        port, path = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", script).groups()
        assert f"EXPOSE {port}" in DOCKERFILE
        assert resolve(path).url_name == "healthz"
    proxy = COMPOSE["configs"]["caddyfile"]["content"]
    assert re.search(r"reverse_proxy web1:8000 web2:8000", proxy)
    assert resolve(re.search(r"health_uri (\S+)", proxy)[1]).url_name == "readyz"


def test_the_images_python_is_one_that_the_project_supports():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    lowest = numbers(project["requires-python"].removeprefix(">="))
    versions = {numbers(found) for found in re.findall(r"^FROM python:([\d.]+)", DOCKERFILE, re.M)}
    assert len(versions) == 1
    assert versions.pop() >= lowest


def test_the_roles_are_made_from_the_same_file_as_locally():
    postgres = COMPOSE["services"]["postgres"]
    source, target, _ = postgres["volumes"][1].split(":")
    assert (PROJECT / source).is_file()
    assert target.startswith("/docker-entrypoint-initdb.d/")
    asked = set(re.findall(r"\\getenv \w+ (\w+)", (PROJECT / source).read_text()))
    assert asked <= set(postgres["environment"])


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_service_comes_back_by_itself(name):
    expected = "on-failure" if name == "migrate" else "always"
    assert COMPOSE["services"][name]["restart"] == expected


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_nothing_runs_before_the_migrations_are_done(name):
    assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_runs_as_an_ordinary_user():
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    user: Any = re.search(r"^USER (\w+)", last_stage, re.M)
    assert user[1] == "cpms"


def joined(text: str) -> str:
    return text.replace("\\\n", " ")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
