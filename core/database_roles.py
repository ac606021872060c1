"""What the application's database role may do: use rows, never change tables or history."""

from django.apps import AppConfig, apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from core.models import AppendOnlyModel, UnsealedEvent


def append_only_tables() -> list[str]:
    """The tables of which the application may only add and read rows."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, AppendOnlyModel) or "pgh_id" in {f.name for f in model._meta.fields}
    ]


def grant_to_application(connection: BaseDatabaseWrapper) -> None:
    """Give the application's role its rights on every table; to be run as the owner."""
    role = sql.Identifier(connections["default"].settings_dict["USER"])
    grants = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    # A trigger writes the queue with the owner's rights: the role cannot say when an event came.
    revoked = dict.fromkeys(append_only_tables(), "UPDATE, DELETE")
    revoked[UnsealedEvent._meta.db_table] = "INSERT, UPDATE"
    existing = set(connection.introspection.table_names())
    # At once: otherwise the role could alter history between the grant and what is revoked.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in grants:
            cursor.execute(sql.SQL(statement).format(role=role))
        for table in existing.intersection(revoked):
            cursor.execute(
                sql.SQL("REVOKE {rights} ON {table} FROM {role}").format(
                    rights=sql.SQL(revoked[table]), table=sql.Identifier(table), role=role
                )
            )


def grant_after_migrate(sender: AppConfig, using: str, **_: object) -> None:
    """Once the owner has migrated the last app, give the application's role its rights."""
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if using == "owner" and sender.name == last.name:
        grant_to_application(connections[using])
