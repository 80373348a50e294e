from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "processing_expires";
        CREATE TABLE IF NOT EXISTS "audit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "at" BIGINT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "user_name" TEXT NOT NULL DEFAULT '',
    "action" VARCHAR(64) NOT NULL,
    "object" VARCHAR(64) NOT NULL DEFAULT '',
    "field" VARCHAR(64) NOT NULL DEFAULT '',
    "before" TEXT,
    "after" TEXT,
    "origin" VARCHAR(64) NOT NULL,
    CONSTRAINT "uid_audit_origin_c84528" UNIQUE ("origin", "object", "field")
) /* A change that an admin made; secrets are masked before they come here. */;
CREATE INDEX IF NOT EXISTS "audit_of_object" ON "audit" ("object", "field", "id");
        CREATE TABLE IF NOT EXISTS "bulk_retry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "origin" VARCHAR(64) NOT NULL UNIQUE,
    "created_by" BIGINT NOT NULL,
    "language" VARCHAR(16) NOT NULL DEFAULT '',
    "code" VARCHAR(64) NOT NULL DEFAULT '',
    "bot_ids" TEXT NOT NULL DEFAULT '[]',
    "since" BIGINT NOT NULL DEFAULT 0,
    "upto" BIGINT NOT NULL,
    "cursor" BIGINT NOT NULL DEFAULT 0,
    "state" VARCHAR(16) NOT NULL,
    "total" INT NOT NULL DEFAULT 0,
    "reopened" INT NOT NULL DEFAULT 0,
    "answered" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "changed_at" BIGINT NOT NULL DEFAULT 0,
    "started_at" BIGINT,
    "finished_at" BIGINT,
    "shown_by" BIGINT NOT NULL DEFAULT 0
) /* Many messages that were asked again together. */;
CREATE INDEX IF NOT EXISTS "bulk_retry_state" ON "bulk_retry" ("state");
        CREATE TABLE IF NOT EXISTS "job_run" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "at" BIGINT NOT NULL,
    "took" BIGINT NOT NULL,
    "ok" INT NOT NULL,
    "result" TEXT NOT NULL DEFAULT ''
) /* How a scheduled job's last run went. */;
        CREATE TABLE IF NOT EXISTS "price" (
    "model" VARCHAR(255) NOT NULL PRIMARY KEY,
    "input" TEXT,
    "cached" TEXT,
    "output" TEXT,
    "minute" TEXT
) /* A price that an admin set; it wins over the configuration's. Decimals as text, in dollars. */;
        CREATE TABLE IF NOT EXISTS "spend_limit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "scope" VARCHAR(16) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "bot_id" BIGINT NOT NULL DEFAULT 0,
    "period" VARCHAR(8) NOT NULL,
    "measure" VARCHAR(16) NOT NULL,
    "amount" BIGINT NOT NULL,
    "told_day" INT NOT NULL DEFAULT 0,
    "told" INT NOT NULL DEFAULT 0,
    CONSTRAINT "uid_spend_limit_scope_cc49a3" UNIQUE ("scope", "key", "period", "measure")
) /* How much may be spent; no row: any amount. */;
        CREATE TABLE IF NOT EXISTS "spend_total" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "scope" VARCHAR(16) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "bot_id" BIGINT NOT NULL DEFAULT 0,
    "day" INT NOT NULL,
    "questions" BIGINT NOT NULL DEFAULT 0,
    "tokens" BIGINT NOT NULL DEFAULT 0,
    "cost" BIGINT NOT NULL DEFAULT 0,
    "unpriced" BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT "uid_spend_total_scope_c4ede1" UNIQUE ("scope", "key", "day")
) /* What was spent on one day, added up for each that may have a limit. */;
CREATE INDEX IF NOT EXISTS "spend_total_of_day" ON "spend_total" ("scope", "day");
        CREATE TABLE IF NOT EXISTS "attempt" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "number" INT NOT NULL,
    "began_at" BIGINT,
    "at" BIGINT NOT NULL,
    "code" VARCHAR(64) NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "processing_id" BIGINT NOT NULL REFERENCES "message_processing" ("id") ON DELETE CASCADE
) /* One failed attempt at a message. */;
CREATE INDEX IF NOT EXISTS "attempt_of_message" ON "attempt" ("processing_id", "id");
        CREATE TABLE IF NOT EXISTS "awaited" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "command" TEXT NOT NULL,
    "until" BIGINT NOT NULL,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_awaited_bot_id_734bd1" UNIQUE ("bot_id", "user_id")
) /* A command that waits for its last argument: the next message of whoever gave it. */;
        CREATE TABLE IF NOT EXISTS "bot_draft" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "field" VARCHAR(64) NOT NULL,
    "base" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "origin" VARCHAR(64) NOT NULL,
    "at" BIGINT NOT NULL,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_bot_draft_bot_id_8ae9fe" UNIQUE ("bot_id", "user_id", "field")
) /* A text for a field of a bot that somebody has written and not saved yet. */;
        CREATE TABLE IF NOT EXISTS "broadcast" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "origin" VARCHAR(64) NOT NULL UNIQUE,
    "text" TEXT NOT NULL,
    "language" VARCHAR(16) NOT NULL DEFAULT '',
    "active_days" INT NOT NULL DEFAULT 0,
    "state" VARCHAR(16) NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "upto" BIGINT NOT NULL DEFAULT 0,
    "cursor" BIGINT NOT NULL DEFAULT 0,
    "total" INT NOT NULL DEFAULT 0,
    "created_by" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "started_at" BIGINT,
    "finished_at" BIGINT,
    "delivered" INT NOT NULL DEFAULT 0,
    "blocked" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "progress_row" BIGINT NOT NULL DEFAULT 0,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE
) /* One text for many people. */;
CREATE INDEX IF NOT EXISTS "broadcast_of_bot" ON "broadcast" ("bot_id", "id");
        CREATE TABLE IF NOT EXISTS "broadcast_recipient" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "failed" INT NOT NULL DEFAULT 0,
    "broadcast_id" BIGINT NOT NULL REFERENCES "broadcast" ("id") ON DELETE CASCADE,
    "processing_id" BIGINT NOT NULL REFERENCES "message_processing" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_broadcast_r_broadca_8192c1" UNIQUE ("broadcast_id", "processing_id")
) /* Somebody in line for a broadcast, or whom it did not reach; who has got it is forgotten. */;
CREATE INDEX IF NOT EXISTS "recipient_of_message" ON "broadcast_recipient" ("processing_id");
CREATE INDEX IF NOT EXISTS "recipient_in_line" ON "broadcast_recipient" ("broadcast_id", "failed");
        CREATE TABLE IF NOT EXISTS "bulk_retry_item" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "ended" INT NOT NULL DEFAULT 0,
    "bulk_retry_id" BIGINT NOT NULL REFERENCES "bulk_retry" ("id") ON DELETE CASCADE,
    "processing_id" BIGINT NOT NULL REFERENCES "message_processing" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_bulk_retry__bulk_re_267380" UNIQUE ("bulk_retry_id", "processing_id")
) /* One of them: while its retry goes on it is known, so that it is asked once. */;
CREATE INDEX IF NOT EXISTS "bulk_retry_of_message" ON "bulk_retry_item" ("processing_id");
CREATE INDEX IF NOT EXISTS "bulk_retry_open" ON "bulk_retry_item" ("bulk_retry_id") WHERE NOT ended;
        CREATE TABLE IF NOT EXISTS "inbox_entry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "message_id" BIGINT NOT NULL,
    "edited" INT NOT NULL DEFAULT 0,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "chat_id" BIGINT NOT NULL REFERENCES "chat" ("id") ON DELETE CASCADE
) /* A message that is to be shown in the inbox of its bot; gone once it is written there. */;
CREATE INDEX IF NOT EXISTS "inbox_entry_of_chat" ON "inbox_entry" ("bot_id", "chat_id", "id");
CREATE INDEX IF NOT EXISTS "inbox_entry_of_deleted" ON "inbox_entry" ("chat_id");
        CREATE TABLE IF NOT EXISTS "invite" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "code" VARCHAR(64) NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "uses_left" INT,
    "expires_at" BIGINT,
    "days" INT,
    "quota" INT,
    "revoked" INT NOT NULL DEFAULT 0,
    "created_by" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "origin" VARCHAR(64) UNIQUE,
    "bot_id" BIGINT REFERENCES "bot" ("id") ON DELETE CASCADE
) /* A link that lets people in: to a bot, or (with a role) among those who administer. */;
CREATE INDEX IF NOT EXISTS "invite_of_bot" ON "invite" ("bot_id", "id");
        CREATE TABLE IF NOT EXISTS "bot_user" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "access" VARCHAR(16) NOT NULL DEFAULT '',
    "until" BIGINT,
    "note" TEXT NOT NULL DEFAULT '',
    "decided_by" BIGINT,
    "updated_at" BIGINT NOT NULL,
    "told_at" BIGINT NOT NULL DEFAULT 0,
    "told_row" BIGINT NOT NULL DEFAULT 0,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "invite_id" BIGINT REFERENCES "invite" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_bot_user_bot_id_a4cb33" UNIQUE ("bot_id", "user_id")
) /* Somebody's standing with one bot, as admins decided it. */;
CREATE INDEX IF NOT EXISTS "bot_user_of_person" ON "bot_user" ("user_id");
CREATE INDEX IF NOT EXISTS "bot_user_by_access" ON "bot_user" ("bot_id", "access", "updated_at");
        CREATE TABLE IF NOT EXISTS "invite_use" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "row_id" BIGINT NOT NULL,
    "at" BIGINT NOT NULL,
    "invite_id" BIGINT NOT NULL REFERENCES "invite" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_invite_use_invite__2dca9a" UNIQUE ("invite_id", "user_id")
) /* Somebody came by an invite link: it counts once for each. */;
CREATE INDEX IF NOT EXISTS "invite_use_of_person" ON "invite_use" ("user_id");
        CREATE TABLE IF NOT EXISTS "reservation" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_id" BIGINT NOT NULL DEFAULT 0,
    "purpose" VARCHAR(16) NOT NULL,
    "model" TEXT NOT NULL,
    "tokens_input" BIGINT NOT NULL DEFAULT 0,
    "tokens_output" BIGINT NOT NULL DEFAULT 0,
    "seconds" BIGINT NOT NULL DEFAULT 0,
    "amount" BIGINT,
    "created_at" BIGINT NOT NULL,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "chat_id" BIGINT REFERENCES "chat" ("id") ON DELETE SET NULL,
    "processing_id" BIGINT REFERENCES "message_processing" ("id") ON DELETE SET NULL
) /* Money set aside for a call that is being made. */;
CREATE INDEX IF NOT EXISTS "reservation_of_message" ON "reservation" ("processing_id");
CREATE INDEX IF NOT EXISTS "reservation_of_chat" ON "reservation" ("chat_id");
        ALTER TABLE "account" ADD "invited_by" BIGINT;
        ALTER TABLE "account" ADD "name" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "account" ADD "created_at" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "alert" ADD "bot_id" BIGINT;
        ALTER TABLE "alert" ADD "words" VARCHAR(64) NOT NULL DEFAULT '';
        ALTER TABLE "alert" ADD "retry" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "alert" ADD "screen" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "alert" ADD "silent_until" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "alert" ADD "args" TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE "bot" ADD "inbox_id" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "bot" ADD "fallback_model" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "bot" ADD "access" VARCHAR(16) NOT NULL DEFAULT 'public';
        ALTER TABLE "bot" ADD "language" VARCHAR(16) NOT NULL DEFAULT '';
        ALTER TABLE "bot" ADD "created_at" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "bot" ADD "keep_days" INT;
        ALTER TABLE "chat" ADD "taken_for" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "chat" ADD "taken_by" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "chat" ADD "inbox_topic" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "chat" ADD "last_at" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "chat" ADD "menu" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "chat" ADD "taken_until" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "chat" ADD "taken_in" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "told" INT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "wanted_model" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "message_processing" ADD "parked" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "first_token_at" BIGINT;
        CREATE INDEX IF NOT EXISTS "chat_by_activity" ON "chat" ("bot_id", "last_at");
        CREATE INDEX IF NOT EXISTS "chat_of_topic" ON "chat" ("inbox_topic") WHERE inbox_topic > 0;
        CREATE INDEX IF NOT EXISTS "chat_menu" ON "chat" ("bot_id") WHERE menu <> '';
        CREATE INDEX IF NOT EXISTS "chat_taken" ON "chat" ("taken_until") WHERE taken_until > 0;
        CREATE INDEX IF NOT EXISTS "processing_dead_by_time" ON "message_processing" ("finished_at", "last_error_kind", "bot_id") WHERE status = 'TERMINAL';
        CREATE INDEX IF NOT EXISTS "processing_questions" ON "message_processing" ("bot_id", "received_at", "status") WHERE kind = 'QUESTION' AND joined_to = 0;
        CREATE INDEX IF NOT EXISTS "processing_finished" ON "message_processing" ("bot_id", "received_at") WHERE status IN ('COMPLETED', 'TERMINAL') AND joined_to = 0;
        CREATE INDEX IF NOT EXISTS "processing_dead_by_cause" ON "message_processing" ("last_error_kind", "finished_at", "bot_id") WHERE status = 'TERMINAL';
        CREATE INDEX IF NOT EXISTS "processing_parked" ON "message_processing" ("bot_id", "parked", "id") WHERE parked > 0;
        CREATE INDEX IF NOT EXISTS "processing_dead" ON "message_processing" ("bot_id", "finished_at") WHERE status = 'TERMINAL';
        CREATE INDEX IF NOT EXISTS "processing_troubled" ON "message_processing" ("last_error_kind", "received_at", "bot_id") WHERE last_error_kind <> '';
        CREATE INDEX IF NOT EXISTS "spend_by_time" ON "spend" ("created_at");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "spend_by_time";
        DROP INDEX IF EXISTS "processing_troubled";
        DROP INDEX IF EXISTS "processing_dead";
        DROP INDEX IF EXISTS "processing_parked";
        DROP INDEX IF EXISTS "processing_dead_by_cause";
        DROP INDEX IF EXISTS "processing_finished";
        DROP INDEX IF EXISTS "processing_questions";
        DROP INDEX IF EXISTS "processing_dead_by_time";
        DROP INDEX IF EXISTS "chat_taken";
        DROP INDEX IF EXISTS "chat_menu";
        DROP INDEX IF EXISTS "chat_of_topic";
        DROP INDEX IF EXISTS "chat_by_activity";
        ALTER TABLE "account" DROP COLUMN "invited_by";
        ALTER TABLE "account" DROP COLUMN "name";
        ALTER TABLE "account" DROP COLUMN "created_at";
        ALTER TABLE "alert" DROP COLUMN "bot_id";
        ALTER TABLE "alert" DROP COLUMN "words";
        ALTER TABLE "alert" DROP COLUMN "retry";
        ALTER TABLE "alert" DROP COLUMN "screen";
        ALTER TABLE "alert" DROP COLUMN "silent_until";
        ALTER TABLE "alert" DROP COLUMN "args";
        ALTER TABLE "bot" DROP COLUMN "inbox_id";
        ALTER TABLE "bot" DROP COLUMN "fallback_model";
        ALTER TABLE "bot" DROP COLUMN "access";
        ALTER TABLE "bot" DROP COLUMN "language";
        ALTER TABLE "bot" DROP COLUMN "created_at";
        ALTER TABLE "bot" DROP COLUMN "keep_days";
        ALTER TABLE "chat" DROP COLUMN "taken_for";
        ALTER TABLE "chat" DROP COLUMN "taken_by";
        ALTER TABLE "chat" DROP COLUMN "inbox_topic";
        ALTER TABLE "chat" DROP COLUMN "last_at";
        ALTER TABLE "chat" DROP COLUMN "menu";
        ALTER TABLE "chat" DROP COLUMN "taken_until";
        ALTER TABLE "chat" DROP COLUMN "taken_in";
        ALTER TABLE "message_processing" DROP COLUMN "told";
        ALTER TABLE "message_processing" DROP COLUMN "wanted_model";
        ALTER TABLE "message_processing" DROP COLUMN "parked";
        ALTER TABLE "message_processing" DROP COLUMN "first_token_at";
        DROP TABLE IF EXISTS "bulk_retry";
        DROP TABLE IF EXISTS "price";
        DROP TABLE IF EXISTS "bulk_retry_item";
        DROP TABLE IF EXISTS "spend_total";
        DROP TABLE IF EXISTS "reservation";
        DROP TABLE IF EXISTS "spend_limit";
        DROP TABLE IF EXISTS "audit";
        DROP TABLE IF EXISTS "awaited";
        DROP TABLE IF EXISTS "job_run";
        DROP TABLE IF EXISTS "broadcast_recipient";
        DROP TABLE IF EXISTS "invite_use";
        DROP TABLE IF EXISTS "broadcast";
        DROP TABLE IF EXISTS "attempt";
        DROP TABLE IF EXISTS "inbox_entry";
        DROP TABLE IF EXISTS "bot_user";
        DROP TABLE IF EXISTS "bot_draft";
        DROP TABLE IF EXISTS "invite";
        CREATE INDEX IF NOT EXISTS "processing_expires" ON "message_processing" ("received_at") WHERE status IN ('COMPLETED', 'TERMINAL') AND joined_to = 0;"""


MODELS_STATE = (
    "eJztXf2P2zaa/leI+SUt4FukaZLmktsDZtLZ7ewlmV4y2S5QFAItcWzuyKIrUeMavfzvR+"
    "r7g5JIWbYk5wWKtmPxoaSH1Mv3iy//vNgwh7jBXy5tm4Uev3iN/rzw8IaI/6leWqALvN3m"
    "F+QPHC/dqC0uNFoG3Me27OseuwERPzkksH265ZR5svEntiFL5uzRbs0QdjbUowEnfoCWjA"
    "d/kX04zBadUG+l1zz06O8hsThbEb4mvgD9+pv4mXoO+YME6Z/bB+ueEtcpvSR1ZAfR7xbf"
    "b6PfrujqxuN/i9rKh1laNnPDjZe33+75mnkZgMZvviIe8TEn8g7cD+Wbe6HrJhylZMQPmz"
    "eJn7KAccg9Dl3Jn0THD5D/dmFZH27vrE/Xd5Z1UeM2RRT4S36ymSfHRTxqEBGwko/wH//5"
    "7Nn33//w7On3L1+9eP7DDy9ePX0l2kbPW7/0w5f4YXK24q4izm7+fvPhTj4QE4MfTwr5w5"
    "cIgzmOUdFg5Oxz4pKVjzdWGBDfMh0LFbp7ZNJxgKERmHwofCau1Oh/u8a+mvy0fYVw8SJ9"
    "CE9/yBnPZccpKN/gPyyXeCu+Fn9+97KFzX9efnz70+XHb757+W2Z0g/JlWfRpTK5Acc8DE"
    "zozREjE3z59u7mn9cT5jb6b43ZO/JHg9RI24/M6wGMtjB4d/2v6EvfBMHvbpG5b95f/isi"
    "dbNPrry7/fD3tHmB6bfvbq8qDFPvkQpGrOXecK0s4XpJ5kTuTkZOjCKabZ9IhizMzfgv44"
    "ZZGfsOwNM5kC61xPuHgqYif1hi+2GHfceqXWHPWFPb+qXNs031F+zhVUShfG/5wKnG7RJf"
    "rYpHF9oV8axJpxr+y5p4sT4doB3xCXJxwBFnroPwkoUcYWTjUCKx56A12yF2zwVEqNj7GB"
    "BssU8cFFDPJnW9/Qj9H6DoPxCF9Gpef5PmwywS46qTpfX32YsXGguwaNW4AkfX2tV6OdBW"
    "QDxuLLKqyHGF1qxXjSDcbn0SBMTQqirjYNUwI526cvKGHqeuIe0VJBBvRPyScWP/QY4B3b"
    "Qv7zvmO0aGbQaYr/1VXlFfPtdYUF8+b1xP5aUyp9hfKShttmjT9iMz+ueXGdm04iEJ8UxY"
    "zhHznbmnZtkn3Feo3c0kZwDguI3jiRiqV0xppsqfF21G6pJpmqiXMsbzBlEeoLvE2Y+og2"
    "gQ/UQdoTFRvl+ggAmrEUuL0iM7YWI+CDNSNBI2IgrEs8le6vbp0J1DFGrSOotGFKp3AApi"
    "TwcpkeDCP/ZCLCOkpiwXMcC0LtPR+mBCcwYAjnU5jlQKE44zAHCsy/HWZ5utwnvbTHKOAJ"
    "a1zVCOfW5tSBAIDdvIGq0CgXNdztfE3fahvIoDxnUZJ77P/D6U14DAudEaaeRGzBEjs/zr"
    "bzPimQs+jWjOAOCuNXAkUnttEmVI24/MMbu/HyzOMHzmnEu9B2vrk0dKdoopfMWYS7DXEK"
    "ivYitMLwX4lFSrHYhDzOer29t3pfl8dVOdsJ/fX10L7iPqRSPKG/wcK5+FW6NoWY4YeyZ7"
    "E57IEUsWVQUim+VwCQQrnr4slv+1tphz4hs5Oqo40OV0GV+FJFAlUrUJ6AwDgrlbMFNPrG"
    "cKy6SV4RwEFHdTvCFeaGSNJO1BSuhKCWzbwlA20S5yxMgsb8OlS+0JaxjiPVwZM7eMXc91"
    "JMxo3RntYm8VKl1GzXO6iJkv08eez9Rbsj+M491FFOSnGoW4HwjZWg7eK+RzI90lzBmlqD"
    "777vkPz199//J5xnj2SxvRdVKJJ99TNYnb9LYCamTFLcvsmLDeFrngjX3285a+J48CstC3"
    "jVa5HAH7rzWWO9hBOcKSF+3lSmJ3xqqGAgz0m9FPcEAsthP0mIjvCgyEuLaxEhFHtkwVqW"
    "qd6mUgTPMe07zHhrsKEGg3oj0SEMZSvYg6I4NmjNIElaGoj8PfmE/oyvsfso/G4kY8OPaU"
    "OmO90Ne8RuFLOs3SX/NH9PEu225Rmn3i9cVLk9jqEQ+APnx+9+7iyzj7aISer9xIE/2+aN"
    "tJY6ctOrfS3HoECYYeiR9g+dtrhBFnW2qjb56KB2Ie+Raxe/FjthdG9o12lK+RuKjeQjNU"
    "p4qtM7+mu4SyTRYSmoweXwvF3JF//FbZYvPnRc55YYNvpE4KqmRr8ke0v108bjYymZ0gb7"
    "HcW4JJ+kh5tBMt/UouIqhgOfojEoaFW3H8QLxkNdG5SdS+sXv0y0/XH69RoVP03+hp7abJ"
    "++ncLw2ntN1OtkH/9d/oyZPanWLPXzS0Wrdj90njjlsW+lW+oSfecEnuhSjTuu2WeNhtGb"
    "bkrnmvypvyVVZRTvNdt+IDYN3DmfWLbj4hIfkKQge2hU13W1hB8PTYG1ZAQzWT3vpmLvHN"
    "RqEIAxXfjHLJU43tZp9k2h48klC1cAr+GHA/jik91jTgzN9b9z7bmHFfRQLxZpupc5XZiP"
    "YyDkg3Kz/lMvuhR4CpjAOXWF/+YUfwCXaUkc1SWK/mtaxrwPlyfoJC4T63tnjvMqxQWbr2"
    "AxeA8+V4FEWxV6FSSAvoI6ohEfzYW1ILvmijSV0BwsQ285dE7JkWyS+igPAehFPFJrRuwq"
    "lqCxoQrkP4vSoftJvxe2VWKFDeTnkx8GZEegUItJvZ86cvJz05D/g4ImbV8yyw1cGngH21"
    "jpSW3KIkB+PAzKKkIOzMPgDdtKL8uy8lFb29/PT28sfrC9X0HoDTu9XnpKN5TWtdVssf9K"
    "TStX4kLn0k/v5nrD6mp3R90Za+5SQtrS3WPbVHplwlgakotcoT/wQ74i/Qzqdcnp+TZLZQ"
    "LqsUy7NU1HlbfTpR5mltfSa3Ecuu02nVnpZFHSvY4nhyZ2kShWBbR9KN5Mp68NjOS7PB2n"
    "Ju6v2Xk2+qiU6FZ1uGSzFOuk8Ut+56nqzPOPMIUn8mmfoTT+LaALQo20n7c9L8BtumKSue"
    "mXj80vZnkUhyaudfVLWeEqNSSEUMVELS5/pBvJ5JICxtPzLH6fc10RhYj+gXxL161vEyIR"
    "lS0EwZXoacS3XRgOQCBCSxUR1tbraBPgWchZJxbJEcW1t9ssqqSPBDm/mhMxPUiPUSDCg3"
    "80ArPBJG5Dd0AD7p3jGwgk/GxCOSo87JLD8x+bl3z/hDqEFhGIaKy5R9rgeGEt7HcurnUp"
    "8zGxXdsEJtTqpjNuMEFpKBuFDEFN7nZ2A0hxMKB2XonK0o/QDx0YY7HKAAU2eBHshW/Llm"
    "rkAkMQDs7VGwdSnngjXVMYq9++k+MXHIuEHa8lihg8JGT/2HYfdWuodfc6N5KS6W3lP/bo"
    "dtVa48jE+27l6Mn8EjxIGmrvsXOoa90hNZjhYtAROfuUbmd9oerG8N6xviJyc99068gcrW"
    "aDv4LoOAb1S7Wjnn2F5viGd2elIFBj5Sk5OqwLExhVUUHBuTIP8casLOewD6lNWBajpDUF"
    "+024zorwBB9EOe+3z4b/Gnpj6YAz2pacHGmQkhXedpQfhCqvuJU91V4ns43//5kltZsSa1"
    "kaAeeGn2/JejM50xAKscIeoOB/wi/fdLYoubyy0Bsjor9Wy2ER2kWwXqvn9dUFt913DriE"
    "nXWcu1IHvSNEqNxPw82uNirzM5P65Qgm4+oG+efLx+e33zz+sfnyzQk58/3r69/vTp5sPf"
    "5V9/u7x5J37/tqkca98n3BLPSYbriA9ZLvOU12TxiU3oY2zX6D+zEx6bVKOoSuHJkipi3Y"
    "GGYCs6IrpBHoNtKvmzFOJyekEexVMZ3C5FD/3u+fxe+TKEZjRTJERjdqc9Kwvz/ptRT8xQ"
    "sfDp3zfGdN0261l5XyP2xRoaxKn0bTdMWjVTfE89GqyNv0eCO981+SD/ip7cXX98f/Ph8l"
    "293nNhLzP2H0gPYZbB2h4lbqXkvPj+i6TeTnS0lJUKV73q1xVyZHVvTje6UquVJMUzVZ66"
    "9yPaOOz+fns+Y1HS93lG7rMwPUCt7fEqt26oLJ7PtMpzJUuT/nP9Lk88pknydNuDRU8jWP"
    "vfz9ef7m5uPzxBlx9+LIiAvyqmY2EZ6rdSGgf61cTo3zCdiibr89vb9z+/u76LF+hsUn2r"
    "4gcC8ZMMxOfatNEglGDgWO3t1pvpjrB55EGYV56cTMnJeRDsk0cql5U6xS0BgRwyrtz47m"
    "BZMdiG5zjHTSyWPQhVYue+hWMwZqlnbV11xLztyN8ibOQzf9XutyGSRgY89DfgbCsmYKRR"
    "E5Uq0UZ2HQyUd1Oe+zaMFLcSbO5i4sTKWu4a0pTNOWDuTA8mkDfEoVg698Jtnci2or4lGK"
    "RNaherZqotP63yOIWAFO6Wwplj20gIF1Fzlwwnr2/qCpnampLaLEWUYJAl2qWCskiFgTTJ"
    "QSBPuuVJHgYx2DabYUCWGMmSHfZkYq7xWTBVHEgQ7S0FzDW1DlMISI9u6cFCbjNVkaZmj2"
    "cB0msaTyzL6+geT7yz4tiHicAoo87CtTzaZqQ0X6z/bqRKDxC96p+UnlIqpMiKHTQolR4g"
    "Ub3vmGDOyWar2iTZHEIoQOauQg7mqBIPRXwfuyZEljDAZLZxDgdrld3YsmUuQwCLcEzreM"
    "I0T0kzUffKKLAOjQ5WrOZH6pkxCuh8eS8bMS+faxgxL583GjHyUiPPvY6xLEJBUeuvPPvC"
    "CsGu5RMcqFI+2gq21KDzne2nljKVtGH9uV8Bgt3Ye+rbLqabPqUUSjgQPX35v6e+EOOcyW"
    "MWTcegjoVx6DsO2YaqjKweQqmhCxiVg0dFHmPVf0AKaBiL/pKqtD/KREyVgDACfUfAODoK"
    "YdEeYVGxmgYW9bah4TSvIsG/Y2aDxfTZ2F6bZl3UoEB9b+oteYqkoV9TjYdB6DMILOR9JU"
    "8OBeqNqA+jFES5A3mDzfdMKNCQINOdIGOzwNTlkCBAgew70YslKnRZL5STAC9bby/bGPUy"
    "Ycq/Rhd9CyZDneSBPTh9B6KhAxgRkxGRFT8aymcmpdzKA2Jci/CKzXEx+JJOto5ChPka2F"
    "0787TlSCc2o3UJNapGWijBdiCpZ18xsywjtcqRlqUrkKxTllS5Ik2qPOknEh3VdaEoSppe"
    "WrSVIg0KjTSOI3vEbihPCUPY2VAPic/bE4+FMEd+6CFZtE11+JgmqvuoscaCVg9kX5/RLS"
    "V94ubDeMvHrWhVylt69uKFRuKSaNWYuRRday9fFY2mSXQiA8AuDM1ARU2NG0e4JEW9FbIl"
    "L/fdLFoKxcV1REt86N0C4QDdJTsUUNxoSQIkBMLmjfw3og6ieZMngUrgHNTXAWLoWHX1pi"
    "+GplFYT0y36P8NhFMRA9FT3ejpvXgKy5TqEgi41k/R9lahVD9tIWNN+K4BgXNTzk2UyiJm"
    "vkwfYzfvRNSZy3jPnUqfSS+1KjS40KhTobn1iLhE3cjOiXDS3sHN5zToAAwPY64dpN1dQz"
    "q5tSyF3F0R/+R6ENQX1lGDvHCzVB3q07xfLQOcU+hvsG2AS7LC5knbRRQEMfqGlUxZh30i"
    "h0awlUpms9YzEd3yGN604XcBNjrf26owZpD5KpWnVt9rio++AKlBQZYMFYEuH3c2TPSpfO"
    "TazEZFNxBVm5PqWOpIVlXoULVNFV1YtFpUWRMNB3EcNkJcnmeXxZI22CFvUEBsn/AAYZ+I"
    "XwJ5XlFcf0F6efdIVttCwl5SBqeG6lZ5fh7z6YpGm4XZ8t/EzpWZ9oP0qo0XWqabJFMabj"
    "ka7LapicdFi90Guu7J88F7nO586NHOQH3GYp9YDQQQjLVhsa4qzzdpNupyBJh1GmZdZbnW"
    "IDhHzHcaH5vVTPXRJTUDAKdNnDZVM2uWuY11zPRYnZgT8+Si956rPPHNdGcAYNuc7dza0p"
    "bDGQIWugbxMZXg7Q7TeBzqjobk0qLV1VBopONsYBvxKE7sFpDQAAk5iOR/ZT02hP1VuCEe"
    "fx3lkXnie04DtYjdo92akUfioxV+JAKjdDsMfgOlAyLZ9ZEaLVWvA3gCJukJAMN0xPhX9F"
    "2arNkFyFmsIqdetkOPU0W5m9a5nkJgpvee6bBJfBphMdiYefjGzHF0UsH5j76w2FRKaXat"
    "VSuV7+VkzTT0Ui4VQakoYhQ9pFQGMRLdxIpkwDZkyZw9WuMAyQo9nHhIqpmeaBEIZdFBe6"
    "LUR4frWEcPXTSFwUAhBYV0qsJqrHKMM3WDTtelUdKCcGDmD03anwW5p9b05SJjQnbaHsgG"
    "b+j0RAfka4DFer7Eg8V6nhZr05b+9NKiy17V39T/KTEanwRITgZH8Ip2lK8R84g0LaMN+l"
    "HCZYAcYlNHWJGqaMkB/fQJipRSMbNGi9bky5QYmX8ZVx+IeFPnX0qZVrhFPlWwLfN8o2eL"
    "ji6NSqnr3nm5t3I8ZH5OTZ4uwLyezlAUk+PST0Y/OS5FnEue0fBnNp88pDOxzJdx5rLHzM"
    "7ITtvPdx6f2qZOtAux1ppN7jIOZnjvtPFcLTITLiUcLJe9B4Az15z9AghOLDCn22e7Hnwn"
    "KCAcXExzIJ56j5SbVw0vwWBdBQffZBx89ck9AKU3WUfzmtW6pJY+50kVWr7yGXZsHKiTfb"
    "KLi1bvaamZVgmxLC1HPNgebQnbug21wxpbGhYNy+e1htczfSHp9kyEBngepyboFy2ex/GD"
    "xBMqnz18iBgSHqBo5xm4c+V+8EdiOXiv8JQ35zuUUXO3RAerJyiUPJUy2DxJM8BZiIVjT1"
    "af4EBV7qBZ6uaI+YqAk2/a2XJm6oONEXOXA6fekBb6AVPsIW89UTDDANmG/laOFXHLFk9r"
    "0n7uPA+2uNlCmPIeEbIyDhyp/eVFQqRpkKaMgwHoPQBCW/P7DEAZB77s/htmPBqsewxABQ"
    "gj0HcEHOIKw88nCs9eS4ZEAQOraepgdZn9YMRjAQEsphIhOlbDgMQcABzmxZtXMgxgno1Q"
    "Rc6dUshION9VDGLiR42Jjxy6/UhsuqXEa4/h5q0WWsFcyy8BtHfFIOohl8pTn6KqC1l/Cy"
    "T+3q3ZBlGOHBqXWBDGmb1+I3+OKjCsxE/iKo2Khok/OPGat80c40bqfTXF+Hah2n/rBpty"
    "cfuOgHNGtd4BVdWNNtmQJQI1Xua170k9S/IIUe4piu5FS5S7SQG8Yswl2DNUApcCdUohrp"
    "YjQ0QGrm5v35UiA1c3Vdf/5/dX1x+/+S4KE4hGlDepKdVvS19ZqSBBZemtK8K5N5PUHIvL"
    "4qH6Y7GvmQ2GthZZEQjd+ZVwstA5nix0FboPHwn39xcqdT272K6li2ZCQU/bdSrn72XyZK"
    "JYBklxXuITFJ/+g1eCS5QqvXWN2xhtmJsZJ4J0JWVmr2xliSOgrk5tvWhTVyEp86hJmRCi"
    "HllNhUTNY+W+zfT01gkLi9ilqUh7bSkRmENG5vXX3w7XIU+WUSi0UFsxeVtTJqhak4eYUt"
    "c2+nkmb8561YNEztMmYUGO/fH0DMiTPTSfwidsK97aJCulCAEe061JXrAzTDUrQoBHyJEa"
    "PPcdUq/HUrGis9x7DEAJN/f5DPnuX9Wkh3z3sUcgWLOdZ+xOLqJA5JgH2EcOSt5wsrloC0"
    "xGDRZ6wUmLpo21qsKwe3kq6OY12q2FEhYdGhp1g1aMBIh5Scregydm2AIFLA5Fxj/GsUjm"
    "2Q11ZAbsW50kWIrIHiVLsMBrrzTBwrAY3UtYZ413Qb/8dP3xGgkhh4h4RweCrxMNvsajUx"
    "+AtlTBDAOZghqZgqXPy2im16BgK0Gu4PyGoS1XsLQ6HposWMyRmtloaCcLVkUCZAt+ndmC"
    "N96S/XHtNaQLFq62quRUtrOIp50weJnm+yV6cIA4Q0uCIutO7rwRmi+KepWatdSml4y/Ec"
    "q0VLXFzEo05/RIVaknKxTzo92ld3FIWzyHdp3IAqtSI5dYfXU8vZPZPeJ56bTcBvTvSerf"
    "yUQ3VkrKONBIeiuGxKHc3ALKQGACaZhAsKd7tACROfMFEFA/mKED2+kHLTGf6lQHEvo26e"
    "ZMGS18ytOyXR7jtUJht6QF/9tslqyNhrniUu8htiLEywdJoXhhO7yWJgWOj9NkPvomOmAT"
    "I18s+t8ivGHeSqBYQKLSANFhmzTgqk1Qx7nFEavYJ4cOQAn76S4kbQbDuHseznqnlPwyTa"
    "hN25/LdpLhE2fhiMajF6YOSCBG8F6hDTXvbihizigPZrDMRrF6UrF8GqcYlXFnxOypK2qa"
    "nbxw0JEL0yR8sKn8e8g4NuAyaw9kqnYxPDJlfdJWZ2EBBd7Cbm8h7Fcf22sIef3jDsDJC2"
    "JUxfZZW3kjRCOmuSx+PR7xifE/lEN8TO/t56DFgSsvLrp9uFYYaPpxs9qutrgdWu4Rlmkg"
    "so/I+/paJnzYLBT8xvkfsvSrrOzaUiW2T0/KDO/cHy1ex49SN9pctVmjhY6XVrSWntot8Z"
    "Mju8BZOzUZt2hx1qaDbTQEBRAoUb2VKJ/tjJnPMUB8b+JNzQYwFw4kvHSKuIGkL8KA/qH0"
    "2lwdOFC1zWPhMxsGXfW2NAGnpOH+gy0/hp5KvU2utOq2/2ZLy08adSq2P7Edwiiw18QJXe"
    "IgAX4SIBcHHIk+0I54vK7D6oK6kwga1cbov7U53OyASNtDlLnB/9CsI8J6efJTT9mDGeUp"
    "Akjv79NUUd4WNVEyfuqAybAr4pEDJz4J5FPXaG47CTxFQMJFW8LFRIox/OxTW+l1iy+0ai"
    "XbrIlG0mTUOE5pxF6cmogCwt9I59iOegFij8SPNmGJwbinq1BMEgF+EvwF/UhsuhH9Ihwg"
    "LibeQm7XcpiYM36gSp485q0O0H8iBk0UoAxwdhrQsxcvNFQg0apRB4qutStB1NuGRqIrAw"
    "wS8Jru+nCUpDEbS9vBhO4cAXyb881Cbji9cwTwbc63WERCs8TTHAF8z0on+kgC4j/ihKGa"
    "ZlS83Kof+ZWG3UfnMI/spaoi1A/qpKdN2th1s03rSyIGCW2wo9jibg433BJieNBk9va9ak"
    "hpblqv3KZjYzzENCGm+XUW/yuVbwn9LQuMnLEFCJR319il0mDstWgLwxp7X4G2UPa/PhAv"
    "sBpMvnY/bBkJosTQ8R3R12SNaDDfaJYA9R01c4l4DNW5Sq0lc3MQ0G2Wg7KRKXyGcbUMAz"
    "m+sHVgpgMApXa+plI7IHNeT6Cy61c7Ci1ZcKMXHZ3YoOjmxLXXHBVPgT58fvfuoirzByAZ"
    "akuNU1tqphO1qbRUPkXHiQd82hJPEcpPLyzaYgBB1kTrWIrYWc+i5ATx3T5SJ8pUwHIDUc"
    "ADtJEu/tfogWw52q2JJ/4lru1wgAJMHenhT6q2qk+mGLZ7w+gBX1kFl22hDm6uqHf4+iMy"
    "tfYu9YslZP0bltc1fIHl3uJ00xYKgTDFJMMU4DcHv/lJlkrwm5+7NzGhrylrSoP5xvQpoF"
    "6fekvW81cIdF3+czwMAsSN5kE9xI1OexhAIJR93OM8gCIOinxpFPkSJqyhrzxBgIsWgnMz"
    "HQAIzkFw7itjvuxHNNAbSzjgf6CwHISKIFQ0wVCRQmIMwOrd6nPS0XnyWpaR04vCvaMbyi"
    "+aQnHx1UVnPM5ys4Za1VQ2ob1GG7yPzosUHfA3yGPIZ7vXCHt7FGf5qWuq6EOVhQADm22j"
    "6fhA4hLExKcsGpsNwUHok1phQAgdTTJ0lA2kbuAoA5xFXOPYYaPk89AlN/2azo/aAXfWn4"
    "eROTt/YS7itWPMGeIMJ/Qrjen8qnEyv6rFl5Nl04DeAuQM+R1eFo+wUWJyFI8UUxNABytW"
    "wpZYWg6Zu5we7EgWSYohh189fxMp3RCZgXeMY/eiyUiMry66jUSeNew0En/J0iSliYeYJ/"
    "4hSHxXC4Qdhzgo3GZV3+N8S2kSrvEjQRhFxmjdehyoTy2zUkqA1grzGSBqudBIcozYk7mU"
    "iXSBTMfpLR1groK5Oi61YK7O3Vw10zcnoWpO9CRA8VIBjxZUo5lbgsHk7ZGFaBhGzjBAtl"
    "nGxGnzs75eokMvqoBrWk6rgALCzTMixjF4L4kYtPWFwthNrizaDF2ct+mycZuH4ICSyCot"
    "7Wux8A7UG5ptt0fiB0nJSV0DowABI0PPyJAflQHDSfMzZPe7p091zOOnT5vtY3mtqit4nK"
    "iCCP/4dPuhSVnIIBWWHWpz9H/IpcEczYwWciUZsufmLYHV3X+SHKFUrfyol6iD0Qvvfvl/"
    "hcRd5A=="
)
