"""`make lint` refuses a migration that would lock a table in use or break the code that runs."""

import sys

import pytest
from django.apps import AppConfig, apps
from django.core.management import call_command

pytestmark = pytest.mark.django_db

MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("{app}", "0001_initial")]
    operations = [{operation}]
"""
INITIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("Bed", [
        ("id", models.BigAutoField(primary_key=True)), ("name", models.TextField()),
    ])]
"""
NAME_INDEX = 'models.Index(fields=["name"], name="bed_name")'


@pytest.mark.parametrize(
    ("app", "operation", "refused"),
    [
        ("no_default", 'migrations.AddField("Bed", "floor", models.IntegerField(default=0))', True),
        ("drops", 'migrations.RemoveField("Bed", "name")', True),
        ("locks", f'migrations.AddIndex("Bed", {NAME_INDEX})', True),
        ("safe", 'migrations.AddField("Bed", "at", models.IntegerField(db_default=0))', False),
    ],
)
def test_a_migration_that_locks_or_breaks_is_refused(
    tmp_path, monkeypatch, capsys, app, operation, refused
):
    folder = tmp_path / app / "migrations"
    folder.mkdir(parents=True)
    for package in (tmp_path / app, folder):
        (package / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(INITIAL)
    (folder / "0002_change.py").write_text(MIGRATION.format(app=app, operation=operation))
    monkeypatch.syspath_prepend(tmp_path)
    # Not by INSTALLED_APPS: what all other apps do at start-up would be done once more.
    config = AppConfig.create(app)
    config.apps, config.models = apps, {}
    monkeypatch.setitem(apps.app_configs, app, config)
    status = 0
    try:
        call_command("lintmigrations", app, include_apps=[app])
    except SystemExit as end:
        status = end.code
    finally:
        sys.modules.pop(app, None)
    assert bool(status) == refused, capsys.readouterr().out
