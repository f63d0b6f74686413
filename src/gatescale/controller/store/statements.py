"""From SQLAlchemy Core statements to SQL text for a driver, narrowed to one tenant.

A statement that is kept (a module constant) is narrowed and compiled once per database.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.compiler import SQLCompiler

from gatescale.controller.store.walls import SETTING

TENANT: sa.BindParameter[str] = sa.bindparam("tenant_id", type_=sa.String(36))
"""Stands for the session's tenant in any statement; the session fills it in."""

NOW: sa.BindParameter[str] = sa.bindparam("now", type_=sa.String(27))
"""Stands for the session's moment in any statement; the session fills it in."""

Statement = sa.Select[Any] | sa.CompoundSelect[Any] | sa.Insert | sa.Update | sa.Delete


class UnscopedStatementError(Exception):
    """The statement names a tenant's table without saying whose rows: a mistake in our code."""


class Entering(sa.ColumnElement[str]):
    """A row's tenant, which the connection is from then on; in the look-up of who asks.

    PostgreSQL's walls (``walls``) are told so by the look-up itself: it saves a round trip.
    """

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012  SQLAlchemy's name and type
        ("tenant_id", visitors.InternalTraversal.dp_clauseelement)
    ]

    def __init__(self, tenant_id: sa.ColumnElement[str]) -> None:
        self.tenant_id = tenant_id
        self.type = tenant_id.type


@compiles(Entering)
def _entering(element: Entering, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.tenant_id, **options)


@compiles(Entering, "postgresql")
def _entering_walls(element: Entering, compiler: SQLCompiler, **options: Any) -> str:
    return f"set_config('{SETTING}', {compiler.process(element.tenant_id, **options)}, false)"


