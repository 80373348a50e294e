"""Reading the audit log: page by page, and searched a bounded number of rows at a time."""

from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import storable
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.accounts import Audited, AuditFound

_LINE = "id, at, user_id, user_name, action, object, field, before, after, origin"
_SEARCHED = ("user_name", "action", "object", "field", "before", "after")


class AuditLog:
    """The store's part for what was changed."""

    _database: Database

    async def audit_lines(self, *, object: str = "", offset: int, limit: int) -> list[Audited]:
        where, values = ("WHERE object = $3", [object]) if object else ("", [])
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_LINE} FROM audit {where} ORDER BY id DESC LIMIT $1 OFFSET $2",
                limit,
                offset,
                *values,
            )
        )
        return [_line(row) for row in rows]

    async def audit_line(self, line_id: int) -> Audited | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"SELECT {_LINE} FROM audit WHERE id = $1", line_id)
        )
        return _line(row) if row is not None else None

    async def search_audit(self, text: str, *, before: int, rows: int, limit: int) -> AuditFound:
        async def read(connection: Connection) -> AuditFound:
            edge = await connection.fetchrow("SELECT COALESCE(MAX(id), 0) FROM audit")
            top = before or (edge[0] if edge else 0) + 1
            first = max(0, top - rows)
            patterns = _patterns(text)
            conditions = " OR ".join(
                f"LOWER({column}) LIKE ${number} ESCAPE '~'"
                for column in _SEARCHED
                for number in range(4, 4 + len(patterns))
            )
            if text.isascii() and text.isdigit() and len(text) < 19:
                conditions += f" OR user_id = {int(text)}"
            found = await connection.fetch(
                f"SELECT {_LINE} FROM audit WHERE id < $1 AND id >= $2 AND ({conditions})"
                " ORDER BY id DESC LIMIT $3",
                top,
                first,
                limit,
                *patterns,
            )
            lines = tuple(_line(row) for row in found)
            if len(lines) == limit:
                return AuditFound(lines, lines[-1].id)
            return AuditFound(lines, first if first > 1 else 0)

        return await self._database.read(read)


def _patterns(text: str) -> list[str]:
    """What LIKE is given: SQLite folds only ASCII, so other letters come in each usual case."""
    forms = dict.fromkeys(
        _fold(form) for form in (text, text.lower(), text.upper(), text.capitalize())
    )
    for sign in "~%_":
        forms = dict.fromkeys(form.replace(sign, f"~{sign}") for form in forms)
    return [f"%{storable(form)}%" for form in forms]


def _fold(text: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)


def _line(row: Row) -> Audited:
    entry = AuditEntry(
        user_id=row[2],
        user_name=row[3],
        action=row[4],
        object=row[5],
        field=row[6],
        before=row[7],
        after=row[8],
        origin=row[9],
    )
    return Audited(row[0], row[1], entry)
