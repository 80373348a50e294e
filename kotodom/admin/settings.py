"""/admin settings: what can be set while Kotodom runs."""

import difflib

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.settings import SettingsWords, about_words, name_words
from kotodom.model import AccountRole, Button, Buttons
from kotodom.settings import (
    KEEP_DAYS,
    SETTINGS,
    AnySetting,
    DoesNotFit,
    Source,
    Unit,
    Value,
    ValueKind,
    setting_called,
)

_ADMIN = AccountRole.ADMIN
_MARKS = {Source.CONFIG: "🔒 ", Source.ADMIN: "✏️ ", Source.DEFAULT: ""}
_MAY_BE_EMPTY = (ValueKind.BOT, ValueKind.CHAT)
NOTHING = "-"
"""Stands for an empty value where one is typed."""

_MUST = {
    ValueKind.WHOLE: SettingsWords.MUST_WHOLE,
    ValueKind.NUMBER: SettingsWords.MUST_NUMBER,
    ValueKind.SWITCH: SettingsWords.MUST_SWITCH,
    ValueKind.CHOICE: SettingsWords.MUST_CHOICE,
    ValueKind.TEXT: SettingsWords.MUST_TEXT,
    ValueKind.ZONE: SettingsWords.MUST_ZONE,
    ValueKind.TIME: SettingsWords.MUST_TIME,
    ValueKind.BOT: SettingsWords.MUST_BOT,
    ValueKind.CHAT: SettingsWords.MUST_CHAT,
}
_UNITS = {
    Unit.SECONDS: SettingsWords.UNIT_SECONDS,
    Unit.MINUTES: SettingsWords.UNIT_MINUTES,
    Unit.DAYS: SettingsWords.UNIT_DAYS,
    Unit.TOKENS: SettingsWords.UNIT_TOKENS,
    Unit.CHARACTERS: SettingsWords.UNIT_CHARACTERS,
    Unit.MEGABYTES: SettingsWords.UNIT_MEGABYTES,
}


