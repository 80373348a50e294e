"""Editing a bot: every field by typing, pressing, replying or sending a file.

A short value is saved at once, and undone with one press; a long one is shown beside the old one
first and kept in the database until it is saved or dropped.
"""

import asyncio
import difflib
from typing import Any

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun
from kotodom.admin.bots_fields import FIELDS, KEEPS, Field, Shape
from kotodom.admin.bots_pulse import called
from kotodom.admin.given import LIMIT
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.bots import BotsWords
from kotodom.admin.words.common import CommonWords
from kotodom.asking import joined
from kotodom.config.bots import WrongField
from kotodom.model import Bot, Button, Buttons, Content, ContentKind
from kotodom.ports.admin.bots import Draft

GLANCE = 40
"""Characters of a value in the list of fields."""
SHOWN = 3_000
"""Characters of a value on a screen; the whole is in a file."""
QUICK = 20_000
"""Characters that are compared at once. Two texts of 100,000 in short lines that repeat take two
seconds, in which nobody else may have to wait."""
MORE = "+"
"""Begins what is added to the text instead of replacing it."""
SUGGESTED = 8
"""Models that are offered as buttons."""


class BotsEdit(BotsNoun):
    """The commands that change a bot's fields."""

    @command("bot BOT settings [PAGE]", BotsWords.SETTINGS_ABOUT)
    async def settings(self, ask: Ask) -> Screen:
        """Every field with what it is now."""
        bot = ask.target
        shown, more = _page(ask.page)
        lines = [
            f"{'🔒 ' if field.name in bot.configured else ''}{ask.say(field.label)}: "
            f"{_glance(field.of(bot)) or ask.say(CommonWords.NONE)}"
            for field in shown
        ]
        if any(field.name in bot.configured for field in shown):
            lines += ["", ask.say(BotsWords.LOCKED)]
        buttons = [go(ask.say(field.label), f"bot {bot.id} set {field.name}") for field in shown]
        return Screen(
            ask.say(BotsWords.SETTINGS_TITLE, name=bot.name),
            tuple(lines),
            buttons=(*columns(buttons), *pages(f"bot {bot.id} settings", ask.page, more)),
            back=f"bot {bot.id}",
            refresh=f"bot {bot.id} settings {ask.page}",
        )

    @command("bot BOT set FIELD [VALUE…]", BotsWords.SET_ABOUT)
    async def set(self, ask: Ask) -> Screen:
        """Change a field, or show it with a way to change it."""
        bot, field = ask.target, field_of(ask)
        said = ask.word("VALUE")
        if not said:
            return self._form(ask, bot, field)
        self.refuse_configured(ask, bot, field.name)
        if field.shape is Shape.TEXT:
            return await self._propose(ask, bot, field, said)
        return await self.save_value(ask, bot, field, said)

    @command("bot BOT clear FIELD", BotsWords.CLEAR_ABOUT)
    async def clear(self, ask: Ask) -> Screen:
        """Leave a field empty, so that the default holds."""
        bot, field = ask.target, field_of(ask)
        self.refuse_configured(ask, bot, field.name)
        if field.empty is KEEPS:
            raise ask.refuse(BotsWords.NEVER_EMPTY, field=ask.say(field.label))
        try:
            value = field.value(field.show(field.empty), bot) if field.empty == () else field.empty
        except WrongField as error:
            raise _wrong(ask, field, error) from None
        return await self._save(ask, bot, field, value)

    @command("bot BOT save FIELD", BotsWords.SAVE_ABOUT)
    async def save(self, ask: Ask) -> Screen:
        """Save what was shown beside the old text."""
        bot, field = ask.target, field_of(ask)
        self.refuse_configured(ask, bot, field.name)
        draft = await self.tools.store.bot_draft(bot.id, ask.actor.user_id, field.name)
        if draft is None:
            return self._form(ask, bot, field)
        if draft.base != field.of(bot):
            # Somebody else has changed it since: nobody is overruled unseen.
            await self._keep(ask, bot, field, draft.text)
            return await self._difference(ask, bot, field, draft.text, BotsWords.CHANGED_MEANWHILE)
        return await self.save_value(ask, bot, field, draft.text)

    @command("bot BOT drop FIELD", BotsWords.DROP_ABOUT)
    async def drop(self, ask: Ask) -> Screen:
        """Forget a text that was not saved."""
        bot, field = ask.target, field_of(ask)
        await self.tools.store.drop_bot_draft(bot.id, ask.actor.user_id, field.name)
        return self._form(ask, bot, field, ask.say(CommonWords.CANCELLED))

    @command("bot BOT file FIELD", BotsWords.FILE_ABOUT)
    async def file(self, ask: Ask) -> Screen:
        """A long value as a file, which can be changed and sent back."""
        bot, field = ask.target, field_of(ask)
        name = f"{bot.username or bot.id}-{field.name}.txt"
        file = Content("", kind=ContentKind.DOCUMENT, payload=field.of(bot), name=name)
        screen = self._form(ask, bot, field)
        return Screen(screen.title, buttons=screen.buttons, back=screen.back, files=(file,))

    async def save_value(self, ask: Ask, bot: Bot, field: Field, said: str) -> Screen:
        """Save what somebody typed; raises Refused when the field cannot be that."""
        try:
            value = field.value(said, bot)
        except WrongField as error:
            raise _wrong(ask, field, error) from None
        if field.name == "name" and self._taken(bot, value):
            raise ask.refuse(BotsWords.NAME_TAKEN, name=value)
        return await self._save(ask, bot, field, value)

    async def _save(self, ask: Ask, bot: Bot, field: Field, value: Any) -> Screen:
        before, after = field.of(bot), field.show(value)
        if before == after:
            await self.tools.store.drop_bot_draft(bot.id, ask.actor.user_id, field.name)
            return self._form(ask, bot, field, ask.say(BotsWords.SAME))
        entry = ask.audit(f"bot:{bot.id}", field.name, before, after)
        number, bot = await self.change(ask, bot, field.name, value, entry)
        undo = go(
            ask.say(BotsWords.UNDO_LABEL), f"bot {bot.id} restore {field.name} {number} before"
        )
        return self._form(ask, bot, field, ask.say(BotsWords.SAVED), undo)

    def _taken(self, bot: Bot, name: str) -> bool:
        return any(
            other.id != bot.id
            and name.casefold() in (other.name.casefold(), other.username.casefold())
            for other in self.tools.registry.all()
        )

    async def _propose(self, ask: Ask, bot: Bot, field: Field, said: str) -> Screen:
        """Keep a text that is not saved yet, and show what it would change."""
        draft = await self.tools.store.bot_draft(bot.id, ask.actor.user_id, field.name)
        if draft is not None and draft.origin == ask.origin:
            text = draft.text  # this very command has added to it before a crash
        elif said.startswith(MORE) and said[1:2].isspace():
            text = joined([draft.text if draft else field.of(bot), said[1:].strip()])
        else:
            text = said
        if len(text) > LIMIT:
            raise ask.refuse(BotsWords.TOO_LONG, limit=LIMIT)
        await self._keep(ask, bot, field, text)
        return await self._difference(ask, bot, field, text)

    async def _keep(self, ask: Ask, bot: Bot, field: Field, text: str) -> None:
        draft = Draft(field.of(bot), text, ask.origin)
        await self.tools.store.put_bot_draft(
            bot.id, ask.actor.user_id, field.name, draft, self.tools.clock.now()
        )

    async def _difference(
        self, ask: Ask, bot: Bot, field: Field, text: str, note: BotsWords | None = None
    ) -> Screen:
        """What saving a text would change."""
        old, lines = field.of(bot), []
        target = f"bot {bot.id} {{}} {field.name}".format
        buttons = [go(ask.say(BotsWords.SAVE_LABEL), target("save"))]
        try:
            field.value(text, bot)
        except WrongField as error:
            lines.append(ask.say(BotsWords.WRONG, why=str(error)))
            buttons = []
        if note is not None:
            lines.append(ask.say(note))
        lines.append(ask.say(BotsWords.LENGTHS, before=len(old), after=len(text)))
        lines.append(ask.say(BotsWords.ADD_MORE, command=f"/admin {target('set')} {MORE} …"))
        return Screen(
            ask.say(BotsWords.UNSAVED, name=bot.name, field=ask.say(field.label)),
            tuple(lines),
            code=await difference(old, text) or ask.say(BotsWords.SAME),
            buttons=(
                (*buttons, go(ask.say(CommonWords.CANCEL), target("drop"))),
                (go(ask.say(BotsWords.REWRITE_LABEL), target("set")),),
            ),
        )

    def _form(self, ask: Ask, bot: Bot, field: Field, note: str = "", *extra: Button) -> Screen:
        """What a field is, what it means, and how it is changed."""
        value, target = field.of(bot), f"bot {bot.id} set {field.name}"
        mine = field.name not in bot.configured
        lines = [note, ""] if note else []
        lines.append(ask.say(field.about))
        if not mine:
            lines += ["", ask.say(BotsWords.CONFIGURED, name=bot.name, field=field.name)]
        elif note:
            # It is done: what comes next is meant for the bot, to see how it is now.
            extra = (*extra, go(ask.say(BotsWords.REWRITE_LABEL), target))
        elif field.shape is Shape.TEXT:
            lines += ["", ask.say(BotsWords.SEND_TEXT)]
        elif field.shape is Shape.LINE:
            lines += ["", ask.say(BotsWords.SEND_LINE)]
        rows = self._choices(bot, field, value) if mine else ()
        tools = [*extra, go(ask.say(BotsWords.HISTORY_LABEL), f"bot {bot.id} history {field.name}")]
        if mine and field.empty is not KEEPS and value and value not in field.choices:
            tools.append(go(ask.say(BotsWords.CLEAR_LABEL), f"bot {bot.id} clear {field.name}"))
        if len(value) > SHOWN:
            tools.append(go(ask.say(BotsWords.FILE_LABEL), f"bot {bot.id} file {field.name}"))
        awaits = mine and not note and field.shape is not Shape.CHOICE
        return Screen(
            ask.say(BotsWords.FIELD_TITLE, bot=called(bot), field=ask.say(field.label)),
            tuple(lines),
            code=(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")
            or ask.say(CommonWords.NONE),
            buttons=(*rows, *columns(tools)),
            back=f"bot {bot.id} settings {_page_of(field)}",
            refresh=target,
            awaits=target if awaits else "",
        )

    def _choices(self, bot: Bot, field: Field, value: str) -> Buttons:
        """What may be chosen with a press; the present one is marked."""
        choices = list(field.choices)
        if field.name in ("model", "fallback_model"):
            choices += self._models(bot)
        return columns(
            [
                go(
                    f"✓ {choice}" if choice == value else choice,
                    f"bot {bot.id} set {field.name} {choice}",
                )
                for choice in choices
            ]
        )

    def _models(self, bot: Bot) -> list[str]:
        """Models that are in use here."""
        registry = self.tools.registry
        known = dict.fromkeys([bot.model, *bot.models, registry.model_of(bot)])
        known |= dict.fromkeys(registry.model_of(other) for other in registry.all())
        return [model for model in known if model][:SUGGESTED]


def field_of(ask: Ask) -> Field:
    """The field that is named; raises Refused."""
    said = ask.word("FIELD").lower().replace("-", "_")
    if said in FIELDS:
        return FIELDS[said]
    near = difflib.get_close_matches(said, FIELDS, n=1)
    known = ", ".join(FIELDS)
    if near:
        raise ask.refuse(BotsWords.NO_FIELD_NEAR, said=said, near=near[0], known=known)
    raise ask.refuse(BotsWords.NO_FIELD, said=said, known=known)


async def difference(old: str, new: str) -> str:
    """The lines that go and come, with one line around each; empty when they are the same."""
    if len(old) + len(new) < QUICK:
        return _difference(old, new)
    return await asyncio.to_thread(_difference, old, new)


def _difference(old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _wrong(ask: Ask, field: Field, error: WrongField) -> Exception:
    about = ask.say(field.about)
    return ask.refuse(
        BotsWords.WRONG_VALUE, field=ask.say(field.label), why=str(error), about=about
    )


def _glance(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= GLANCE else f"{line[: GLANCE - 1]}…"


def _page(page: int) -> tuple[list[Field], bool]:
    fields = list(FIELDS.values())
    begin = (page - 1) * PAGE
    return fields[begin : begin + PAGE], len(fields) > begin + PAGE


def _page_of(field: Field) -> int:
    return list(FIELDS).index(field.name) // PAGE + 1
