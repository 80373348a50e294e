"""The tables, as aerich reads them to write migrations: the one place that says what is stored.

Times are milliseconds since the epoch, UTC; money is nano-dollars; ``telegram_*`` ids are
Telegram's. The program itself speaks SQL to these tables and never imports this module, which
keeps the ORM out of a running process (0.2 s and 13 MB at the start).
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from kotodom.db.sql import FINISHED, OPEN


class FilteredIndex(Index):
    """An index over the rows that meet a condition, so that finished work costs nothing."""

    def __init__(
        self,
        *expressions: Any,
        fields: tuple[str, ...],
        name: str,
        condition: str = "",
    ) -> None:
        super().__init__(*expressions, fields=fields, name=name)
        self.extra = f" WHERE {condition}" if condition else ""


class Account(Model):
    """Somebody who administers bots."""

    id = fields.BigIntField(primary_key=True)
    telegram_user_id = fields.BigIntField(unique=True)
    role = fields.CharField(max_length=16)  # ADMIN | MANAGER | USER
    status = fields.CharField(max_length=16, db_default="ACTIVE")  # ACTIVE | DISABLED
    name = fields.TextField(db_default="")
    invited_by = fields.BigIntField(null=True)
    created_at = fields.BigIntField(db_default=0)

    class Meta:
        table = "account"


class Bot(Model):
    """A bot; its Telegram id is its identity, so that a new token is the same bot."""

    id = fields.BigIntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True)
    name = fields.TextField(db_default="")
    username = fields.TextField(db_default="")
    token = fields.TextField(db_default="")  # encrypted; a configured bot's token is never stored
    api_key = fields.TextField(db_default="")  # the provider's, for this bot alone; encrypted
    model = fields.TextField(db_default="")
    prompt = fields.TextField(db_default="")
    start_message = fields.TextField(db_default="")
    help_message = fields.TextField(db_default="")
    error_message = fields.TextField(db_default="")
    models = fields.TextField(db_default="[]")  # JSON: what /model offers
    texts = fields.TextField(db_default="{}")  # JSON: texts of its own
    rich = fields.CharField(max_length=16, db_default="off")  # model.Rich
    link_previews = fields.BooleanField(db_default=False)
    groups = fields.CharField(max_length=16, db_default="on")  # model.Groups
    group_ids = fields.TextField(db_default="[]")  # JSON: where it stays with "allowlist"
    name_pattern = fields.TextField(db_default="")
    guest = fields.BooleanField(db_default=False)
    inline = fields.BooleanField(db_default=False)
    menu = fields.TextField(db_default="")  # a fingerprint of the command menu set last
    access = fields.CharField(max_length=16, db_default="public")  # model.AccessMode
    fallback_model = fields.TextField(
        db_default=""
    )  # answers when the money for the other is spent
    language = fields.CharField(max_length=16, db_default="")  # for people who chose none
    inbox_id = fields.BigIntField(db_default=0)  # the forum group where admins see its chats
    keep_days = fields.IntField(null=True)  # null: as long as the instance; 0: for ever
    enabled = fields.BooleanField(db_default=True)
    error = fields.TextField(db_default="")
    owner = fields.ForeignKeyField(
        Account, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    source = fields.CharField(max_length=16)  # config | admin | removed (left the file) | deleted
    created_at = fields.BigIntField(db_default=0)
    last_message_id = fields.BigIntField(db_default=0)  # private chats and basic groups share ids
    lease_owner = fields.TextField(db_default="")
    lease_epoch = fields.BigIntField(db_default=0)
    lease_until = fields.BigIntField(db_default=0)

    class Meta:
        table = "bot"


class TgUser(Model):
    """A person, as Telegram describes them; the id is Telegram's."""

    id = fields.BigIntField(primary_key=True, generated=False)
    username = fields.TextField(db_default="")
    full_name = fields.TextField(db_default="")
    language_code = fields.TextField(db_default="")
    language = fields.CharField(max_length=16, db_default="")  # chosen with /language

    class Meta:
        table = "tg_user"


