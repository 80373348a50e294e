### Боты: добавить, посмотреть, изменить, удалить. Простой текст; метки стоят на кнопках.

bots-title = Боты: { $count }
bots-about = Ваши боты и что с каждым
bots-none-yet = Ботов пока нет. Нажмите «Добавить бота» или просто пришлите мне токен бота.
bots-state-starting = запускается
bots-state-polling = работает
bots-state-stalled = запущен, но от Telegram слишком долго ничего нет
bots-state-failed = остановлен из-за ошибки
bots-state-stopped = остановлен
bots-polled = { $state }, опрошен { $ago } назад
bots-today = ждут: { $waiting } · сегодня { $answers ->
    [one] { $answers } ответ
    [few] { $answers } ответа
   *[many] { $answers } ответов
}, { $spent }
bots-unpriced = {" "}и { $count } без известной цены
bots-add-label = ➕ Добавить бота
bots-create-label = ✨ Создать бота

bots-card-about = Один бот: что с ним и что с ним можно сделать
bots-card =
    Модель: { $model }
    Доступ: { $access } · Группы: { $groups }
    Номер: { $number }
bots-in-file = Задано в config.toml: { $fields }
bots-left-file = Его больше нет в config.toml, и токена тоже. Пришлите токен, чтобы вернуть бота.
bots-added = Добавлен через /admin
bots-owned = Чей: { $owner }
bots-card-label = Бот
bots-open-label = Открыть t.me/{ $username }
bots-settings-label = ⚙️ Настройки
bots-prompt-label = 📝 Промпт
bots-enable-label = ▶️ Запустить
bots-disable-label = ⏸ Остановить
bots-restart-label = 🔄 Перезапустить
bots-token-label = 🔑 Новый токен
bots-clone-label = ⧉ Клонировать
bots-export-label = ⬇️ Выгрузить
bots-delete-label = 🗑 Удалить
bots-chats-label = 💬 Чаты
bots-messages-label = 📥 Сообщения
bots-people-label = 👤 Люди
bots-money-label = 🚦 Лимиты
bots-broadcast-label = 📣 Рассылка
bots-enable-about = Запустить бота
bots-disable-about = Остановить бота; что ему пишут, подождёт
bots-restart-about = Перезапустить бота; ничего не пропадёт
bots-enabled = { $name } запускается.
bots-disabled = { $name } остановлен. Что ему пишут, ждёт в Telegram до 24 часов.
bots-restarted = { $name } запускается заново.
bots-not-enabled = { $name } остановлен: запустите его.
bots-no-token = У { $name } нет годного токена. Пришлите мне токен, и он запустится.
bots-own-branch = Вы говорите со мной через { $name }: без него вы не сможете продолжить. Сделайте это через другого бота.
bots-configured = «{ $field }» для { $name } задано в config.toml, и при каждом запуске действует файл. Измените там (или уберите строку) и перезапустите Kotodom.

bots-add-about = Добавить бота по токену; просто присланный токен делает то же
bots-add-title = Добавить бота
bots-add-how =
    1. Напишите /newbot боту @BotFather и следуйте за ним.
    2. Пришлите мне токен, который он даст (123456789:AA…).

    Ваше сообщение тут же удаляется, а токен хранится запечатанным.
bots-create-about = Создать бота в одно касание
bots-create-title = Создать бота
bots-create-how = Нажмите кнопку под полем ввода. Telegram спросит имя, и бот сразу появится здесь.
bots-new-name = Новый бот
bots-cannot-create = @{ $name } пока не может управлять другими ботами. Откройте Mini App у @BotFather, выберите @{ $name }, включите «Bot Management Mode» и нажмите кнопку снова. Или создайте бота там командой /newbot и пришлите мне токен.
bots-too-long = Слишком длинно: во всём тексте может быть не больше { $limit } знаков. То, что было раньше, осталось.
# $username: without @.
bots-created-gone = @{ $username } здесь удалён. Чтобы вернуть его, пришлите мне его токен.
bots-created-about = Это говорит сам Telegram, когда вы создали бота
bots-not-from-telegram = Так может сказать только сам Telegram. Чтобы добавить бота, пришлите его токен.
bots-token-about = Дать боту новый токен
bots-token-title = Новый токен для { $name }
bots-token-how = Пришлите токен { $bot } (@BotFather: /token или /revoke, чтобы сделать новый). Ваше сообщение тут же удаляется.
bots-clone-about = Добавить бота с настройками этого
bots-clone-title = Клон { $name }
bots-clone-how = Пришлите токен нового бота (@BotFather: /newbot). Он начнёт с настройками { $name }; чаты не копируются.
bots-clone-known = @{ $username } уже известен, у него свои настройки. Для клона нужен новый бот.
bots-anothers-token = Это токен @{ $username }, а не { $name }. Чтобы добавить @{ $username }, пришлите токен отдельно.
bots-no-token-there = Здесь нет токена бота. Он выглядит так: 123456789:AA…, и его даёт @BotFather; скопируйте целиком.
bots-bad-token = Telegram не принимает этот токен. Скопируйте его у @BotFather ещё раз или сделайте там новый: /revoke. Ваше сообщение удалено.
bots-unreachable = Сейчас не удалось спросить Telegram ({ $why }). Ничего не изменилось; пришлите ещё раз.
bots-no-key = Токен не сохранить надёжно, поэтому ничего не изменилось. { $why }
bots-not-wiped = ⚠️ Не удалось удалить ваше сообщение, а в нём секрет: удалите его сами, пожалуйста.
bots-others = @{ $username } уже здесь, и управляет им кто-то другой. Спросите администратора.
bots-came-new = ✅ { $name } здесь и уже отвечает. Скажите, кем ему быть: промпт пока пуст.
bots-came-token = ✅ { $name } теперь работает с этим токеном.
bots-came-back = ✅ { $name } снова здесь, с прежними настройками.
bots-still-disabled = Он остановлен, как и был. Запустите, когда захотите.

