"""The tables of money; see :mod:`kotodom.db.tables` for what holds for all."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from kotodom.db.tables import Bot, Chat, MessageProcessing, TgUser


class Spend(Model):
    """One call to the provider that costs money: kept when what was said is deleted."""

    id = fields.BigIntField(primary_key=True)
    bot = fields.ForeignKeyField(Bot, related_name=False)
    chat = fields.ForeignKeyField(Chat, related_name=False, null=True, on_delete=fields.SET_NULL)
    tg_user = fields.ForeignKeyField(
        TgUser, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    purpose = fields.CharField(max_length=16)  # answer | transcript | inline
    model = fields.TextField()
    tokens_input = fields.BigIntField(db_default=0)
    tokens_cached = fields.BigIntField(db_default=0)
    tokens_cache_write = fields.BigIntField(db_default=0)
    tokens_output = fields.BigIntField(db_default=0)
    seconds = fields.BigIntField(db_default=0)
    estimated = fields.BooleanField(db_default=False)
    cost = fields.BigIntField(null=True)  # unknown, never zero, without a price
    created_at = fields.BigIntField()

    class Meta:
        table = "spend"
        indexes = (
            Index(fields=("tg_user_id", "bot_id", "created_at"), name="spend_of_person"),
            Index(fields=("chat_id",), name="spend_of_chat"),
            Index(fields=("created_at",), name="spend_by_time"),
        )


class SpendTotal(Model):
    """What was spent on one day, added up for each that may have a limit."""

    id = fields.BigIntField(primary_key=True)
    scope = fields.CharField(max_length=16)  # model.Scope, or "model"
    key = fields.CharField(max_length=255)  # "" | bot | chat | bot:user | bot:model
    bot_id = fields.BigIntField(db_default=0)  # whose money it is; 0: everybody's together
    day = fields.IntField()  # 20261122 in the configured zone; 202611 is the whole month
    questions = fields.BigIntField(db_default=0)
    tokens = fields.BigIntField(db_default=0)
    cost = fields.BigIntField(db_default=0)
    unpriced = fields.BigIntField(db_default=0)

    class Meta:
        table = "spend_total"
        unique_together = (("scope", "key", "day"),)
        indexes = (Index(fields=("scope", "day"), name="spend_total_of_day"),)


class SpendLimit(Model):
    """How much may be spent; no row: any amount."""

    id = fields.BigIntField(primary_key=True)
    scope = fields.CharField(max_length=16)
    key = fields.CharField(max_length=255)  # as in spend_total; "bot:*" is each user of a bot
    bot_id = fields.BigIntField(db_default=0)  # as in spend_total
    period = fields.CharField(max_length=8)  # day | month
    measure = fields.CharField(max_length=16)  # cost | questions
    amount = fields.BigIntField()  # nano-dollars, or a count; 0 allows nothing
    told_day = fields.IntField(db_default=0)  # the day or month of which admins were told last
    told = fields.IntField(db_default=0)  # that so many percent are used

    class Meta:
        table = "spend_limit"
        unique_together = (("scope", "key", "period", "measure"),)


class Reservation(Model):
    """Money set aside for a call that is being made."""

    id = fields.BigIntField(primary_key=True)
    processing = fields.ForeignKeyField(
        MessageProcessing, related_name=False, null=True, on_delete=fields.SET_NULL
    )
    bot = fields.ForeignKeyField(Bot, related_name=False)
    chat = fields.ForeignKeyField(Chat, related_name=False, null=True, on_delete=fields.SET_NULL)
    user_id = fields.BigIntField(db_default=0)
    purpose = fields.CharField(max_length=16)
    model = fields.TextField()
    tokens_input = fields.BigIntField(db_default=0)  # as estimated
    tokens_output = fields.BigIntField(db_default=0)
    seconds = fields.BigIntField(db_default=0)
    amount = fields.BigIntField(null=True)  # nano-dollars; null: without a price
    created_at = fields.BigIntField()

    class Meta:
        table = "reservation"
        indexes = (
            Index(fields=("processing_id",), name="reservation_of_message"),
            Index(fields=("chat_id",), name="reservation_of_chat"),
        )


class Price(Model):
    """A price that an admin set; it wins over the configuration's. Decimals as text, in dollars."""

    model = fields.CharField(max_length=255, primary_key=True)
    input = fields.TextField(null=True)
    cached = fields.TextField(null=True)
    output = fields.TextField(null=True)
    minute = fields.TextField(null=True)

    class Meta:
        table = "price"