class Chat(Model):
    """One conversation: a topic (0: none) of a Telegram chat with one bot."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    telegram_chat_id = fields.BigIntField()
    thread_id = fields.BigIntField(db_default=0)
    type = fields.CharField(max_length=16)  # model.ChatType
    name = fields.TextField(db_default="")
    tg_user = fields.ForeignKeyField(
        TgUser, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    last_message_id = fields.BigIntField(db_default=0)  # only supergroups and channels count here
    history_from = fields.BigIntField(db_default=0)
    not_before = fields.BigIntField(db_default=0)
    blocked_at = fields.BigIntField(null=True)
    model = fields.TextField(db_default="")  # chosen with /model
    member_status = fields.CharField(max_length=16, db_default="")  # the bot's, as Telegram says
    start_payload = fields.TextField(db_default="")  # of the deep link that led here last
    last_at = fields.BigIntField(db_default=0)  # when somebody wrote last
    menu = fields.TextField(db_default="")  # a fingerprint of the admin's menu set here
    taken_until = fields.BigIntField(db_default=0)  # an admin answers instead of the model
    taken_by = fields.BigIntField(db_default=0)  # Telegram's id of that admin
    taken_in = fields.BigIntField(db_default=0)  # our id of the chat where they are shown it
    taken_for = fields.BigIntField(db_default=0)  # how much longer each message makes it
    inbox_topic = fields.BigIntField(db_default=0)  # our id of its topic in the bot's inbox

    class Meta:
        table = "chat"
        unique_together = (("bot", "telegram_chat_id", "thread_id"),)
        indexes = (
            Index(fields=("bot_id", "last_at"), name="chat_by_activity"),
            FilteredIndex(fields=("taken_until",), name="chat_taken", condition="taken_until > 0"),
            FilteredIndex(fields=("bot_id",), name="chat_menu", condition="menu <> ''"),
            FilteredIndex(
                fields=("inbox_topic",),
                name="chat_of_topic",
                condition="inbox_topic > 0",
            ),
            FilteredIndex(fields=("not_before",), name="chat_penalty", condition="not_before > 0"),
            FilteredIndex(
                fields=("tg_user_id",),
                name="chat_of_person",
                condition="tg_user_id IS NOT NULL",
            ),
        )


class Message(Model):
    """A text that was said, kept whole, before any splitting."""

    id = fields.BigIntField(primary_key=True)
    chat = fields.ForeignKeyField(Chat, related_name=False)
    role = fields.CharField(max_length=16)  # model.Role
    tg_user = fields.ForeignKeyField(
        TgUser, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    text = fields.TextField()
    preface = fields.TextField(db_default="")  # what it replies to, whom it was forwarded from
    attachments = fields.TextField(db_default="[]")  # JSON: model.Attachment
    telegram_message_id = fields.BigIntField(null=True)
    id_space = fields.BigIntField()
    """Who numbers ``telegram_message_id``: the bot (our id, positive) for private chats and basic
    groups, the Telegram chat (negative) for supergroups and channels."""
    reply_to: fields.ForeignKeyNullableRelation["Message"] = fields.ForeignKeyField(
        "models.Message", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.BigIntField()

    class Meta:
        table = "message"
        indexes = (
            FilteredIndex(
                fields=("id_space", "telegram_message_id"),
                name="message_known_id",
                condition="telegram_message_id IS NOT NULL",
            ),
            FilteredIndex(fields=("chat_id", "id"), name="message_of_chat"),
            FilteredIndex(
                fields=("tg_user_id", "chat_id"),
                name="message_of_person",
                condition="tg_user_id IS NOT NULL",
            ),
            FilteredIndex(
                fields=("reply_to_id",),
                name="message_answer",
                condition="reply_to_id IS NOT NULL",
            ),
        )


class MessageProcessing(Model):
    """What became of one incoming message."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    update_id = fields.BigIntField()
    chat = fields.ForeignKeyField(Chat, related_name=False, null=True)
    kind = fields.CharField(max_length=16)  # model.Kind
    status = fields.CharField(max_length=16)  # model.Status
    revision = fields.IntField(db_default=1)  # rises when the question changes or is asked again
    answered_revision = fields.IntField(db_default=0)  # the one that its parts answer
    in_place = fields.BooleanField(db_default=False)  # the next answer replaces the last one
    stop_requested = fields.BooleanField(db_default=False)
    joined_to = fields.BigIntField(db_default=0)  # the row whose question it is a piece of
    joined = fields.IntField(db_default=0)  # how many pieces have joined it
    media_group = fields.TextField(db_default="")
    long = fields.BooleanField(db_default=False)  # its last piece may have been split by the client
    grown_at = fields.BigIntField(db_default=0)  # when its last piece came; 0: it takes none
    inline_message_id = fields.TextField(db_default="")  # where a guest's answer is shown
    erases = fields.BooleanField(db_default=False)  # /forgetme: the row itself goes at the end
    parked = fields.BigIntField(db_default=0)  # who has to be let in before it is answered
    wanted_model = fields.TextField(db_default="")  # an admin asked for the answer of this one
    told = fields.BooleanField(db_default=False)  # asked again by an admin after the apology
    outcome = fields.CharField(max_length=16, null=True)  # its status once the parts are sent
    raw_update = fields.TextField()  # JSON
    message = fields.ForeignKeyField(
        Message, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    response_message = fields.ForeignKeyField(
        Message, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    telegram_incoming_id = fields.BigIntField()
    telegram_outgoing_id = fields.BigIntField(null=True)  # the answer's first part
    attempts = fields.IntField(db_default=0)
    deferrals = fields.IntField(db_default=0)
    crashes = fields.IntField(db_default=0)
    not_before = fields.BigIntField(db_default=0)
    last_error = fields.TextField(db_default="")
    last_error_kind = fields.CharField(max_length=64, db_default="")
    last_error_at = fields.BigIntField(null=True)
    terminal_reason = fields.TextField(db_default="")
    received_at = fields.BigIntField()
    claimed_at = fields.BigIntField(null=True)
    first_token_at = fields.BigIntField(null=True)
    response_generated_at = fields.BigIntField(null=True)
    response_sent_at = fields.BigIntField(null=True)
    finished_at = fields.BigIntField(null=True)  # COMPLETED or TERMINAL since
    model = fields.TextField(db_default="")
    tokens_input = fields.BigIntField(db_default=0)
    tokens_cached = fields.BigIntField(db_default=0)
    tokens_cache_write = fields.BigIntField(db_default=0)
    tokens_output = fields.BigIntField(db_default=0)
    usage_estimated = fields.BooleanField(db_default=False)
    cost = fields.BigIntField(null=True)

    class Meta:
        table = "message_processing"
        unique_together = (("bot", "update_id"),)
        indexes = (
            FilteredIndex(fields=("chat_id", "kind", "id"), name="processing_lane", condition=OPEN),
            FilteredIndex(
                fields=("bot_id", "kind", "id"), name="processing_pending", condition=OPEN
            ),
            FilteredIndex(
                fields=("not_before", "status", "received_at"),
                name="processing_due",
                condition=OPEN,
            ),
            FilteredIndex(
                fields=("chat_id", "id"),
                name="processing_history",
                condition="response_message_id IS NOT NULL",
            ),
            FilteredIndex(fields=("message_id",), name="processing_message"),
            FilteredIndex(
                fields=("response_message_id",),
                name="processing_response",
                condition="response_message_id IS NOT NULL",
            ),
            FilteredIndex(
                fields=("bot_id", "grown_at"), name="processing_growing", condition="grown_at > 0"
            ),
            FilteredIndex(
                fields=("joined_to",), name="processing_joined", condition="joined_to > 0"
            ),
            FilteredIndex(fields=("id",), name="processing_erases", condition="erases"),
            FilteredIndex(
                fields=("bot_id", "finished_at"),
                name="processing_dead",
                condition="status = 'TERMINAL'",
            ),
            FilteredIndex(
                fields=("bot_id", "parked", "id"),
                name="processing_parked",
                condition="parked > 0",
            ),
            # Of all bots together, for /admin: what failed, why, and every question by time.
            FilteredIndex(
                fields=("finished_at", "last_error_kind", "bot_id"),
                name="processing_dead_by_time",
                condition="status = 'TERMINAL'",
            ),
            FilteredIndex(
                fields=("last_error_kind", "finished_at", "bot_id"),
                name="processing_dead_by_cause",
                condition="status = 'TERMINAL'",
            ),
            FilteredIndex(
                fields=("last_error_kind", "received_at", "bot_id"),
                name="processing_troubled",
                condition="last_error_kind <> ''",
            ),
            FilteredIndex(
                fields=("bot_id", "received_at", "status"),
                name="processing_questions",
                condition="kind = 'QUESTION' AND joined_to = 0",
            ),
            # Finds a chat's rows when it is deleted; by time, so that SQLite does not take it for
            # the history, which processing_history serves with answered rows alone.
            Index(fields=("chat_id", "received_at"), name="processing_of_chat"),
            FilteredIndex(
                fields=("bot_id", "received_at"),
                name="processing_finished",
                condition=f"{FINISHED} AND joined_to = 0",
            ),
        )


class DeliveryPart(Model):
    """One message of an answer, written before it is sent."""

    id = fields.BigIntField(primary_key=True)
    processing = fields.ForeignKeyField(MessageProcessing, related_name=False)
    index = fields.IntField()
    text = fields.TextField()
    entities = fields.TextField(db_default="[]")  # JSON, as the Bot API wants them
    kind = fields.CharField(max_length=16, db_default="text")  # model.ContentKind
    payload = fields.TextField(db_default="")
    name = fields.TextField(db_default="")
    buttons = fields.TextField(db_default="[]")  # JSON: rows of [label, command]
    state = fields.CharField(max_length=16)  # model.PartState
    known_before = fields.BigIntField(db_default=0)
    bubble_id = fields.BigIntField(db_default=0)
    telegram_message_id = fields.BigIntField(null=True)  # while PENDING: the message to be edited
    id_space = fields.BigIntField()  # see message.id_space

    class Meta:
        table = "delivery_part"
        unique_together = (("processing", "index"),)
        indexes = (
            FilteredIndex(
                fields=("id_space", "telegram_message_id"),
                name="part_known_id",
                condition="telegram_message_id IS NOT NULL",
            ),
            FilteredIndex(
                fields=("id_space", "bubble_id"), name="part_bubble", condition="bubble_id > 0"
            ),
        )


class Setting(Model):
    """A value an admin changed at run time."""

    key = fields.CharField(max_length=255, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "setting"


class Alert(Model):
    """When admins were last told about a cause, and how often they were spared since."""

    key = fields.CharField(max_length=255, primary_key=True)
    last_sent_at = fields.BigIntField()
    suppressed = fields.BigIntField(db_default=0)
    silent_until = fields.BigIntField(db_default=0)
    bot_id = fields.BigIntField(null=True)  # whose trouble it is; null: the instance's
    words = fields.CharField(max_length=64, db_default="")  # a text's id, and its arguments
    args = fields.TextField(db_default="{}")  # JSON
    screen = fields.TextField(db_default="")  # the command that shows more
    retry = fields.TextField(db_default="")

    class Meta:
        table = "alert"
