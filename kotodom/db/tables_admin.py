"""The tables of /admin and of access; see :mod:`kotodom.db.tables` for what holds for all."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from kotodom.db.tables import Bot, Chat, FilteredIndex, MessageProcessing


class Invite(Model):
    """A link that lets people in: to a bot, or (with a role) among those who administer."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=64, unique=True)  # random; what the link ends with
    bot = fields.ForeignKeyField(Bot, related_name=False, null=True)  # null: for an account
    role = fields.CharField(max_length=16, db_default="")  # of the account; empty: for a bot
    note = fields.TextField(db_default="")
    uses_left = fields.IntField(null=True)  # null: any number
    expires_at = fields.BigIntField(null=True)
    days = fields.IntField(null=True)  # for how long whoever comes may stay; null: for ever
    quota = fields.IntField(null=True)  # questions a day for whoever comes; null: none of its own
    revoked = fields.BooleanField(db_default=False)
    created_by = fields.BigIntField()  # Telegram's user id
    created_at = fields.BigIntField()
    origin = fields.CharField(max_length=64, unique=True, null=True)  # the command that made it

    class Meta:
        table = "invite"
        indexes = (Index(fields=("bot_id", "id"), name="invite_of_bot"),)


class BotUser(Model):
    """Somebody's standing with one bot, as admins decided it."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    user_id = fields.BigIntField()  # Telegram's
    access = fields.CharField(max_length=16, db_default="")  # model.Access
    until = fields.BigIntField(null=True)  # ALLOWED until then; null: for ever
    note = fields.TextField(db_default="")
    invite = fields.ForeignKeyField(
        Invite, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    decided_by = fields.BigIntField(null=True)
    updated_at = fields.BigIntField()
    told_at = fields.BigIntField(db_default=0)  # when they were told last that they may not talk
    told_row = fields.BigIntField(db_default=0)  # in answer to that row

    class Meta:
        table = "bot_user"
        unique_together = (("bot", "user_id"),)
        indexes = (
            Index(fields=("user_id",), name="bot_user_of_person"),
            Index(fields=("bot_id", "access", "updated_at"), name="bot_user_by_access"),
        )


class InviteUse(Model):
    """Somebody came by an invite link: it counts once for each."""

    id = fields.BigIntField(primary_key=True)
    invite = fields.ForeignKeyField(Invite, related_name=False)
    user_id = fields.BigIntField()  # Telegram's
    row_id = fields.BigIntField()  # of the command that brought it
    at = fields.BigIntField()

    class Meta:
        table = "invite_use"
        unique_together = (("invite", "user_id"),)
        indexes = (Index(fields=("user_id",), name="invite_use_of_person"),)


class Attempt(Model):
    """One failed attempt at a message."""

    id = fields.BigIntField(primary_key=True)
    processing = fields.ForeignKeyField(MessageProcessing, related_name=False)
    number = fields.IntField()
    began_at = fields.BigIntField(null=True)
    at = fields.BigIntField()
    code = fields.CharField(max_length=64)
    message = fields.TextField(db_default="")

    class Meta:
        table = "attempt"
        indexes = (Index(fields=("processing_id", "id"), name="attempt_of_message"),)


class Audit(Model):
    """A change that an admin made; secrets are masked before they come here."""

    id = fields.BigIntField(primary_key=True)
    at = fields.BigIntField()
    user_id = fields.BigIntField()  # Telegram's, of whoever did it
    user_name = fields.TextField(db_default="")
    action = fields.CharField(max_length=64)  # the command's pattern
    object = fields.CharField(max_length=64, db_default="")  # "bot:3", "account:501", …
    field = fields.CharField(max_length=64, db_default="")
    before = fields.TextField(null=True)
    after = fields.TextField(null=True)
    origin = fields.CharField(max_length=64)  # the command's row: told again, it counts once

    class Meta:
        table = "audit"
        unique_together = (("origin", "object", "field"),)
        indexes = (Index(fields=("object", "field", "id"), name="audit_of_object"),)


class BotDraft(Model):
    """A text for a field of a bot that somebody has written and not saved yet."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    user_id = fields.BigIntField()  # Telegram's, of whoever wrote it
    field = fields.CharField(max_length=64)
    base = fields.TextField()  # what the bot had when it was shown beside that
    text = fields.TextField()
    origin = fields.CharField(max_length=64)  # the command that added to it last
    at = fields.BigIntField()

    class Meta:
        table = "bot_draft"
        unique_together = (("bot", "user_id", "field"),)


class Awaited(Model):
    """A command that waits for its last argument: the next message of whoever gave it."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    user_id = fields.BigIntField()
    command = fields.TextField()
    until = fields.BigIntField()

    class Meta:
        table = "awaited"
        unique_together = (("bot", "user_id"),)


class InboxEntry(Model):
    """A message that is to be shown in the inbox of its bot; gone once it is written there."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    chat = fields.ForeignKeyField(Chat, related_name=False)
    message_id = fields.BigIntField()  # one that is deleted meanwhile is not shown
    edited = fields.BooleanField(db_default=False)

    class Meta:
        table = "inbox_entry"
        indexes = (
            Index(fields=("bot_id", "chat_id", "id"), name="inbox_entry_of_chat"),
            Index(fields=("chat_id",), name="inbox_entry_of_deleted"),
        )


