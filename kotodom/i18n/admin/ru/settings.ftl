### Настройки. Ключи и значения пишутся так, как показаны.

settings-title = Настройки
settings-about = Что можно настроить, не перезапуская Kotodom
settings-hint = Нажмите, чтобы изменить. 🔒 задано в config.toml; ✏️ изменено здесь.
settings-card-about = Одна настройка: что она значит и какой может быть
settings-set-about = Изменить настройку
settings-confirm-about = Изменить настройку, от которой что-то удалится
settings-reset-about = Отменить изменение: снова значение по умолчанию
settings-unknown = Настройки «{ $key }» нет. Все настройки: «/admin settings».
settings-unknown-near = Настройки «{ $key }» нет. Может быть, { $near }?
settings-now = Сейчас: { $value }
settings-default = По умолчанию: { $value }
settings-must = Подходит { $must }.
settings-in-config = 🔒 Задано в config.toml (или переменной KOTODOM_…), это важнее. Чтобы менять здесь, удалите ключ там и перезапустите.
settings-changed = ✏️ Изменено здесь.
settings-live = Действует сразу.
settings-restart = Действует после перезапуска.
settings-pending = ⏳ После перезапуска: { $value }.
settings-type = ✍️ Ввести значение
settings-ask = Пришлите новое значение для «{ $name }».
settings-reset = ↩️ По умолчанию
settings-clear = ∅ Пусто
settings-history = 🕘 Изменения
settings-done = ✅ Изменено.
settings-same = Так уже и есть.
settings-wrong = «{ $said }» не подходит. Нужно: { $must }.
settings-conflict = Это противоречит настройке «{ $name }», сейчас { $value }. Сначала измените её.
settings-no-bot = Бота «{ $said }» здесь нет.
settings-delete-ask = Это удалит навсегда
settings-delete-line = Вопросы и ответы старше { $days ->
    [one] { $days } дня
   *[many] { $days } дней
} будут удалены в течение часа во всех ботах. Вернуть их нельзя. Сначала выгрузите нужное.
settings-delete-yes = 🗑 Да, хранить только { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}

settings-must-whole = целое число от { $least } до { $most }
settings-must-number = число от { $least } до { $most }
settings-must-switch = on (вкл) или off (выкл)
settings-must-choice = одно из: { $choices }
settings-must-text = одна строка текста
settings-must-zone = часовой пояс, например Europe/Moscow или UTC
settings-must-time = время дня, например 09:00
settings-must-bot = имя одного из ботов
settings-must-chat = id чата (целое число, у групп отрицательное)
settings-unit-seconds = { $value } с
settings-unit-minutes = { $value } мин
settings-unit-days = { $value } дн.
settings-unit-tokens = { $value } токенов
settings-unit-characters = { $value } символов
settings-unit-megabytes = { $value } МБ
settings-empty = нет

### Как называется каждая настройка и что она делает.

setting-name-openai-model = Модель
setting-about-openai-model = Отвечает за ботов, которым не задана своя.
setting-name-openai-context-budget = Объём контекста
setting-about-openai-context-budget = Сколько токенов истории и вопроса отправляется модели. Сначала отбрасывается самое старое. Больше — дороже.
setting-name-openai-timeout = Терпение к модели
setting-about-openai-timeout = Сколько секунд без движения ждать, прежде чем прервать попытку.
setting-name-openai-total-timeout = Самый долгий ответ
setting-about-openai-total-timeout = Сколько секунд может занять один ответ целиком.
setting-name-conversation-join-window = Окно склейки
setting-about-conversation-join-window = Сколько секунд ждать остаток альбома или разделённого текста.
setting-name-conversation-edit-window = Окно правки
setting-about-conversation-edit-window = Сколько секунд исправленный вопрос получает новый ответ. 0 — никогда.
setting-name-conversation-image-turns = Прошлые картинки
setting-about-conversation-image-turns = В скольких последних репликах картинки отправляются повторно.
setting-name-conversation-max-document-chars = Самый длинный документ
setting-about-conversation-max-document-chars = Сколько символов документа читается; остальное отбрасывается, и ответ об этом скажет.
setting-name-conversation-max-sound-minutes = Самая длинная запись
setting-about-conversation-max-sound-minutes = Сколько минут может длиться голосовое сообщение.
setting-name-conversation-keep-days = Срок хранения
setting-about-conversation-keep-days = Через сколько дней вопросы и ответы удаляются навсегда (в течение часа). 0 — хранятся всегда.
setting-name-telegram-max-download-mb = Самый большой файл
setting-about-telegram-max-download-mb = Сколько мегабайт может быть в присланном файле. Сервер Telegram отдаёт не больше 20.
setting-name-telegram-poll-timeout = Ожидание новых сообщений
setting-about-telegram-poll-timeout = Сколько секунд один запрос новых сообщений ждёт у Telegram.
setting-name-processing-concurrency = Одновременность
setting-about-processing-concurrency = Сколько вопросов обрабатывается сразу во всём процессе.
setting-name-processing-max-attempts = Попытки
setting-about-processing-max-attempts = Сколько раз пробовать ответить, прежде чем отправить сообщение об ошибке.
setting-name-processing-retry-base = Первая пауза
setting-about-processing-retry-base = Сколько секунд ждать перед второй попыткой; дальше удваивается.
setting-name-processing-retry-max = Самая долгая пауза
setting-about-processing-retry-max = Сколько секунд ждать между попытками самое большее.
setting-name-processing-backlog-limit = Предел очереди
setting-about-processing-backlog-limit = При скольких неотвеченных сообщениях опрос приостанавливается; остальное сутки хранит Telegram.
setting-name-processing-min-free-disk-mb = Место на диске
setting-about-processing-min-free-disk-mb = Опрос приостанавливается и когда на диске свободно меньше мегабайт. 0 — никогда.
setting-name-breaker-fail-max = Сбои провайдера
setting-about-breaker-fail-max = После скольких сбоев подряд его на время оставляют в покое.
setting-name-breaker-reset-timeout = Передышка провайдера
setting-about-breaker-reset-timeout = Через сколько секунд пробовать снова. Сообщения ждут, ничего не теряется.
setting-name-log-level = Уровень журнала
setting-about-log-level = С какого уровня строки попадают в журнал. DEBUG записывает и тексты людей.
setting-name-admin-timezone = Часовой пояс
setting-about-admin-timezone = По нему считаются дни, месяцы и время здесь, например Europe/Moscow.
setting-name-alerts-bot = Бот для оповещений
setting-about-alerts-bot = Какой бот присылает оповещения и сводку. Пусто — первый, который может написать.
setting-name-alerts-chat = Чат для оповещений
setting-about-alerts-chat = id чата или группы, куда идут оповещения вместо личных сообщений. Пусто — каждому лично.
setting-name-digest-on = Ежедневная сводка
setting-about-digest-on = Раз в день: сообщения, ответы, сбои, расходы, самые активные.
setting-name-digest-time = Время сводки
setting-about-digest-time = Когда приходит сводка, в выбранном часовом поясе.
setting-name-backup-keep = Хранить ночных копий
setting-about-backup-keep = За сколько дней хранятся ночные копии; более старые удаляются. 0: копии не делаются.
setting-name-backup-time = Время ночной копии
setting-about-backup-time = Когда копируется база данных, в выбранном часовом поясе.
