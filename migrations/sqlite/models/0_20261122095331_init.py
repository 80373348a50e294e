from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "account" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "telegram_user_id" BIGINT NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL DEFAULT 'ACTIVE'
) /* Somebody who administers bots. */;
CREATE TABLE "alert" (
    "key" VARCHAR(255) NOT NULL PRIMARY KEY,
    "last_sent_at" BIGINT NOT NULL,
    "suppressed" BIGINT NOT NULL DEFAULT 0
) /* When admins were last told about a cause, and how often they were spared since. */;
CREATE TABLE "bot" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "telegram_id" BIGINT NOT NULL UNIQUE,
    "name" TEXT NOT NULL DEFAULT '',
    "username" TEXT NOT NULL DEFAULT '',
    "token" TEXT NOT NULL DEFAULT '',
    "model" TEXT NOT NULL DEFAULT '',
    "prompt" TEXT NOT NULL DEFAULT '',
    "start_message" TEXT NOT NULL DEFAULT '',
    "help_message" TEXT NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "enabled" INT NOT NULL DEFAULT 1,
    "error" TEXT NOT NULL DEFAULT '',
    "source" VARCHAR(16) NOT NULL,
    "last_message_id" BIGINT NOT NULL DEFAULT 0,
    "lease_owner" TEXT NOT NULL DEFAULT '',
    "lease_epoch" BIGINT NOT NULL DEFAULT 0,
    "lease_until" BIGINT NOT NULL DEFAULT 0,
    "owner_id" BIGINT REFERENCES "account" ("id") ON DELETE SET NULL
) /* A bot; its Telegram id is its identity, so that a new token is the same bot. */;
CREATE TABLE "setting" (
    "key" VARCHAR(255) NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
) /* A value an admin changed at run time. */;
CREATE TABLE "tg_user" (
    "id" BIGINT NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL DEFAULT '',
    "full_name" TEXT NOT NULL DEFAULT '',
    "language_code" TEXT NOT NULL DEFAULT ''
) /* A person, as Telegram describes them; the id is Telegram's. */;
CREATE TABLE "chat" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "telegram_chat_id" BIGINT NOT NULL,
    "thread_id" BIGINT NOT NULL DEFAULT 0,
    "type" VARCHAR(16) NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "last_message_id" BIGINT NOT NULL DEFAULT 0,
    "history_from" BIGINT NOT NULL DEFAULT 0,
    "not_before" BIGINT NOT NULL DEFAULT 0,
    "blocked_at" BIGINT,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "tg_user_id" BIGINT REFERENCES "tg_user" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_chat_bot_id_34c604" UNIQUE ("bot_id", "telegram_chat_id", "thread_id")
) /* One conversation: a topic (0: none) of a Telegram chat with one bot. */;
CREATE INDEX "chat_penalty" ON "chat" ("not_before") WHERE not_before > 0;
CREATE TABLE "message" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "role" VARCHAR(16) NOT NULL,
    "text" TEXT NOT NULL,
    "attachments" TEXT NOT NULL DEFAULT '[]',
    "telegram_message_id" BIGINT,
    "id_space" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "chat_id" BIGINT NOT NULL REFERENCES "chat" ("id") ON DELETE CASCADE,
    "reply_to_id" BIGINT REFERENCES "message" ("id") ON DELETE SET NULL,
    "tg_user_id" BIGINT REFERENCES "tg_user" ("id") ON DELETE SET NULL
) /* A text that was said, kept whole, before any splitting. */;
CREATE INDEX "message_known_id" ON "message" ("id_space", "telegram_message_id") WHERE telegram_message_id IS NOT NULL;
CREATE TABLE "message_processing" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "update_id" BIGINT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "outcome" VARCHAR(16),
    "raw_update" TEXT NOT NULL,
    "telegram_incoming_id" BIGINT NOT NULL,
    "telegram_outgoing_id" BIGINT,
    "attempts" INT NOT NULL DEFAULT 0,
    "deferrals" INT NOT NULL DEFAULT 0,
    "crashes" INT NOT NULL DEFAULT 0,
    "not_before" BIGINT NOT NULL DEFAULT 0,
    "last_error" TEXT NOT NULL DEFAULT '',
    "last_error_kind" VARCHAR(64) NOT NULL DEFAULT '',
    "last_error_at" BIGINT,
    "terminal_reason" TEXT NOT NULL DEFAULT '',
    "received_at" BIGINT NOT NULL,
    "claimed_at" BIGINT,
    "response_generated_at" BIGINT,
    "response_sent_at" BIGINT,
    "finished_at" BIGINT,
    "model" TEXT NOT NULL DEFAULT '',
    "tokens_input" BIGINT NOT NULL DEFAULT 0,
    "tokens_cached" BIGINT NOT NULL DEFAULT 0,
    "tokens_cache_write" BIGINT NOT NULL DEFAULT 0,
    "tokens_output" BIGINT NOT NULL DEFAULT 0,
    "usage_estimated" INT NOT NULL DEFAULT 0,
    "cost" BIGINT,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "chat_id" BIGINT REFERENCES "chat" ("id") ON DELETE CASCADE,
    "message_id" BIGINT REFERENCES "message" ("id") ON DELETE SET NULL,
    "response_message_id" BIGINT REFERENCES "message" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_message_pro_bot_id_5ef97b" UNIQUE ("bot_id", "update_id")
) /* What became of one incoming message. */;
CREATE INDEX "processing_lane" ON "message_processing" ("chat_id", "kind", "id") WHERE status IN ('RECEIVED', 'PROCESSING', 'FAILED');
CREATE INDEX "processing_pending" ON "message_processing" ("bot_id", "kind", "id") WHERE status IN ('RECEIVED', 'PROCESSING', 'FAILED');
CREATE INDEX "processing_due" ON "message_processing" ("not_before", "status", "received_at") WHERE status IN ('RECEIVED', 'PROCESSING', 'FAILED');
CREATE INDEX "processing_history" ON "message_processing" ("chat_id", "id") WHERE response_message_id IS NOT NULL;
CREATE TABLE "delivery_part" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "index" INT NOT NULL,
    "text" TEXT NOT NULL,
    "entities" TEXT NOT NULL DEFAULT '[]',
    "state" VARCHAR(16) NOT NULL,
    "known_before" BIGINT NOT NULL DEFAULT 0,
    "bubble_id" BIGINT NOT NULL DEFAULT 0,
    "telegram_message_id" BIGINT,
    "id_space" BIGINT NOT NULL,
    "processing_id" BIGINT NOT NULL REFERENCES "message_processing" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_delivery_pa_process_994166" UNIQUE ("processing_id", "index")
) /* One message of an answer, written before it is sent. */;
CREATE INDEX "part_known_id" ON "delivery_part" ("id_space", "telegram_message_id") WHERE telegram_message_id IS NOT NULL;
CREATE INDEX "part_bubble" ON "delivery_part" ("id_space", "bubble_id") WHERE bubble_id > 0;
CREATE TABLE "aerich" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSON NOT NULL
);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXW1v2zgS/iuEvzQFcos0zUuvCxyQpG7Xt2lSJGl3gaIQaIm2iUikVqTqGr389yP1/k"
    "LJouzEdkpgsa0lPiz1DDmcGXLInwOPOshlv53ZNg0JH7wFPwcEekj8pfpqHwyg7+cv5AMO"
    "x25UFhYKjRkPoC3rmkCXIfHIQcwOsM8xJbLwLfXQmDoLMJ9RAB0PE8w4ChgYU85+k3U41B"
    "aVYDLtVjwk+J8QWZxOEZ+hQIC+fhOPMXHQD8TSn/69NcHIdUofiR1ZQfTc4gs/enaOpyPC"
    "30dlZWPGlk3d0CN5eX/BZ5RkABx/+RQRFECO5L/Ag1B+OQldN+EoJSNubF4kbmUB46AJDF"
    "3Jn0THDcifDSzr6vrOuh3eWdagxm2KKPCXPLIpkXIRTWURAVPZhH/9+/Dw9evTw4PXJ2+O"
    "j05Pj98cvBFlo/bWX50+xI3J2YqrijgbfRhd3ckGUSH8uFPIBw8RBnIYoyJh5Oxz5KJpAD"
    "0rZCiwdGWhQi+XTCoHIxqByUURUPGmRv/FDAZq8tPyFcLFh/QhPH2QM57rjqeg3IM/LBeR"
    "KZ+Jn69OWtj8cnZz8cfZzd6rk5dlSq+SN4fRqzK5jEMeMh16c8SGCT67uBt9GW4Zt1KdT+"
    "4LKkU+GEP7fg4Dx6q9oYe0qWz9lXfoVZ9AAqcRZ/ILZfvTqdFFgXrOjF60z5hZkaXz5V8z"
    "ROKJj4E5ChBwIeOAU9cBcExDDiCwYSiRkDhgRueATriAiLlwEQOYDwPkAIaJjeoT7CPUv8"
    "KMfI8WOgMlKb6eUbJZvV8aKIfHxx1GiijVOFSid+3zrxS0xRDhFuR6c28VuZ55d9PTwEZm"
    "Xhb6foAYQ5rmTxm3WQEc7ALpWzJrnFPlnCEft84YY9pxvjiTntHvAHMG7hITGWAHYBY9wo"
    "4YtZgv9gGjQoVDqd4Jmgt9fy90uigkFDZgom2ylvpkse7Kje+2xSOmbe7IvK/ebpvx2Faa"
    "N6I/a8zfoR8NvKflN+xQrMBzC2V3w78jwjzG/nGLdtDex7O/IxPJWyRvLq+vPqTFC3bTxe"
    "X1eYVhGVfQZbmIMUx3ZTqaH3RozgCG464cRyaFDscZwHDclWM/oJ6vcKWaSc4RhuWuLDMO"
    "A255wvcRFrYO2TWg4bwr5zPk+n0or+IM410ZR0FAgz6U14CG886cE/n1KoeGUhdB0kB4jq"
    "pQPRawp+Q683rWzfb59fVlie3zUZXOzx/Phzd7ryLqRSHMG/yWqHtq92fTj7VmSBoGttZ6"
    "Xo4wK3odVvSi+HeiYrUjIAqwCd9qxT6ELmbIonNBj44mqcCMPumqT2LikE/tmWZXLwNNN+"
    "/RzUPCscJxX057BjS0a9EeKQhtrV5E9SI8Md62Zgrd3MJcRRR1ObynAcJT8idaRLIYiYZD"
    "ojRf6rsYd0sKD2k3S5/mTQzgPFsVK/U+8fnio1FsgIsGgKvPl5eDh80sdwqTU7neGT3fb1"
    "vwtNMSS1c8rwkCgqHvKGBQPnsLIODUxzbYOxANogS9BHQiHmZLlrJuMMd8BsRL9UrnuipV"
    "rHB+TRdzs7UwCU2kx2cBgo788a2yEvpzkHM+IJRbYzQRA2Egi6Ef0WYA0c5MJCnhUd2+cF"
    "JdHu2VSYfGIIIJauUP8Ncfw5shyGsF/wEHcZ8xi6/bu/ha6Dc9VmALaLOBp7e5kA9YPSkU"
    "YcZC06Nc8lRjuzm6kZY3sY0OsQ2zseDR3WkTPdqk9phhxmmwsCYB9fS4ryIN8XpblnKbVY"
    "v2Ms6QrkX62KX2PXK0t3iXcSai0Zt/qm+h5xhjl/c3Eqc98wqnK2cU/rIdvyWUl4Q8Vgzk"
    "Jdvkd2wAdI3i5eO+FMO7OLu9OHs3HKi69xo4vZt+TirarW7dldXygN6q6Og75OLvKFh8gu"
    "pMwtL7/bZoqZOUtHzYNbFQRjgTRyKKZBLxH5ujYB/MA8xlil8SCsRc5m7IdC91mLRPJcqw"
    "qB9QW0YxRdVpt2qPgmLHYj6MO3cW1io4R0tCo5Ir657QOUmDry2xUUX9YHQLRE9OupAcnQ"
    "1tG4djIaeuLYpLL2tPVqcJ1W7c6mgO1caduCaAZvbT8s/J8jt8dXR69Ob1yVFGffakjXGF"
    "TScGgU5sKi3/LAJ/T78bkmOOkeLggpbNegXMhkn/+m2HuJYHPuht2EsBz6JrP3ZMO57j+8"
    "SeqkgTfdKLfmSGjxbrJZihXC/uobCDtchvqMBEQvpKpOgJ6NjhOeo5GYNPTH7uU2oPhBrU"
    "iGFd0cCyp79iAOtjrKc+lercMal0DWbV+qQ6UriZcFYiiIEikvUxz0drDmIVkta6nHMivb"
    "v4mJE5ZIBB7OyDe+RzeVSkKxBJ5AmSBWC+izkXrKmONOldz/LTS9YZrUpLri1gZUJGWxky"
    "MmcxPqInaCJITxjVgJxDe+Yh+c9rcF6BmTiSxkkqxvnbCu1unL+tIN8OkKRIe/NTGWcE0F"
    "8AfRIUTF7CWo70Rr67EL6JNv0VoFH9Zgfa7vDfEnNKEwpXjDalmYs7poS6BpgKytdsQnvi"
    "TWgq9b2++OjzJbcyY23VFr96cLo5OlqOYC+Nk1rlKHqXqwQgB2NkyxOY6SRKU8bEpp6oIN"
    "3Ep7ofoBuoLdE59B3R6ZYmNRd0z70oI//ssGUuj4i7kCzdNhdfrQFGV2Dvxc3wYjj6Mnz3"
    "Yh+8+HRzfTG8vR1dfZC/3p+NLsXzl7VdffkW3V4t9BFxEnE9YiPLCTP5ZSIBshH+Hvs13d"
    "vshI9NakHuWmwm+VjLWidq8kVFyATCt89e228JhOdaQ0sIJZhxIHu7L6mC67oOkZZ/FqFy"
    "cyfUjhNMQy6MFK2FtAKkF8VbZj0/NsPSBI91rc7iThn1LLryxhZ5Ujt8hUs4yjWY2XL1bZ"
    "dCi0zpSkKp1GACgH1lAjlHnq9afG4UQhGy6xuP15Z2IxqFggC6OkSWMIbJbEESspkqpaZl"
    "KTJDGBbNQSKbU6bRwUPap7eXUeaMKK0zouKrHHT9cAV0d3kvOzEnRx2cmJOjRidGvmrkud"
    "clqEWoMdT6G8+B8EKgawUIMqp3FVgduru9/am1THFBQKvvV4DGb+y/Q8qF2OuzRa2EM6qn"
    "/zapZHEoI6vHYGiowkhlZan0up5chTay6CuLCSZYuKD646ICNBLoKwFzd+cTBNXllbLMws"
    "QPNbt5FWniCnq2f0yfDW2hKnoxn0MN9b2pt+R5bZrxNDXeCKGPEGjI+2qeHGqo16I+jHaD"
    "IcaxF9FTJ7/t3k8FesP3f6q3fa5jyl3jBaA2ZbquboIwBmTfjm4Oof6V8t9Ml3+b75HXJd"
    "/kPa85gtNXEA0VGImsKR3OHMi+3gPZnza9cMt69KNkFxaOgzIZcO28lnVkp/TCsnY1JHdJ"
    "M1TOSFuVbniLouPJBookw/TVfltqISsU6nAE23fohig69d/xMJFXoBLRLAA5CEIChGesSC"
    "jsjFp+vFpj4tY9WtR7dEvqSlx8PdHyzWZulfbLHB4fd9gwI0o17piJ3rWnaUXS1FmdyABm"
    "93/HhYqaGbcZ5ZIk6St0S56+36xaCocFdFEtPgoYJfsAsvyK5bjQGDEgFIL3u/w/wI68WC"
    "Qt8oKpFM5Kda2ghh4rf3T71dB2JJCK7qZ7nWkRY1ZPu66eTkQrLF2qSyDDdfetwWQaSvPT"
    "FjpWh+8a0HC+A5PuGQqwPVNNusmb1kkX5mWWzbnN5K95BvxVjk9YMd+lxeIW5gxWbZNu9n"
    "AKkGdhdT+an1PIHhSDSoPhpPgzZPfVwUGX3PGDg+bkcfmuugxMOCKKiOl/b6+vmtaBM0iF"
    "ZQfbHPwPuJjtcDRaRa4ko30yq85bkhzK+DSIaokq2Phk9vB/7NJGVg=="
)
