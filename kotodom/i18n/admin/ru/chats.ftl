### Разговоры в /admin. Простой текст; метки стоят на кнопках.

chats-about = Разговоры, новые сверху
chats-find-about = Найти разговор по имени, @username, id или по словам
chats-further-about = Продолжить поиск
chats-chat-about = Один разговор
chats-history-about = Что было сказано, с состоянием и ценой
chats-export-about = Всё, что было сказано, файлом
chats-say-about = Написать человеку от имени бота
chats-take-about = Отвечать вместо модели какое-то время
chats-give-about = Пусть снова отвечает модель
chats-forget-about = Начать разговор заново: модель забудет сказанное
chats-model-about = Модель, которая здесь отвечает
chats-inbox-about = Группа с темами, в которой видны разговоры бота, по теме на каждый

chats-title = Чаты
chats-empty = Ещё никто не писал.
chats-find-label = 🔎 Найти
chats-find-ask = Найти разговор
chats-find-hint = Пришлите имя, @username, id или слова из разговора.
chats-found-title = 🔎 { $text }
chats-found-names = По имени:
chats-found-said = По словам:
chats-found-none = Ничего не найдено.
chats-found-none-yet = Пока ничего не найдено.
chats-further-label = Искать дальше
chats-search-gone = Этот поиск уже окончен. Начните заново: /admin chats find