class ByCodePoints(sa.ColumnElement[str]):
    """A text that a statement makes: compared and sorted as columns are, which say so themselves.

    PostgreSQL would compare it in the database's own order.
    """

    inherit_cache = True
    _traverse_internals = [("text", visitors.InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, text: sa.ColumnElement[str]) -> None:
        self.text = text
        self.type = text.type


@compiles(ByCodePoints)
def _by_code_points(element: ByCodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.text, **options)


@compiles(ByCodePoints, "postgresql")
def _by_code_points_alone(element: ByCodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return f'({compiler.process(element.text, **options)}) COLLATE "C"'


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL text and how to order its parameters.

    Attributes:
        sql: text for the driver; empty where lists among the parameters shape the text.
        order: parameter names by position.
        defaults: values given in the statement itself.
    """

    compiler: SQLCompiler
    sql: str
    order: tuple[str, ...]
    defaults: Mapping[str, Any]

    def bind(self, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Return SQL and positional values.

        Raises:
            KeyError: a parameter has no value.
        """
        if self.sql:
            defaults = self.defaults
            return self.sql, [
                params[name] if name in params else defaults[name] for name in self.order
            ]
        expanded = self.compiler.construct_expanded_state({**self.defaults, **params})
        return expanded.statement, list(expanded.positional_parameters)


class Compiler:
    """Compiles statements for one database.

    Attributes:
        dialect: the database's, ``sqlite`` or ``postgresql``.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect.name
        self._dialect = dialect
        self._narrowed: WeakKeyDictionary[Any, Compiled] = WeakKeyDictionary()
        self._unnarrowed: WeakKeyDictionary[Any, Compiled] = WeakKeyDictionary()
        self._entrances: WeakKeyDictionary[Any, Compiled] = WeakKeyDictionary()
        self._writes: dict[tuple[str, str, tuple[str, ...]], Compiled] = {}

    def tenant(self, statement: Statement) -> Compiled:
        """Compile for a tenant's session.

        Raises:
            UnscopedStatementError: it cannot be narrowed to one tenant.
        """
        compiled = self._narrowed.get(statement)
        if compiled is None:
            compiled = self._narrowed[statement] = self._compile(narrow(statement))
        return compiled

    def anywhere(self, statement: Statement) -> Compiled:
        """Compile as it is, for what the controller does across tenants."""
        compiled = self._unnarrowed.get(statement)
        if compiled is None:
            compiled = self._unnarrowed[statement] = self._compile(statement)
        return compiled

    def entering(self, statement: Statement) -> Compiled:
        """Compile the look-up of who asks, for a connection that is nobody's yet."""
        compiled = self._entrances.get(statement)
        if compiled is None:
            compiled = self._entrances[statement] = self._compile(statement, enters=True)
        return compiled

    def insert(self, table: sa.Table, columns: Iterable[str]) -> Compiled:
        """Compile an INSERT of these columns, with a parameter named after each."""
        key = ("insert", table.name, tuple(columns))
        if key not in self._writes:
            self._writes[key] = self._compile(table.insert(), column_keys=list(key[2]))
        return self._writes[key]

    def update(self, table: sa.Table, columns: Iterable[str]) -> Compiled:
        """Compile an UPDATE of one row of the tenant, the parameter ``row_id``.

        The parameter of each column is named ``new_`` and the column.
        """
        key = ("update", table.name, tuple(columns))
        if key not in self._writes:
            statement = (
                sa.update(table)
                .where(table.c.id == sa.bindparam("row_id", type_=sa.String))
                .values({column: sa.bindparam(f"new_{column}") for column in key[2]})
            )
            self._writes[key] = self._compile(narrow(statement))
        return self._writes[key]

    def _compile(
        self,
        statement: Statement,
        *,
        column_keys: list[str] | None = None,
        enters: bool = False,
    ) -> Compiled:
        if enters != any(isinstance(each, Entering) for each in visitors.iterate(statement)):
            message = f"must enter a tenant exactly where a connection is nobody's: {statement}"
            raise UnscopedStatementError(message)
        compiler = statement.compile(dialect=self._dialect, column_keys=column_keys)
        assert isinstance(compiler, SQLCompiler)  # noqa: S101  every Statement compiles to one
        shaped_by_lists = bool(compiler.post_compile_params or compiler.literal_execute_params)
        return Compiled(
            compiler,
            "" if shaped_by_lists else compiler.string,
            tuple(compiler.positiontup or ()),
            {
                name: bind.effective_value
                for name, bind in compiler.binds.items()
                if not bind.required
            },
        )


def narrow(statement: Statement) -> Statement:
    """Return the statement with every table in it tied to the session's tenant.

    Tables that the statement itself selects from, changes or deletes from get the condition
    added; inside subqueries and outer joins it must be written out (``table.c.tenant_id ==
    TENANT``, or a join over the composite key).

    Raises:
        UnscopedStatementError: a table is left untied.
    """
    if not isinstance(statement, sa.Insert | sa.CompoundSelect):
        for table in _top_level(statement):
            # A subquery may read the same table, and its conditions hold for that alone.
            if _key(table) not in _tied(statement, inside_subqueries=False):
                statement = statement.where(_owner_column(table) == TENANT)
    named = {_key(table): table for table in _tables(statement)}
    loose = named.keys() - _tied(statement)
    if isinstance(statement, sa.Insert):
        loose.discard(_key(statement.table))
    if loose:
        names = ", ".join(sorted(key[1] for key in loose))
        message = f"{names}: not narrowed to the tenant in: {statement}"
        raise UnscopedStatementError(message)
    return statement


def _key(table: Any) -> tuple[int, str]:
    return (0, table.name) if isinstance(table, sa.Table) else (1, str(table.name))


def _owner_column(table: Any) -> Any:
    """Return the column that says whose row it is; None where the rows are nobody's."""
    return table.c.get("id" if table.name == "tenants" else "tenant_id")


def _is_owned(table: Any) -> bool:
    return _owner_column(table) is not None


def _tables(statement: Statement) -> Iterator[sa.FromClause]:
    """Yield the tables and aliases of tables that a statement reads or writes."""
    plain: Counter[Any] = Counter()
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Alias) and isinstance(element.element, sa.Table):
            # The alias is what is read; its table follows as a child.
            plain[element.element] -= 1
            if _is_owned(element):
                yield element
        elif isinstance(element, sa.Table) and _is_owned(element):
            plain[element] += 1
    yield from (table for table, times in plain.items() if times > 0)
    if isinstance(statement, sa.Insert | sa.Update | sa.Delete) and _is_owned(statement.table):
        yield cast("sa.FromClause", statement.table)


def _tied(statement: Statement, *, inside_subqueries: bool = True) -> set[tuple[int, str]]:
    """Return the tables that a tenant_id equality leads from to the session's tenant."""
    tied: set[tuple[int, str]] = set()
    pairs: list[tuple[tuple[int, str], tuple[int, str]]] = []
    for element in _elements(statement, inside_subqueries=inside_subqueries):
        if not isinstance(element, sa.BinaryExpression) or element.operator is not operators.eq:
            continue
        sides = [element.left, element.right]
        owners = [
            _key(side.table)
            for side in sides
            if isinstance(side, sa.Column) and _owner_column(side.table) is side
        ]
        if len(owners) == 2:
            pairs.append((owners[0], owners[1]))
        elif owners and any(isinstance(s, sa.BindParameter) and s.key == TENANT.key for s in sides):
            tied.add(owners[0])
    while any((one in tied) != (other in tied) for one, other in pairs):
        for one, other in pairs:
            if one in tied or other in tied:
                tied |= {one, other}
    return tied


def _elements(statement: Statement, *, inside_subqueries: bool) -> Iterator[Any]:
    waiting: list[Any] = [statement]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [
            child
            for child in element.get_children()
            if inside_subqueries or not isinstance(child, sa.SelectBase)
        ]


def _top_level(statement: sa.Select[Any] | sa.Update | sa.Delete) -> Iterator[sa.FromClause]:
    if isinstance(statement, sa.Update | sa.Delete):
        yield statement.table
        return
    for source in statement.get_final_froms():
        yield from _inner(source)


def _inner(source: sa.FromClause) -> Iterator[sa.FromClause]:
    if isinstance(source, sa.Join):
        yield from _inner(source.left)
        if not source.isouter and not source.full:
            yield from _inner(source.right)
    elif isinstance(source, sa.Table | sa.Alias) and _owner_column(source) is not None:
        yield source
