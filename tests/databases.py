"""Databases for tests, each a copy of one that was made once."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from cpms.local import PROJECT

# What these follow from
MIGRATED = ("*/migrations/*.py", "core/database_roles.py", "requirements-test.txt")
# All but the tests
CODE = ("[a-su-z]*/**/*.py", "organisations/data/*", "static/*/*.*")


def address(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def administer(*statements: str, name: str) -> None:
    """Run statements about the database `name` as the owner, from outside of it."""
    server = address(os.environ["DATABASE_OWNER_URL"], "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            for attempt in range(20):
                try:
                    connection.execute(sql.SQL(statement).format(name=sql.Identifier(name)))
                except psycopg.errors.InsufficientPrivilege:
                    # The server's own cleaning is at work there, which no owner may end.
                    if attempt == 19:
                        raise
                    time.sleep(0.5)
                else:
                    break


def make(name: str, *, like: str | None = None) -> None:
    """A copy of a database, unless told of that with all migrations, in place of any so named."""
    copied = sql.Identifier(like or migrated()).as_string()
    administer(
        "DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {{name}} TEMPLATE {copied}",
        name=name,
    )


def drop(name: str) -> None:
    administer("DROP DATABASE {name} WITH (FORCE)", name=name)


def migrated() -> str:
    """The name of the database with all migrations."""
    return made_once("migrated", MIGRATED, "CREATE DATABASE {name}", "migrate --verbosity=0")


def demonstration() -> str:
    """The name of the database with the demonstration, whose secrets are those of this server."""
    start = f"CREATE DATABASE {{name}} TEMPLATE {sql.Identifier(migrated()).as_string()}"
    demo = ("load_demo --days 14", "collectstatic --noinput")
    settings = {"DJANGO_SETTINGS_MODULE": "cpms.settings.local", "STATE_DIR": str(demo_state())}
    demo_state().mkdir(exist_ok=True)
    return made_once("demonstration", (*MIGRATED, *CODE), start, *demo, **settings)


def demo_state() -> Path:
    """The folder with the password of the people of the demonstration, and all static files."""
    return Path(os.environ["STATE_DIR"]) / "demonstration"


def made_once(
    kind: str, sources: Iterable[str], start: str, *commands: str, **settings: str
) -> str:
    """The name of the database of that kind; the first who asks a server for it makes it."""
    files = sorted(file for source in sources for file in PROJECT.glob(source))
    state = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    name = f"{kind}_{state[:16]}"
    server = address(os.environ["DATABASE_OWNER_URL"], "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        # Whoever comes second waits until it is made.
        connection.execute("SET lock_timeout = 0")
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [kind])
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone():
            making = f"{kind}_being_made"
            administer("DROP DATABASE IF EXISTS {name} WITH (FORCE)", start, name=making)
            owner = address(os.environ["DATABASE_OWNER_URL"], making)
            addresses = {
                "DATABASE_URL": address(os.environ["DATABASE_URL"], making),
                "DATABASE_OWNER_URL": owner,
            }
            for command in commands:
                subprocess.run(
                    [sys.executable, "manage.py", *command.split()],
                    cwd=PROJECT,
                    env=os.environ | addresses | settings,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
            with psycopg.connect(owner, autocommit=True) as made:
                made.execute("VACUUM ANALYZE")
            administer(f"ALTER DATABASE {{name}} RENAME TO {name}", name=making)
    return name