chats-just-now = только что
chats-minutes = { $minutes } мин
chats-hours = { $hours } ч
chats-days = { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
chats-somebody = Кто-то
chats-in-group = { $who } в «{ $chat }»
chats-type-private = личный чат
chats-type-group = группа
chats-type-guest = гостем в чужом чате
chats-nameless = Чат { $id }

chats-card-bot = 🤖 { $bot }, { $type }
chats-card-person = 👤 { $who }, id { $id }
chats-card-group = 👥 id { $id }
chats-card-last = 🕑 Последнее сообщение: { $when }
chats-card-messages = 💬 Сообщений: { $messages }
chats-card-many = 💬 Сообщений: больше { $messages }
chats-card-cost = 💰 Потрачено: { $cost }
chats-card-unpriced = 💰 Потрачено: { $cost }, не считая { $calls ->
    [one] { $calls } вызова
   *[other] { $calls } вызовов
} с неизвестной ценой
chats-card-model = 🧠 Модель: { $model }
chats-card-blocked = 🚫 Написать нельзя с { $when }: бота заблокировали или удалили.
chats-card-taken = ✋ Здесь ещё { $left } отвечает { $who }, до { $until }. Модель молчит.
chats-card-taken-by-you = ✋ Здесь ещё { $left } отвечаете вы, до { $until }. Модель молчит; с каждым вашим сообщением время отсчитывается заново.

chats-history-label = 📜 История
chats-say-label = ✍️ Написать
chats-say-more-label = ✍️ Ещё
chats-take-label = ✋ Отвечать самому
chats-take-hours-label = ✋ На { $hours } ч
chats-take-again-label = ✋ Снова отвечать самому
chats-give-label = ↩️ Вернуть модели
chats-give-quietly-label = ↩️ Вернуть без ответа
chats-reply-label = ✍️ Ответить
chats-show-label = Показать
chats-forget-label = 🧹 Забыть
chats-model-label = 🧠 Модель
chats-export-label = 📤 Выгрузить
chats-person-label = 👤 Человек
chats-limits-label = 🚦 Лимиты
chats-text-label = Текст
chats-json-label = JSON
chats-default-label = Как у бота

chats-history-title = { $who }: история
chats-history-empty = Здесь ничего не сказано.
chats-by-admin = Админ
chats-left = ✋ оставлено админу
chats-waits = ⏳ ждёт
chats-in-work = ⏳ готовится ответ
chats-tries-again = ⏳ не вышло, попробуем ещё: { $reason }
chats-failed = ❌ без ответа: { $reason }
chats-undelivered = ❌ не доставлено: { $reason }
chats-unpriced = цена неизвестна
chats-tokens = { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}

chats-export-title = { $who }: выгрузка
chats-export-ask = Текстом, чтобы читать, или в JSON, для программ?
chats-export-done = { $messages ->
    [one] { $messages } сообщение
    [few] { $messages } сообщения
   *[many] { $messages } сообщений
}
chats-export-more = Всё сразу не поместилось.
chats-export-more-label = 📤 Следующая часть
chats-export-formats = Формат — «text» или «json».

chats-say-title = ✍️ { $who }
chats-say-ask = Пришлите, что должен сказать { $bot }: текст (Markdown), картинку, файл или запись. Ваше следующее сообщение уйдёт человеку.
chats-said = ✓ Отправлено: { $who }.
chats-said-taken = Вы отвечаете там ещё { $left }.
chats-said-live = Там по-прежнему отвечает модель; она будет знать, что вы написали.
chats-say-nothing = Отправлять нечего. Напишите текст или пришлите картинку, файл или запись.
chats-say-blocked = { $who }: написать нельзя, бота там заблокировали или удалили.
chats-say-guest = Там бот только гость: он может ответить, но не может написать сам.
chats-say-other-bot = Файлы можно передать только в чате с тем же ботом. Пришлите файл сюда: { $bot }.
chats-say-too-long = Слишком длинно: не больше { $limit } символов.

chats-taken = ✋ Теперь отвечаете вы. Всё, что напишет { $who }, появится здесь; ответьте на сообщение, и ваши слова уйдут человеку.
chats-take-minutes = На сколько минут? Нужно целое число от 1 до { $limit }.
chats-take-yourself = Это ваш собственный разговор с этим ботом.
chats-not-taken = В этом разговоре и так отвечает модель.
chats-given = ↩️ Снова отвечает модель: { $who }.
chats-given-answered = ↩️ Снова отвечает модель: { $who }. Она начнёт с последнего сообщения, на которое никто не ответил.
chats-give-how = Вернуть можно с «answer» (ответить на последнее сообщение, если никто не ответил) или «quietly».
chats-time-up = Ваше время вышло: { $who }
    Там снова отвечает модель.
chats-time-up-answered = Ваше время вышло: { $who }
    Там снова отвечает модель; она начнёт с последнего сообщения, на которое никто не ответил.
chats-taken-by-other = Теперь отвечает другой админ: { $who }
    Он взял этот разговор у вас.
chats-wrote = 💬 { $who } → { $bot }
chats-wrote-anew = ✏️ { $who } → { $bot }, исправлено:

chats-forget-ask = Модель забудет всё, о чём шла речь до сих пор: { $who }. Здесь история останется. Забыть?
chats-forget-yes = 🧹 Да, забыть
chats-forgotten = 🧹 Модель начинает заново.

chats-model-now = Здесь отвечает { $model }. Выбрать другую?
chats-model-none = У этого бота не из чего выбирать: сначала задайте его поле «models».
chats-model-unknown = Модели { $model } у этого бота нет. Есть: { $models }

chats-file-photo = картинка
chats-file-document = файл
chats-file-voice = голосовое сообщение
chats-file-audio = аудио
chats-file-video-note = видеосообщение
chats-file-video = видео или анимация

chats-inbox-label = 📥 Входящие
chats-inbox-title = { $bot }: входящие
chats-inbox-none = Группа для входящих не выбрана.
chats-inbox-is = Разговоры видны здесь: { $group }
chats-inbox-how = Входящие — это группа с темами: у каждого разговора этого бота своя тема. Что вы пишете в теме, уходит человеку; /take и /give останавливают модель и будят её.
    Создайте группу с темами, добавьте @{ $username } администратором с правом управлять темами и выберите её здесь.
chats-inbox-off-label = Без входящих
chats-inbox-unknown = Бота { $bot } в такой группе нет. Сначала добавьте его администратором, потом выберите группу здесь.
chats-inbox-configured = Входящие бота { $bot } заданы в config.toml (inbox_id), поменять их можно только там.
chats-inbox-begins = 📥 Теперь здесь входящие бота { $bot }: у каждого разговора своя тема. Что вы пишете в теме, уходит человеку.
chats-inbox-topic = { $who }, id { $id }. Всё, что написано здесь, уходит человеку.
chats-inbox-broken = { $bot } не может пользоваться своей группой для входящих: { $error }. Нужна группа с темами, где он администратор с правом управлять темами. Разговоры идут дальше без неё.
chats-inbox-bot-said = 🤖 { $bot }
chats-inbox-admin-said = 👤 { $bot }, написал админ
chats-inbox-wrote-anew = ✏️ { $who }, исправлено:
chats-inbox-undelivered = ⚠️ До человека это не дошло: бота там заблокировали или удалили.
chats-inbox-wrote = 💬 { $who }
chats-inbox-taken = ✋ Теперь { $left } отвечаете вы; с каждым вашим сообщением время отсчитывается заново. /give разбудит модель.
chats-inbox-commands = Здесь есть /take (модель молчит; /take 60 — целый час) и /give. Всё остальное, что вы напишете, уйдёт человеку.
