"""A database that has seen much: 10,000 chats with 200,000 messages, and all that comes of them.

Question number *k* (from 0) was asked ``PACE`` after the one before, in chat ``1 + k % CHATS``;
every tenth in the first chat, which so has a long history. It is message ``2 k + 1``, its answer
the next.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from kotodom.db.connection import Connection, Database

CHATS = 10_000
QUESTIONS = 100_000
PACE = 77_760
"""Milliseconds: a hundred thousand questions in ninety days."""
FIRST_USER = 1_000_000
BOTS = 5
DEAD = 7
"""Of fifty questions the one with this number was not answered."""
CODES = ("provider_down", "provider_account", "rate_limited", "too_long", "refused")
COST = 250_000
"""Nano-dollars of each answer."""
TOKENS = 900
_CHAT = f"CASE WHEN k % 10 = 0 THEN 1 ELSE 1 + k % {CHATS} END"
_CODE = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(CODES))
Work = Callable[[int, int, int], Iterable[str]]
"""The first bot, the time of the first question, now → statements."""


def numbers(count: int, name: str = "k") -> str:
    """The beginning of a statement that has the numbers from 0 to *count* in ``n``."""
    return (
        f"WITH RECURSIVE n({name}) AS (SELECT CAST(0 AS BIGINT) UNION ALL"
        f" SELECT {name} + 1 FROM n WHERE {name} + 1 < {count})"
    )


async def fill(database: Database, first_bot: int, now: int) -> None:
    """Write all of it; bots are *first_bot* and the ones after it, the tables else empty."""
    born = now - QUESTIONS * PACE
    works: tuple[Work, ...] = (_people, _talk, _outcomes, _rest)
    for work in works:

        async def write(connection: Connection, work: Work = work) -> None:
            for statement in work(first_bot, born, now):
                await connection.execute(statement)

        await database.write(write)
    await database.write(lambda connection: _totals(connection, first_bot, born))
    if database.dialect == "postgres":
        await database.write(lambda connection: connection.script("ANALYZE"))


def _people(first_bot: int, born: int, now: int) -> Iterable[str]:
    yield (
        "INSERT INTO tg_user (id, username, full_name, language_code)"
        f" {numbers(CHATS)} SELECT {FIRST_USER} + k, 'user' || k, 'Person ' || k,"
        " CASE WHEN k % 3 = 0 THEN 'ru' ELSE 'en' END FROM n"
    )
    yield (
        "INSERT INTO chat (bot_id, telegram_chat_id, type, name, tg_user_id, last_at)"
        f" {numbers(CHATS)} SELECT {first_bot} + (k + 1) % {BOTS}, {FIRST_USER} + k, 'private',"
        f" 'Person ' || k, {FIRST_USER} + k, {now} - ({CHATS} - k) * {PACE} FROM n ORDER BY k"
    )
    yield (
        "INSERT INTO bot_user (bot_id, user_id, access, note, updated_at)"
        f" {numbers(CHATS)} SELECT {first_bot} + (k + 1) % {BOTS}, {FIRST_USER} + k,"
        " CASE k % 20 WHEN 0 THEN 'BLOCKED' WHEN 1 THEN 'PENDING' WHEN 2 THEN 'ALLOWED'"
        " ELSE '' END,"
        f" 'a note', {born} + k FROM n"
    )


def _talk(first_bot: int, born: int, now: int) -> Iterable[str]:
    words = "|| ' about the harbour, its cats and the ferry that was late again'"
    yield (
        "INSERT INTO message (chat_id, role, tg_user_id, text, telegram_message_id, id_space,"
        " reply_to_id, created_at)"
        f" {numbers(2 * QUESTIONS, 'm')}, q AS (SELECT m, m / 2 AS k, m % 2 AS answer FROM n)"
        f" SELECT {_CHAT}, CASE answer WHEN 0 THEN 'user' ELSE 'assistant' END,"
        f" CASE answer WHEN 0 THEN {FIRST_USER} - 1 + {_CHAT} END,"
        f" CASE answer WHEN 0 THEN 'question ' ELSE 'answer ' END || k {words}, m + 1,"
        f" {first_bot} + ({_CHAT}) % {BOTS}, CASE answer WHEN 1 THEN m END,"
        f" {born} + k * {PACE} + answer * 3000 FROM q ORDER BY m"
    )


def _outcomes(first_bot: int, born: int, now: int) -> Iterable[str]:
    dead, waits = f"k % 50 = {DEAD}", f"k >= {QUESTIONS - 20} AND k % 2 = 0"
    code = f"CASE (k / 50) % {len(CODES)} {_CODE} END"
    yield (
        "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, raw_update,"
        " message_id, response_message_id, telegram_incoming_id, telegram_outgoing_id, attempts,"
        " not_before, last_error, last_error_kind, last_error_at, terminal_reason, received_at,"
        " response_generated_at, response_sent_at, finished_at, model, tokens_input,"
        " tokens_output, cost)"
        f" {numbers(QUESTIONS)} SELECT {first_bot} + ({_CHAT}) % {BOTS}, k, {_CHAT}, 'QUESTION',"
        f" CASE WHEN {dead} THEN 'TERMINAL' WHEN {waits} THEN 'FAILED' ELSE 'COMPLETED' END,"
        ' \'{"update_id": \' || k || \', "message": {"text": "as it came from Telegram"}}\','
        f" 2 * k + 1, CASE WHEN NOT ({dead} OR {waits}) THEN 2 * k + 2 END, 2 * k + 1, 2 * k + 2,"
        f" CASE WHEN {dead} THEN 5 ELSE 1 END, CASE WHEN {waits} THEN {now} + 60000 ELSE 0 END,"
        f" CASE WHEN {dead} THEN 'it failed' ELSE '' END,"
        f" CASE WHEN {dead} OR k % 40 = 3 THEN {code} ELSE '' END,"
        f" CASE WHEN {dead} THEN {born} + k * {PACE} END,"
        f" CASE WHEN {dead} THEN 'it failed' ELSE '' END, {born} + k * {PACE},"
        f" {born} + k * {PACE} + 2000, {born} + k * {PACE} + 3000,"
        f" CASE WHEN {waits} THEN NULL ELSE {born} + k * {PACE} + 3000 END,"
        f" 'gpt-6-luna', {TOKENS - 300}, 300, {COST} FROM n ORDER BY k"
    )
    yield (
        "INSERT INTO delivery_part (processing_id, index, text, state, telegram_message_id,"
        " id_space)".replace("index", '"index"')
        + " SELECT id, 0, 'an answer about the harbour', 'SENT', telegram_outgoing_id, bot_id"
        " FROM message_processing WHERE response_message_id IS NOT NULL ORDER BY id"
    )
    yield (
        f"INSERT INTO attempt (processing_id, number, at, code, message) {numbers(5)}"
        " SELECT id, k + 1, last_error_at - (5 - k) * 1000, last_error_kind, last_error"
        " FROM message_processing, n WHERE status = 'TERMINAL' ORDER BY id, k"
    )
    yield (
        "INSERT INTO spend (bot_id, chat_id, tg_user_id, purpose, model, tokens_input,"
        " tokens_output, cost, created_at)"
        f" SELECT bot_id, chat_id, {FIRST_USER} - 1 + chat_id, 'answer', model, tokens_input,"
        " tokens_output, cost, received_at FROM message_processing"
        " WHERE response_message_id IS NOT NULL ORDER BY id"
    )


def _rest(first_bot: int, born: int, now: int) -> Iterable[str]:
    yield (
        "INSERT INTO audit (at, user_id, user_name, action, object, field, before, after, origin)"
        f" {numbers(20_000)} SELECT {born} + k * 1000, 900, 'Boss', 'bot BOT set FIELD [VALUE…]',"
        f" 'bot:' || ({first_bot} + k % {BOTS}), 'prompt', 'You are cat ' || k,"
        " 'You are cat ' || (k + 1), 'bench:' || k FROM n ORDER BY k"
    )
    yield (
        "INSERT INTO invite (code, bot_id, created_by, created_at)"
        f" {numbers(500)} SELECT 'code' || k, {first_bot} + k % {BOTS}, 900, {born} + k FROM n"
        " ORDER BY k"
    )
    yield (
        "INSERT INTO invite_use (invite_id, user_id, row_id, at)"
        f" {numbers(5_000)} SELECT 1 + k % 500, {FIRST_USER} + k, k, {born} + k FROM n"
    )
    yield (
        "INSERT INTO broadcast (bot_id, origin, text, state, upto, total, created_by, created_at)"
        f" {numbers(200)} SELECT {first_bot} + k % {BOTS}, 'bench:' || k, 'News from the harbour',"
        f" CASE k WHEN 0 THEN 'PAUSED' WHEN 5 THEN 'DRAFT' ELSE 'DONE' END, {CHATS},"
        f" {CHATS // BOTS}, 900, {born} + k FROM n ORDER BY k"
    )
    yield (
        "INSERT INTO broadcast_recipient (broadcast_id, processing_id, failed)"
        f" SELECT 1, id, id % 2 = 0 FROM message_processing WHERE id <= {CHATS // BOTS}"
    )
    yield (
        "INSERT INTO bulk_retry (origin, created_by, upto, state, created_at)"
        f" {numbers(50)} SELECT 'bench:' || k, 900, {now}, 'DONE', {born} + k FROM n ORDER BY k"
    )
    yield (
        "INSERT INTO bulk_retry_item (bulk_retry_id, processing_id, ended)"
        " SELECT 1, id, id > 0 FROM message_processing WHERE status = 'TERMINAL'"
    )
    yield (
        "INSERT INTO alert (key, last_sent_at, words)"
        f" {numbers(300)} SELECT 'cause' || k, {born} + k, '' FROM n"
    )
    yield (
        "INSERT INTO account (telegram_user_id, role, name, created_at)"
        f" {numbers(100)} SELECT {FIRST_USER} + k, 'USER', 'Person ' || k, {born} FROM n"
    )


async def _totals(connection: Connection, first_bot: int, born: int) -> None:
    """What was spent by day and month, for each that may have a limit."""
    counted: Counter[tuple[str, str, int, int]] = Counter()
    for k in range(QUESTIONS):
        chat = 1 if k % 10 == 0 else 1 + k % CHATS
        bot = first_bot + chat % BOTS
        when = datetime.fromtimestamp((born + k * PACE) / 1000, UTC)
        for day in (int(when.strftime("%Y%m%d")), int(when.strftime("%Y%m"))):
            counted["instance", "", 0, day] += 1
            counted["bot", str(bot), bot, day] += 1
            counted["chat", str(chat), bot, day] += 1
            counted["user", f"{bot}:{FIRST_USER - 1 + chat}", bot, day] += 1
            counted["model", f"{bot}:gpt-6-luna", bot, day] += 1
    await connection.executemany(
        "INSERT INTO spend_total (scope, key, bot_id, day, questions, tokens, cost)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [(*key, count, count * TOKENS, count * COST) for key, count in counted.items()],
    )
