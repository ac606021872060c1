"""Statements that are built once for each shape and run with other values each time.

The framework takes longer to write a big query than the database to answer it, and the database
longer to plan it: written once, it is also prepared once by each connection.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import BigIntegerField, Expression, Field, Lookup, Model, QuerySet, TextField
from django.db.models.query import get_related_populators


class Later(Expression):
    """The place of a value that is known when the statement runs, by name."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


Row = TypeVar("Row", bound=Model)


class PreparedCursor(ServerBindingCursor):
    """Prepares what it asks; the other cursors of its connection neither do nor count."""

    def execute(self, *args: Any, **more: Any) -> Any:
        own: Any = self.connection  # type: ignore[attr-defined]
        own.prepare_threshold = 0
        try:
            return super().execute(*args, **more)  # type: ignore[misc]
        finally:
            own.prepare_threshold = None

    def _send_query_prepared(self, name: bytes, query: Any, **more: Any) -> None:
        # psycopg forgets what was asked, and the log of queries asks for it.
        self._query = query
        super()._send_query_prepared(name, query, **more)  # type: ignore[misc]


NOTHING: Mapping[str, Any] = {}


class Ids(ArrayField):
    """Of a place for a list of ids."""

    def __init__(self) -> None:
        super().__init__(BigIntegerField())


class Values(ArrayField):
    """Of a place for a list of whatever the SQL says."""

    def __init__(self) -> None:
        super().__init__(TextField())


@cache
def later(name: str, output_field: Any) -> Any:
    """The one place of that name; equal ones make equal shapes. `output_field` is a class."""
    return Later(name, output_field())


@Field.register_lookup
class AnyOf(Lookup):
    """Is one of a list that a later value gives: `pk__any_of=later("chosen", Ids)`."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, params = self.process_lhs(compiler, connection)
        right, more = compiler.compile(self.rhs)
        return f"{left} = ANY({right})", (*params, *more)


@dataclass(frozen=True)
class Statement:
    """SQL whose parameters are values, or places of values."""

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> "Statement":
        """What a queryset asks; it has places where its values will differ."""
        return cls(*rows.query.sql_with_params())

    def rows(self, given: Mapping[str, Any] = NOTHING) -> list[tuple[Any, ...]]:
        """One query, in the transaction of all others. KeyError if a value is missing."""
        params = list(filled(self.params, given))
        try:
            return self.asked(params)
        except NotSupportedError:
            # A column that it reads has changed its type since it was prepared. The end of a
            # transaction forgets what was prepared; without one, another connection does.
            if connection.in_atomic_block:
                raise
            connection.close()
            return self.asked(params)

    def asked(self, params: list[Any]) -> list[tuple[Any, ...]]:
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, params)
            return list(cursor.fetchall())


@dataclass(frozen=True)
class Objects(Generic[Row]):
    """The same for a queryset of a model, with its relations (select_related) and annotations."""

    statement: Statement
    model: type[Row]
    names: list[str]
    columns: slice
    related: list[Any]
    annotations: dict[str, int]
    converters: list[tuple[int, tuple[list[Any], Any]]]

    @classmethod
    def of(cls, rows: QuerySet[Row]) -> "Objects[Row]":
        """As the framework makes objects of rows (ModelIterable)."""
        made: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        statement = Statement(*made.as_sql())
        first, *_, last = made.klass_info["select_fields"]
        columns = slice(first, last + 1)
        populators: Any = get_related_populators
        return cls(
            statement=statement,
            model=made.klass_info["model"],
            names=[column.target.attname for column, *_ in made.select[columns]],
            columns=columns,
            related=populators(made.klass_info, made.select, DEFAULT_DB_ALIAS),
            annotations=made.annotation_col_map,
            converters=list(made.get_converters([one for one, *_ in made.select]).items()),
        )

    def found(self, given: Mapping[str, Any] = NOTHING) -> list[Row]:
        """One query."""
        objects = []
        for row in map(self.converted, self.statement.rows(given)):
            one = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for relation in self.related:
                relation.populate(row, one)
            for name, place in self.annotations.items():
                setattr(one, name, row[place])
            objects.append(one)
        return objects

    def converted(self, row: Sequence[Any]) -> Sequence[Any]:
        """What the database gives, as the fields want it."""
        if not self.converters:
            return row
        values = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


def prepared_cursor() -> Any:
    """A cursor whose parameters go apart from the SQL, as of a connection that only has such."""
    # Both may open another one.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    own: Any = connection.connection
    usual, own.cursor_factory = own.cursor_factory, PreparedCursor
    try:
        return connection.cursor()
    finally:
        own.cursor_factory = usual


def filled(params: Iterable[Any], given: Mapping[str, Any]) -> Iterable[Any]:
    for param in params:
        yield given[param.name] if isinstance(param, Later) else param