class Settings(Noun):
    """The commands about settings."""

    @command("settings [PAGE]", SettingsWords.ABOUT, role=_ADMIN)
    async def list(self, ask: Ask) -> Screen:
        """Every setting with its value."""
        shown = SETTINGS[(ask.page - 1) * PAGE : ask.page * PAGE]
        rows = tuple((self._row(ask, setting),) for setting in shown)
        more = len(SETTINGS) > ask.page * PAGE
        return Screen(
            ask.say(SettingsWords.TITLE),
            (ask.say(SettingsWords.HINT),),
            buttons=(*rows, *pages("settings", ask.page, more)),
            refresh=f"settings {ask.page}",
        )

    def _row(self, ask: Ask, setting: AnySetting) -> Button:
        settings = self.tools.settings
        shown = self._shown(ask, setting, settings.wanted(setting))
        mark = _MARKS[settings.source(setting)]
        return go(f"{mark}{ask.say(name_words(setting))}: {shown}", f"setting {setting.key}")

    @command("setting KEY", SettingsWords.CARD_ABOUT, role=_ADMIN)
    async def card(self, ask: Ask) -> Screen:
        """One setting."""
        return self._card(ask, _find(ask))

    @command("setting KEY set [VALUE…]", SettingsWords.SET_ABOUT, role=_ADMIN)
    async def set(self, ask: Ask) -> Screen:
        """Change one; without a value, ask for it."""
        setting = self._changeable(ask)
        if not ask.word("VALUE").strip():
            return Screen(
                ask.say(SettingsWords.ASK, name=ask.say(name_words(setting))),
                (ask.say(SettingsWords.MUST, must=_must(ask, setting)),),
                back=f"setting {setting.key}",
                awaits=f"setting {setting.key} set",
            )
        value = self._read(ask, setting)
        if self._deletes(setting, value):
            return _ask_before_deleting(ask, int(value))
        return await self._change(ask, setting, value)

    @command("setting KEY confirm VALUE", SettingsWords.CONFIRM_ABOUT, role=_ADMIN)
    async def confirm(self, ask: Ask) -> Screen:
        """Change one although that deletes something."""
        setting = self._changeable(ask)
        return await self._change(ask, setting, self._read(ask, setting))

    @command("setting KEY reset", SettingsWords.RESET_ABOUT, role=_ADMIN)
    async def reset(self, ask: Ask) -> Screen:
        """Let the default count again."""
        setting = self._changeable(ask)
        default = self.tools.settings.unset(setting)
        if self._deletes(setting, default):
            return _ask_before_deleting(ask, int(default))
        return await self._change(ask, setting, None)

    # -- what they share ---------------------------------------------------------------------

    def _changeable(self, ask: Ask) -> AnySetting:
        setting = _find(ask)
        if self.tools.settings.source(setting) is Source.CONFIG:
            raise ask.refuse(SettingsWords.IN_CONFIG)
        return setting

    def _read(self, ask: Ask, setting: AnySetting) -> Value:
        """The value that somebody wrote, if it fits the setting and the others."""
        said = ask.word("VALUE").strip()
        if said == NOTHING and setting.kind in _MAY_BE_EMPTY:
            return ""
        try:
            value: Value = setting.read(said)
        except DoesNotFit:
            must = _must(ask, setting)
            raise ask.refuse(SettingsWords.WRONG, said=said[:60], must=must) from None
        if setting.kind is ValueKind.BOT:
            bot = self.tools.find_bot(said)
            if bot is None:
                raise ask.refuse(SettingsWords.NO_BOT, said=said[:60])
            value = bot.name
        if (other := self.tools.settings.conflict(setting, value)) is not None:
            shown = self._shown(ask, other, self.tools.settings.wanted(other))
            raise ask.refuse(SettingsWords.CONFLICT, name=ask.say(name_words(other)), value=shown)
        return value

    def _deletes(self, setting: AnySetting, value: Value) -> bool:
        """Whether conversations would be deleted that are kept now."""
        if setting is not KEEP_DAYS or not value:
            return False
        now = self.tools.settings.wanted(KEEP_DAYS)
        return not now or int(value) < now

    async def _change(self, ask: Ask, setting: AnySetting, value: Value | None) -> Screen:
        settings = self.tools.settings
        before = settings.wanted(setting)
        after = settings.unset(setting) if value is None else value
        if before == after and (value is None) is (settings.source(setting) is Source.DEFAULT):
            return self._card(ask, setting, ask.say(SettingsWords.SAME))
        entry = ask.audit(f"setting:{setting.key}", "", setting.write(before), setting.write(after))
        written = None if value is None else setting.write(value)
        await self.tools.store.store_setting(setting.key, written, entry, self.tools.clock.now())
        settings.put(setting, value)
        return self._card(ask, setting, ask.say(SettingsWords.DONE))

    def _card(self, ask: Ask, setting: AnySetting, told: str = "") -> Screen:
        settings = self.tools.settings
        source = settings.source(setting)
        running, wanted = settings.get(setting), settings.wanted(setting)
        lines = [told, ""] if told else []
        lines += [
            ask.say(about_words(setting)),
            "",
            ask.say(SettingsWords.NOW, value=self._shown(ask, setting, running)),
        ]
        if running != wanted:
            pending = self._shown(ask, setting, wanted)
            lines.append(ask.say(SettingsWords.PENDING, value=pending))
        if source is not Source.CONFIG:
            default = self._shown(ask, setting, settings.unset(setting))
            lines.append(ask.say(SettingsWords.DEFAULT, value=default))
        lines.append(ask.say(SettingsWords.MUST, must=_must(ask, setting)))
        lines.append(ask.say(SettingsWords.LIVE if setting.live else SettingsWords.RESTART))
        if source is Source.CONFIG:
            lines.append(ask.say(SettingsWords.IN_CONFIG))
        elif source is Source.ADMIN:
            lines.append(ask.say(SettingsWords.CHANGED))
        lines += ["", setting.key]
        return Screen(
            ask.say(name_words(setting)),
            tuple(lines),
            buttons=self._buttons(ask, setting, source),
            back=f"settings {SETTINGS.index(setting) // PAGE + 1}",
            refresh=f"setting {setting.key}",
        )

    def _buttons(self, ask: Ask, setting: AnySetting, source: Source) -> Buttons:
        at = f"setting {setting.key}"
        history = go(ask.say(SettingsWords.HISTORY), f"audit of setting:{setting.key}")
        if source is Source.CONFIG:
            return ((history,),)
        wanted = self.tools.settings.wanted(setting)
        steps = [
            go(
                ("• " if value == wanted else "") + self._shown(ask, setting, value),
                f"{at} set {setting.write(value)}",
            )
            for value in self._offers(setting)
        ]
        last = [go(ask.say(SettingsWords.TYPE), f"{at} set")]
        if setting.kind in (ValueKind.SWITCH, ValueKind.CHOICE):
            last = []
        if setting.kind in _MAY_BE_EMPTY and wanted:
            last.append(go(ask.say(SettingsWords.CLEAR), f"{at} set {NOTHING}"))
        if source is Source.ADMIN:
            last.append(go(ask.say(SettingsWords.RESET), f"{at} reset"))
        # The one that takes a text is the first: a reply to the screen means it.
        typed, others = last[:1], last[1:]
        return (tuple(typed), *columns(steps, 3), (*others, history))

    def _offers(self, setting: AnySetting) -> "tuple[Value, ...]":
        """Values that one tap chooses."""
        match setting.kind:
            case ValueKind.SWITCH:
                return (True, False)
            case ValueKind.CHOICE:
                return setting.choices
            case ValueKind.TEXT if setting.key == "openai.model":
                used = [bot.model for bot in self.tools.registry.all() if bot.model]
                known = [self.tools.settings.unset(setting), *used]
                return tuple(dict.fromkeys(known))[:6]
            case ValueKind.BOT:
                return tuple(bot.name for bot in self.tools.registry.all()[:6])
        return tuple(setting.steps)

    @staticmethod
    def _shown(ask: Ask, setting: AnySetting, value: Value) -> str:
        """A value as people read it."""
        written = setting.write(value)
        if setting.unit is Unit.NONE:
            return written or ask.say(SettingsWords.EMPTY)
        return ask.say(_UNITS[setting.unit], value=written)