class Broadcast(Model):
    """One text for many people."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    origin = fields.CharField(max_length=64, unique=True)
    text = fields.TextField()
    language = fields.CharField(max_length=16, db_default="")  # only people who speak it
    active_days = fields.IntField(db_default=0)  # only who wrote since; 0: everybody
    state = fields.CharField(max_length=16)  # DRAFT | RUNNING | PAUSED | DONE | CANCELLED
    reason = fields.TextField(db_default="")  # why it paused by itself
    upto = fields.BigIntField(db_default=0)  # the last chat id it is for, as it was begun
    cursor = fields.BigIntField(db_default=0)  # the last chat id that was put in line
    total = fields.IntField(db_default=0)
    created_by = fields.BigIntField()
    created_at = fields.BigIntField()
    started_at = fields.BigIntField(null=True)
    finished_at = fields.BigIntField(null=True)
    delivered = fields.IntField(db_default=0)  # of those whose rows have ended
    blocked = fields.IntField(db_default=0)
    failed = fields.IntField(db_default=0)
    progress_row = fields.BigIntField(db_default=0)  # the notice that shows how far it is

    class Meta:
        table = "broadcast"
        indexes = (Index(fields=("bot_id", "id"), name="broadcast_of_bot"),)


class BroadcastRecipient(Model):
    """Somebody in line for a broadcast, or whom it did not reach; who has got it is forgotten."""

    id = fields.BigIntField(primary_key=True)
    broadcast = fields.ForeignKeyField(Broadcast, related_name=False)
    processing = fields.ForeignKeyField(MessageProcessing, related_name=False)

    failed = fields.BooleanField(db_default=False)

    class Meta:
        table = "broadcast_recipient"
        unique_together = (("broadcast", "processing"),)
        indexes = (
            Index(fields=("processing_id",), name="recipient_of_message"),
            Index(fields=("broadcast_id", "failed"), name="recipient_in_line"),
        )


class BulkRetry(Model):
    """Many messages that were asked again together."""

    id = fields.BigIntField(primary_key=True)
    origin = fields.CharField(max_length=64, unique=True)
    created_by = fields.BigIntField()  # Telegram's user id
    language = fields.CharField(max_length=16, db_default="")  # in which its progress is told
    code = fields.CharField(max_length=64, db_default="")  # of the errors; empty: any
    bot_ids = fields.TextField(db_default="[]")  # JSON; empty: all
    since = fields.BigIntField(db_default=0)
    upto = fields.BigIntField()  # rows that ended after that do not count
    cursor = fields.BigIntField(db_default=0)  # all that ended before are dealt with
    state = fields.CharField(max_length=16)  # DRAFT | RUNNING | DONE | CANCELLED
    total = fields.IntField(db_default=0)
    reopened = fields.IntField(db_default=0)
    answered = fields.IntField(db_default=0)
    failed = fields.IntField(db_default=0)
    created_at = fields.BigIntField()
    changed_at = fields.BigIntField(db_default=0)  # when anything of it went on last
    started_at = fields.BigIntField(null=True)
    finished_at = fields.BigIntField(null=True)
    shown_by = fields.BigIntField(db_default=0)  # the command whose answer shows its progress

    class Meta:
        table = "bulk_retry"
        indexes = (Index(fields=("state",), name="bulk_retry_state"),)


class BulkRetryItem(Model):
    """One of them: while its retry goes on it is known, so that it is asked once."""

    id = fields.BigIntField(primary_key=True)
    bulk_retry = fields.ForeignKeyField(BulkRetry, related_name=False)
    processing = fields.ForeignKeyField(MessageProcessing, related_name=False)
    ended = fields.BooleanField(db_default=False)  # answered, or failed again

    class Meta:
        table = "bulk_retry_item"
        unique_together = (("bulk_retry", "processing"),)
        indexes = (
            Index(fields=("processing_id",), name="bulk_retry_of_message"),
            FilteredIndex(fields=("bulk_retry_id",), name="bulk_retry_open", condition="NOT ended"),
        )


class JobRun(Model):
    """How a scheduled job's last run went."""

    name = fields.CharField(max_length=64, primary_key=True)
    at = fields.BigIntField()
    took = fields.BigIntField()  # milliseconds
    ok = fields.BooleanField()
    result = fields.TextField(db_default="")

    class Meta:
        table = "job_run"


class Fact(Model):
    """Something this database knows about itself: where it came from, what was done to it."""

    key = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField(db_default="")
    at = fields.BigIntField(db_default=0)

    class Meta:
        table = "fact"


class ImportedRow(Model):
    """A row that came from another program, so that importing it twice makes it no second one."""

    id = fields.BigIntField(primary_key=True)
    origin = fields.CharField(max_length=64)  # which program and database
    kind = fields.CharField(max_length=32)  # its table there
    foreign_id = fields.CharField(max_length=128)  # its id there
    row_id = fields.BigIntField()  # our id

    class Meta:
        table = "imported_row"
        unique_together = (("origin", "kind", "foreign_id"),)
