"""Scheduled work: how its runs went, and the figures of a digest."""

from collections import Counter
from collections.abc import Sequence

from kotodom.db.connection import Connection, Database
from kotodom.db.sql import FINISHED, OPEN, storable, values
from kotodom.model import Kind, Status
from kotodom.ports import Purpose
from kotodom.ports.admin import BotFigures, Figures, JobRun, TopUser

LONGEST = 1000
"""Characters of a result."""


class JobsStore:
    """The scheduled work's part of the store."""

    _database: Database

    async def job_runs(self) -> list[JobRun]:
        rows = await self._database.read(
            lambda c: c.fetch("SELECT name, at, took, ok, result FROM job_run ORDER BY name")
        )
        return [JobRun(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]

    async def write_job_run(self, run: JobRun) -> None:
        await self._database.write(
            lambda c: c.execute(
                "INSERT INTO job_run (name, at, took, ok, result) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (name) DO UPDATE SET at = excluded.at, took = excluded.took,"
                " ok = excluded.ok, result = excluded.result",
                run.name,
                run.at,
                run.took,
                run.ok,
                storable(run.result)[:LONGEST],
            )
        )

    async def figures(self, bot_ids: Sequence[int], *, since: int, until: int, top: int) -> Figures:
        if not bot_ids:
            return Figures()

        async def read(connection: Connection) -> Figures:
            bots, failures, waiting = await _messages(connection, bot_ids, since, until)
            cost, unpriced = await _spent(connection, bot_ids, since, until)
            people = await _top(connection, bot_ids, since, until, top)
            return Figures(bots, waiting, failures, cost, unpriced, people)

        return await self._database.read(read)


async def _messages(
    connection: Connection, bot_ids: Sequence[int], since: int, until: int
) -> tuple[tuple[BotFigures, ...], tuple[tuple[str, int], ...], int]:
    ids = values(1, len(bot_ids), first=3)
    ended = await connection.fetch(
        "SELECT bot_id, status, CASE WHEN status = 'COMPLETED' THEN ''"
        " ELSE COALESCE(NULLIF(last_error_kind, ''), 'other') END, COUNT(*)"
        f" FROM message_processing WHERE {FINISHED} AND joined_to = 0"
        f" AND received_at > $1 AND received_at <= $2 AND bot_id IN {ids}"
        f" AND kind = '{Kind.QUESTION}' GROUP BY 1, 2, 3",
        since,
        until,
        *bot_ids,
    )
    open_rows = await connection.fetch(
        f"SELECT bot_id, COUNT(*) FROM message_processing WHERE {OPEN}"
        f" AND received_at > $1 AND received_at <= $2 AND bot_id IN {ids}"
        f" AND kind = '{Kind.QUESTION}' GROUP BY bot_id",
        since,
        until,
        *bot_ids,
    )
    said, answered, failed = Counter[int](), Counter[int](), Counter[int]()
    failures = Counter[str]()
    for bot_id, status, code, count in ended:
        said[bot_id] += count
        if status == Status.COMPLETED:
            answered[bot_id] += count
        else:
            failed[bot_id] += count
            failures[code] += count
    for bot_id, count in open_rows:
        said[bot_id] += count
    bots = tuple(
        BotFigures(bot_id, count, answered[bot_id], failed[bot_id])
        for bot_id, count in said.most_common()
    )
    return bots, tuple(failures.most_common()), sum(count for _, count in open_rows)


async def _spent(
    connection: Connection, bot_ids: Sequence[int], since: int, until: int
) -> tuple[int, int]:
    row = await connection.fetchrow(
        "SELECT COALESCE(SUM(cost), 0), COUNT(CASE WHEN cost IS NULL THEN 1 END) FROM spend"
        " WHERE created_at > $1 AND created_at <= $2"
        f" AND bot_id IN {values(1, len(bot_ids), first=3)}",
        since,
        until,
        *bot_ids,
    )
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)


async def _top(
    connection: Connection, bot_ids: Sequence[int], since: int, until: int, top: int
) -> tuple[TopUser, ...]:
    rows = await connection.fetch(
        "SELECT s.tg_user_id, MAX(u.full_name), MAX(u.username), COUNT(*),"
        " COALESCE(SUM(s.cost), 0) FROM spend s JOIN tg_user u ON u.id = s.tg_user_id"
        f" WHERE s.created_at > $1 AND s.created_at <= $2 AND s.purpose = '{Purpose.ANSWER}'"
        f" AND s.bot_id IN {values(1, len(bot_ids), first=4)}"
        " GROUP BY s.tg_user_id ORDER BY 4 DESC, 5 DESC, 1 LIMIT $3",
        since,
        until,
        top,
        *bot_ids,
    )
    return tuple(
        TopUser(row[0], row[1] or (row[2] and f"@{row[2]}") or str(row[0]), row[3], int(row[4]))
        for row in rows
    )
