"""Databases of the original Kotodom GPT: its tables as Prisma makes them, filled by a test."""

from typing import Any

import asyncpg

NOW = """
CREATE TYPE "MessageProcessingStatus" AS ENUM
    ('RECEIVED', 'PROCESSING', 'COMPLETED', 'FAILED', 'TERMINAL');
CREATE TYPE "TelegramModeEnum" AS ENUM ('polling', 'webhook');
CREATE TYPE "UserRole" AS ENUM ('ADMIN', 'MANAGER', 'USER');
CREATE TABLE "_prisma_migrations" (
    id VARCHAR(36) PRIMARY KEY, started_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE "User" (
    "id" TEXT PRIMARY KEY, "email" TEXT NOT NULL UNIQUE, "passwordHash" TEXT NOT NULL,
    "role" "UserRole" NOT NULL DEFAULT 'USER');
CREATE TABLE "TgUser" (
    "id" BIGINT PRIMARY KEY, "username" TEXT, "name" TEXT, "fullName" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "Bot" (
    "id" SERIAL PRIMARY KEY, "startMessage" TEXT NOT NULL, "errorMessage" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL, "token" TEXT NOT NULL DEFAULT '',
    "model" TEXT NOT NULL DEFAULT 'gpt-5-nano', "enabled" BOOLEAN NOT NULL DEFAULT false,
    "prompt" TEXT NOT NULL DEFAULT '', "error" TEXT,
    "telegramMode" "TelegramModeEnum" NOT NULL DEFAULT 'webhook',
    "ownerUserId" TEXT REFERENCES "User", "createdAt" TIMESTAMP(3) NOT NULL DEFAULT now());
CREATE TABLE "Chat" (
    "id" TEXT PRIMARY KEY, "telegramChatId" BIGINT NOT NULL,
    "botId" INTEGER REFERENCES "Bot" ON DELETE SET NULL, "name" TEXT, "lastResponseId" TEXT,
    "tgUserId" BIGINT NOT NULL REFERENCES "TgUser",
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "Message" (
    "id" SERIAL PRIMARY KEY, "chatId" TEXT REFERENCES "Chat" ON DELETE CASCADE,
    "tgUserId" BIGINT REFERENCES "TgUser" ON DELETE SET NULL,
    "botId" INTEGER REFERENCES "Bot" ON DELETE SET NULL, "text" TEXT NOT NULL,
    "telegramUpdateId" BIGINT, "userMessageId" INTEGER REFERENCES "Message",
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE ("botId", "telegramUpdateId"));
CREATE TABLE "MessageProcessing" (
    "id" SERIAL PRIMARY KEY,
    "userMessageId" INTEGER NOT NULL UNIQUE REFERENCES "Message" ON DELETE CASCADE,
    "status" "MessageProcessingStatus" NOT NULL DEFAULT 'RECEIVED',
    "attempts" INTEGER NOT NULL DEFAULT 0, "lastError" TEXT, "lastErrorAt" TIMESTAMP(3),
    "terminalReason" TEXT, "responseMessageId" INTEGER REFERENCES "Message" ON DELETE SET NULL,
    "telegramIncomingMessageId" INTEGER, "telegramOutgoingMessageId" INTEGER,
    "telegramUpdateId" BIGINT, "responseGeneratedAt" TIMESTAMP(3), "responseSentAt" TIMESTAMP(3),
    "price" DECIMAL(10,4) NOT NULL DEFAULT 0, "rawResponse" JSONB,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "Setting" ("id" TEXT PRIMARY KEY, "value" TEXT NOT NULL DEFAULT '');
"""
"""As its last version has them."""

EARLY = """
CREATE TABLE "User" ("id" BIGINT PRIMARY KEY, "username" TEXT, "name" TEXT, "fullName" TEXT);
CREATE TABLE "Bot" (
    "id" SERIAL PRIMARY KEY, "startMessage" TEXT NOT NULL, "errorMessage" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL, "token" TEXT NOT NULL, "isActive" BOOLEAN NOT NULL DEFAULT false,
    "assistantId" TEXT NOT NULL, "error" TEXT);
CREATE TABLE "Chat" (
    "id" TEXT PRIMARY KEY, "threadId" TEXT NOT NULL, "name" TEXT,
    "userId" BIGINT NOT NULL REFERENCES "User");
CREATE TABLE "Message" (
    "id" SERIAL PRIMARY KEY, "chatId" TEXT NOT NULL REFERENCES "Chat",
    "userId" BIGINT REFERENCES "User", "botId" INTEGER REFERENCES "Bot", "text" TEXT NOT NULL,
    "price" DECIMAL(10,4) NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
"""
"""As the first had them: no accounts, no models, the bot of a chat known by its id alone."""

BIG = 7_123_456_789_012_345_678
"""A Telegram id that a double cannot hold."""
CAT, DOG = 81_001, 81_002
"""Telegram ids of its bots."""
TOKEN = "{}:" + "A" * 35