bots-key-about = Дать боту свой ключ провайдера; «off» забирает его
bots-key-label = 🗝 Ключ провайдера
bots-key-title = { $name }: ключ провайдера
bots-key-own = У него свой ключ: то, что он спрашивает у модели, оплачивается им.
bots-key-shared = Своего ключа у него нет: то, что он спрашивает у модели, оплачивается ключом из config.toml.
bots-key-how = Пришлите ключ для одного этого бота. Он сразу проверяется, хранится запечатанным и нигде не показывается; ваше сообщение удаляется.
bots-key-off-label = ✖️ Забрать
bots-key-saved = ✅ Ключ работает, и { $name } теперь пользуется им.
bots-key-taken = { $name } снова пользуется ключом из config.toml.
bots-key-bad = Ключ не прошёл проверку: { $why }. Ничего не изменено. Ваше сообщение удалено.
bots-key-untested = Сейчас проверить ключ не удалось ({ $why }). Ничего не изменено; пришлите его ещё раз, пожалуйста.
bots-key-not-there = Это не ключ: пришлите только сам ключ, одной строкой и без пробелов.
bots-key-unkept = Ключ негде хранить безопасно, поэтому ничего не изменено. { $why }

bots-settings-about = Все настройки бота
bots-settings-title = { $name }: настройки
bots-locked = 🔒 задано в config.toml
bots-set-about = Изменить настройку бота; длинный текст — и ответом, файлом .txt или следующим сообщением
bots-clear-about = Очистить настройку: действует значение по умолчанию
bots-save-about = Сохранить текст, показанный для сравнения
bots-drop-about = Забыть несохранённый текст
bots-file-about = Настройка текстовым файлом
bots-field-title = { $bot }: { $field }
bots-send-text = Пришлите новый текст сообщением (или несколькими) или файлом .txt. Перед сохранением вы увидите разницу. «+ …» добавляет к тексту.
bots-send-line = Пришлите новое значение.
bots-unsaved = { $name }: { $field }, ещё не сохранено
bots-lengths = { $before } → { $after } символов
bots-add-more = Добавить ещё: { $command }
bots-changed-meanwhile = ⚠️ Тем временем это изменил кто-то другой: вот разница с тем, что есть сейчас.
bots-saved = ✅ Сохранено. Действует со следующего сообщения.
bots-same = Так уже и есть: ничего не изменилось.
bots-wrong = ❌ Так сохранить нельзя: { $why }
bots-wrong-value =
    «{ $field }» таким быть не может: { $why }

    { $about }
bots-never-empty = «{ $field }» нельзя очистить: выберите другое значение.
bots-name-taken = Здесь уже есть бот с именем «{ $name }». Выберите другое имя.
bots-no-field = Настройки «{ $said }» нет. Есть: { $known }.
bots-no-field-near = Настройки «{ $said }» нет; может быть, «{ $near }»? Есть: { $known }.
bots-save-label = 💾 Сохранить
bots-rewrite-label = ✏️ Написать заново
bots-clear-label = ✖️ Очистить
bots-file-label = 📄 Файлом
bots-undo-label = ↩️ Отменить
bots-history-label = 🕓 Версии

bots-history-about = Версии настройки: кто и когда её менял
bots-history-title = { $name }: версии, { $field }
bots-no-history = Здесь её ещё никто не менял.
bots-version-about = Одна версия настройки
bots-version-title = { $field }, версия #{ $number }
bots-version-line = #{ $number } · { $at } · { $who } · { $before } → { $after } символов
bots-no-version = Версии #{ $number } здесь нет.
bots-restore-about = Вернуть настройку к тому, что было после изменения или («before») до него
bots-restore-label = ⏪ Вернуть эту версию
bots-restore-before-label = ⏪ Вернуть, что было до неё

