"""What the original Kotodom GPT's PostgreSQL says, as values of ours."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kotodom.original.rows import OldMessage

_NANO = Decimal(1_000_000_000)


def message(row: Any) -> OldMessage:
    """A row of "Message", and of "MessageProcessing" where there is one."""
    update_id, incoming, outgoing, sent_at, status = row[8:] or (None,) * 5
    return OldMessage(
        id=row[0],
        chat_id=row[1],
        user_id=row[2],
        bot_id=row[3],
        text=text(row[4]),
        answers=row[5],
        price=nano_dollars(row[6]),
        created_at=milliseconds(row[7]),
        update_id=update_id,
        incoming_id=incoming or 0,
        outgoing_id=outgoing,
        sent_at=milliseconds(sent_at) or None,
        delivered=status in (None, "COMPLETED") or sent_at is not None,
    )


def text(value: Any) -> str:
    """Nothing is said by NULL."""
    return "" if value is None else str(value)


def number(value: Any) -> int | None:
    """An id that may be kept as a text."""
    return int(value) if str(value).isdecimal() else None


def milliseconds(value: datetime | None) -> int:
    """Since the epoch; times without a zone mean UTC."""
    if value is None:
        return 0
    return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)


def nano_dollars(value: Decimal | None) -> int:
    """Of a price in dollars."""
    return int(value * _NANO) if value is not None and value.is_finite() else 0
