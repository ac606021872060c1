"""Databases for tests, each a copy of one that was migrated once."""

import hashlib
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from cpms.local import PROJECT

# What a migrated database follows from
SOURCES = ("*/migrations/*.py", "core/database_roles.py", "requirements-test.txt")


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


def make(name: str) -> None:
    """A fresh database with all migrations, in place of any of that name."""
    copied = sql.Identifier(migrated()).as_string()
    administer(
        "DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {{name}} TEMPLATE {copied}",
        name=name,
    )


def drop(name: str) -> None:
    administer("DROP DATABASE {name} WITH (FORCE)", name=name)


def migrated() -> str:
    """The name of the database to copy; the first who asks a server for it makes it."""
    files = sorted(file for source in SOURCES for file in PROJECT.glob(source))
    state = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    name = f"migrated_{state[:16]}"
    server = address(os.environ["DATABASE_OWNER_URL"], "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        # Whoever comes second waits until it is made.
        connection.execute("SET lock_timeout = 0")
        connection.execute("SELECT pg_advisory_lock(hashtext('migrated'))")
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone():
            making = f"{name}_being_made"
            administer(
                "DROP DATABASE IF EXISTS {name} WITH (FORCE)", "CREATE DATABASE {name}", name=making
            )
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "DATABASE_URL": address(os.environ["DATABASE_URL"], making),
                    "DATABASE_OWNER_URL": address(os.environ["DATABASE_OWNER_URL"], making),
                },
                check=True,
            )
            administer(f"ALTER DATABASE {{name}} RENAME TO {name}", name=making)
    return name