bots-export-about = Настройки и история бота файлом JSON, начиная после этого сообщения
bots-export-title = { $name }: история
bots-exported = { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[many] { $count } сообщений
} в файле ниже.
bots-export-empty = С { $name } больше ничего не говорили.
bots-export-more = ⬇️ Следующая часть
bots-delete-about = Удалить бота
bots-delete-title = Удалить { $name }?
bots-delete-ask = Бот остановится, токен забудется, ждущие сообщения останутся без ответа. Переписка может остаться в базе (тогда бот вернётся с ней, когда вы снова пришлёте токен) или удалиться навсегда. Если она может понадобиться, сначала выгрузите её.
bots-delete-keep-label = 🗑 Удалить, историю оставить
bots-delete-all-label = 🔥 Удалить со всей историей
bots-delete-keep-about = Удалить бота, оставив переписку; спросит его имя
bots-delete-all-about = Удалить бота со всей перепиской; спросит его имя
bots-delete-name = Чтобы продолжить, пришлите имя бота: { $name }
bots-delete-wrong = Это не его имя. Чтобы удалить, пришлите: { $name }
bots-delete-configured = { $name } задан в config.toml: уберите его раздел [[bots]] и перезапустите Kotodom. История останется.
bots-deleted = { $name } удалён. Переписка сохранена: пришлите токен, чтобы вернуть бота.
bots-deleted-all = { $name } удалён. Переписка сейчас удаляется.

bots-alert-sealed = { $bot } не запускается: его токен не открыть ({ $reason }). Его сообщения сохраняются.
bots-alert-key-sealed = { $bot } не может спросить модель: его собственный ключ провайдера не открыть ({ $reason }). Вопросы ждут.

bots-field-name = имя
bots-about-name = Как его называют журнал, оповещения и экраны: 1–64 символа в одну строку, у каждого бота своё.
bots-field-prompt = промпт
bots-about-prompt = Кем модели велено быть.
bots-field-model = модель
bots-about-model = Модель, которая отвечает. «default»: общая для ботов без своей.
bots-field-models = модели на выбор
bots-about-models = Из чего люди могут выбирать командой /model: названия через запятую. Пусто: нельзя.
bots-field-fallback-model = запасная модель
bots-about-fallback-model = Отвечает, когда деньги на основную потрачены. «none»: тогда никто.
bots-field-start-message = ответ на /start
bots-about-start-message = Что люди получают на /start. Пусто: приветствие на их языке.
bots-field-help-message = ответ на /help
bots-about-help-message = Что люди получают на /help. Пусто: что я умею, на их языке.
bots-field-error-message = сообщение об ошибке
bots-about-error-message = Что люди получают, когда на их сообщение не ответить. Пусто: наше, на их языке.
bots-field-access = доступ
bots-about-access = Кто может с ним говорить. public: все. approval: кого вы впустите, вас спросят при первом сообщении. allowlist: кого вы впустили. invite: кто пришёл по ссылке-приглашению.
bots-field-language = язык
bots-about-language = На каком языке говорит с теми, кто язык не выбрал. auto: как в их Telegram.
bots-field-rich = богатые сообщения
bots-about-rich = auto: ответы с таблицами и формулами идут богатыми сообщениями Telegram. off: никогда.
bots-field-link-previews = превью ссылок
bots-about-link-previews = on: ссылки в ответах показываются с превью.
bots-field-groups = группы
bots-about-groups = В каких группах остаётся. on: во всех. allowlist: чьи id в списке. off: ни в каких, выходит сам.
bots-field-group-ids = id групп
bots-about-group-ids = Группы для «allowlist»: id, начинаются с минуса, через запятую.
bots-field-name-pattern = образец имени
bots-about-name-pattern = Регулярное выражение: сообщение в группе, где оно находится, обращено к боту. Пусто: только @упоминания, ответы и команды.
bots-field-guest = гостевой режим
bots-about-guest = on: его можно позвать в чат, где его нет (нужно разрешить и у @BotFather).
bots-field-inline = встроенный режим
bots-about-inline = on: отвечает, где перед вопросом набран его @username, в любом чате (@BotFather: /setinline).
bots-field-inbox-id = ящик
bots-about-inbox-id = id группы-форума, где администраторы видят его беседы, по теме на каждую. «none»: нигде.
bots-field-texts = свои тексты
bots-about-texts = Свои слова вместо наших, по id: перед каждым текстом строка [id] или [id.ru]. Список id — в kotodom/i18n/en.ftl.
bots-field-keep-days = дней истории
bots-about-keep-days = Через сколько дней удаляются его вопросы и ответы; 0: никогда. «default»: как у всех ботов.