def _find(ask: Ask) -> AnySetting:
    key = ask.word("KEY")
    setting = setting_called(key)
    if setting is not None:
        return setting
    known = [one.key for one in SETTINGS]
    near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.5)
    if near:
        raise ask.refuse(SettingsWords.UNKNOWN_NEAR, key=key, near=near[0])
    raise ask.refuse(SettingsWords.UNKNOWN, key=key)


def _must(ask: Ask, setting: AnySetting) -> str:
    """What a value must be."""
    match setting.kind:
        case ValueKind.WHOLE | ValueKind.NUMBER:
            return ask.say(
                _MUST[setting.kind], least=f"{setting.least:.10g}", most=f"{setting.most:.10g}"
            )
        case ValueKind.CHOICE:
            return ask.say(_MUST[setting.kind], choices=", ".join(setting.choices))
    return ask.say(_MUST[setting.kind])


def _ask_before_deleting(ask: Ask, days: int) -> Screen:
    yes = go(
        ask.say(SettingsWords.DELETE_YES, days=days), f"setting {KEEP_DAYS.key} confirm {days}"
    )
    return Screen(
        ask.say(SettingsWords.DELETE_ASK),
        (ask.say(SettingsWords.DELETE_LINE, days=days),),
        buttons=((yes,),),
        back=f"setting {KEEP_DAYS.key}",
    )
