### Доступ, приглашения и журнал изменений. Роли пишутся ADMIN, MANAGER и USER.

accounts-title = Доступ
accounts-about = Кто управляет ботами и с какой ролью
accounts-hint = Те, кому доступна команда /admin. Нажмите на имя, чтобы изменить.
accounts-role-admin = ADMIN
accounts-role-manager = MANAGER
accounts-role-user = USER
accounts-role-admin-may = Всё: все боты, доступ и настройки.
accounts-role-manager-may = Все боты, но без доступа и настроек.
accounts-role-user-may = Только боты, которых добавил сам.
accounts-disabled = отключён
accounts-configured = config.toml
accounts-you = вы
accounts-show = Показать
accounts-open = ⚙️ Управление

accounts-card-about = Одна учётная запись: роль, боты и что с ней можно сделать
accounts-card-id = Telegram id: { $id }
accounts-card-bots = { $count ->
    [0] Своих ботов нет.
    [one] { $count } свой бот.
    [few] { $count } своих бота.
   *[many] { $count } своих ботов.
}
accounts-card-since = С { $time }.
accounts-card-since-by = С { $time }, добавил(а) { $who }.
accounts-card-disabled = ⛔ Доступ отключён: пока его не включат, /admin не отвечает.
accounts-card-configured = Записан в config.toml: всегда ADMIN. Чтобы это изменить, исправьте там admin.ids и перезапустите.
accounts-make = Сделать { $role }
accounts-disable = ⛔ Отключить
accounts-enable = ✅ Включить
accounts-remove = 🗑 Удалить
accounts-changes = 🕘 Изменения

accounts-add = ➕ Добавить
accounts-add-about = Дать доступ по id или @имени
accounts-add-ask = Кого добавить?
accounts-add-how = Пришлите Telegram id, например 123456789, или @имя того, кто уже писал одному из ботов. Следом можно указать роль: «@ann MANAGER». Свой id человек узнает у @userinfobot.
accounts-add-role = Какая роль для { $who }?
accounts-add-unknown = Я не знаю { $who }: бот видит только тех, кто ему писал. Пришлите числовой id или пригласите по ссылке.
accounts-add-exists = Такая учётная запись уже есть.
accounts-add-bot = Это бот. Доступ дают людям.
accounts-added = ✅ Добавлено.
accounts-added-start = Этот человек ещё не писал ни одному боту здесь: попросите открыть @{ $bot } и отправить /admin.
accounts-no-role = «{ $said }» — не роль. Есть ADMIN, MANAGER и USER.
accounts-unknown = У { $who } нет доступа. Дать его: «/admin account add».

accounts-role-about = Сменить роль
accounts-role-set = ✅ Роль изменена.
accounts-disable-about = Отключить доступ к /admin; ничего не удаляется
accounts-disable-done = ✅ Отключено. Боты продолжают работать.
accounts-enable-about = Снова включить доступ
accounts-enable-done = ✅ Включено.
accounts-remove-about = Спросить перед удалением учётной записи
accounts-remove-yes-about = Удалить учётную запись; её боты перейдут к администраторам
accounts-remove-ask = Удалить учётную запись { $who }?
accounts-remove-bots = { $count ->
    [one] Её { $count } бот продолжит работать и перейдёт к администраторам.
    [few] Её { $count } бота продолжат работать и перейдут к администраторам.
   *[many] Её { $count } ботов продолжат работать и перейдут к администраторам.
}
accounts-remove-yes = 🗑 Да, удалить
accounts-remove-done = ✅ Удалено.
accounts-is-configured = Этот id записан в config.toml (admin.ids) и всегда ADMIN, чтобы никто не остался без доступа. Чтобы это изменить, исправьте файл и перезапустите.
accounts-last-admin = Ничего не изменилось: иначе не осталось бы ни одного ADMIN. Сначала назначьте другого.

accounts-invite = ✉️ Пригласить по ссылке
accounts-invite-about = Создать ссылку: кто откроет её первым, получит доступ (на 7 дней или от 1 до 90)
accounts-invite-role = Какую роль даст ссылка?
accounts-invite-made = Ссылка для одного { $role }
accounts-invite-link = Кто откроет её первым, получит доступ. Она сработает один раз, до { $time }, и больше не показывается: отправьте её только тому, кому нужно.
accounts-invite-share = Отправить…
accounts-invite-days = Срок ссылки — целое число дней от 1 до { $limit }.
accounts-invite-no-username = У этого бота пока нет имени, поэтому ссылку на него не сделать. Попробуйте через минуту или в другом боте.
accounts-invites = ✉️ Открытые приглашения
accounts-invites-about = Ссылки, которыми ещё можно воспользоваться
accounts-invites-none = Их нет.
accounts-invites-line = №{ $id } { $role }, от { $who }, до { $time }
accounts-invites-revoke = Отозвать №{ $id }
accounts-revoke-about = Отозвать ссылку
accounts-revoke-gone = ✅ Приглашение №{ $id } отозвано.
accounts-invite-invalid = Это приглашение больше не действует: оно использовано, отозвано или устарело. Попросите новое у того, кто его прислал.
accounts-claim-invalid = Эта ссылка больше не действует: она срабатывает один раз и живёт 15 минут. Новую выдаст команда kotodom claim на сервере.
accounts-by-operator = команды kotodom claim на сервере
accounts-invite-already = У вас здесь уже есть роль { $role }.
accounts-welcome = Добро пожаловать!
accounts-welcome-line = Теперь ваша роль — { $role }. Команда /admin открывает управление в любом из ботов.
accounts-accepted = { $name } принимает ваше приглашение. Роль — { $role }.

accounts-audit = 🕘 Журнал изменений
accounts-audit-about = Кто что изменил, сначала новое
accounts-audit-title = Журнал изменений
accounts-audit-none = Пока ничего не меняли.
accounts-audit-of-about = Изменения одного объекта: «audit of bot:3», «audit of account:501»
accounts-audit-of-title = Изменения: { $what }
accounts-audit-entry-about = Одно изменение: что было и что стало
accounts-audit-entry-title = Изменение №{ $id }, { $time }
accounts-audit-who = Кто: { $who }
accounts-audit-what = Команда: { $what }
accounts-audit-object = О чём: { $what }
accounts-audit-find = 🔎 Поиск
accounts-audit-find-about = Искать в журнале имя, id или значение
accounts-audit-find-ask = Что искать? Пришлите имя, id, поле или значение.
accounts-audit-found = Изменения, где есть «{ $text }»
accounts-audit-found-none = Изменений с «{ $text }» здесь нет.
accounts-audit-further = 🔎 Искать дальше
accounts-audit-further-about = Искать среди изменений до указанного
accounts-audit-further-type = Чтобы искать дальше, напишите: { $command }