async def fill(url: str) -> None:
    """A database of the last version with everything that may be in one."""
    raw: Any = await asyncpg.connect(url)
    try:
        await raw.execute(NOW)
        await raw.execute(
            f"""
            INSERT INTO "_prisma_migrations" VALUES ('0b1c2d3e-0000-4000-8000-000000000001');
            INSERT INTO "User" VALUES ('u1', 'boss@example.com', 'hash-of-a-password', 'ADMIN');
            INSERT INTO "TgUser" VALUES (501, 'ann', 'Ann', 'Ann "O''Hara" 🐈'), ({BIG}, NULL,
                NULL, NULL), (502, 'bob', 'Bob', NULL);
            INSERT INTO "Bot" ("id", "name", "token", "startMessage", "errorMessage", "prompt",
                "enabled", "ownerUserId") VALUES
                (1, 'Cat', '{TOKEN.format(CAT)}', 'Meow', 'Oops', 'You are a "cat"; purr.', true,
                    'u1'),
                (12, 'Dog', '{TOKEN.format(DOG)}', '', '', '', false, NULL),
                (13, 'Lost', '', '', '', '', true, NULL),
                (14, 'Odd', 'no token at all', '', '', '', true, NULL);
            INSERT INTO "Chat" VALUES
                ('5011', 501, 1, 'Ann', NULL, 501), ('{BIG}1', {BIG}, 1, NULL, NULL, {BIG}),
                ('-1001234567890112', -10012345678901, 12, 'Group', NULL, 502),
                ('50213', 502, 13, NULL, NULL, 502), ('50212', 502, NULL, 'Bob', NULL, 502);
            """
        )
        await say(raw, 1, "5011", "Good morning", 'Purr. Good "morning" ☕', price="0.0125")
        await say(raw, 3, "5011", "Are you a cat?", "I am.", price="0.0000")
        await say(raw, 5, f"{BIG}1", "big", "Big indeed", user=BIG)
        await say(raw, 7, "50213", "anybody?", "no", user=502, bot=13)
        await raw.execute(
            """
            INSERT INTO "Message" ("id", "chatId", "tgUserId", "botId", "text") VALUES
                (20, '5011', 501, NULL, 'left unanswered'), (21, '5011', NULL, 1, 'From the admin'),
                (22, '5011', NULL, NULL, 'of a deleted user'), (23, NULL, 501, NULL, 'nowhere'),
                (24, '5011', 501, NULL, 'generated, not sent');
            INSERT INTO "Message" ("id", "chatId", "botId", "text", "userMessageId") VALUES
                (25, '5011', 1, 'never seen', 24);
            INSERT INTO "MessageProcessing" ("userMessageId", "status", "responseMessageId") VALUES
                (20, 'FAILED', NULL), (24, 'PROCESSING', 25), (22, 'TERMINAL', NULL);
            INSERT INTO "Setting" VALUES ('MAX_CONTEXT_TOKENS', '9000'), ('OTHER', 'hidden value');
            """
        )
    finally:
        await raw.close()


async def say(
    raw: Any,
    number: int,
    chat: str,
    question: str,
    answer: str,
    *,
    user: int = 501,
    bot: int = 1,
    price: str = "0",
) -> None:
    """A question *number* and its answer."""
    at = f"TIMESTAMP '2026-01-05 10:00:00' + INTERVAL '{number} minutes'"
    await raw.execute(
        'INSERT INTO "Message" ("id", "chatId", "tgUserId", "text", "telegramUpdateId",'
        f' "createdAt") VALUES ($1, $2, $3, $4, $5, {at})',
        number,
        chat,
        user,
        question,
        9_000 + number,
    )
    await raw.execute(
        'INSERT INTO "Message" ("id", "chatId", "botId", "text", "userMessageId", "createdAt")'
        f" VALUES ($1, $2, $3, $4, $5, {at} + INTERVAL '5 seconds')",
        number + 1,
        chat,
        bot,
        answer,
        number,
    )
    await raw.execute(
        'INSERT INTO "MessageProcessing" ("userMessageId", "status", "attempts",'
        ' "responseMessageId", "telegramIncomingMessageId", "telegramOutgoingMessageId",'
        ' "telegramUpdateId", "responseSentAt", "price")'
        f" VALUES ($1, 'COMPLETED', 2, $2, $3, $4, $5, {at} + INTERVAL '6 seconds',"
        f" {price})",
        number,
        number + 1,
        100 + number,
        101 + number,
        9_000 + number,
    )


async def fill_early(url: str) -> None:
    """A database of the first version, with ids of chats that may be read in two ways."""
    raw: Any = await asyncpg.connect(url)
    try:
        await raw.execute(EARLY)
        await raw.execute(
            f"""
            INSERT INTO "User" VALUES (501, 'ann', NULL, 'Ann'), (5011, NULL, 'Al', NULL),
                (600, NULL, NULL, NULL);
            INSERT INTO "Bot" ("id", "name", "token", "startMessage", "isActive", "assistantId")
                VALUES (2, 'Cat', '{TOKEN.format(CAT)}', 'Hi', true, 'asst_1'),
                (12, 'Dog', '{TOKEN.format(DOG)}', 'Hi', true, 'asst_2');
            INSERT INTO "Chat" VALUES ('50112', 't1', NULL, 501), ('50112 ', 't2', NULL, 501),
                ('-77112', 't3', NULL, 600), ('-1001999999999992', 't4', NULL, 600);
            INSERT INTO "Message" ("id", "chatId", "userId", "botId", "text", "price") VALUES
                (1, '50112', 501, NULL, 'first', 0), (2, '50112', NULL, 12, 'one', 0.5),
                (3, '50112', 501, NULL, 'second', 0), (4, '50112', NULL, 12, 'two', 0.25),
                (5, '50112', NULL, 12, 'by the way', 0), (6, '50112', 501, NULL, 'third', 0);
            """
        )
    finally:
        await raw.close()
