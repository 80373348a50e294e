### /admin messages: сообщения, оставшиеся без ответа.

messages-about = Сообщения без ответа и почему так вышло
messages-list-about = Сообщения по состоянию (dead, wait, work, done, all), боту, причине и возрасту (30m, 12h, 7d); «all» — любые
messages-causes-about = Что не удалось за сутки, по причинам
messages-bots-about = Выбрать бота, чьи сообщения показать
messages-card-about = Всё об одном сообщении
messages-retry-about = Попробовать сообщение ещё раз — с другой моделью, если её назвать
messages-models-about = Выбрать модель для новой попытки
messages-answer-about = Ответить самому: ваши слова станут ответом
messages-drop-about = Отказаться от сообщения; отправитель получит сообщение бота об ошибке, если ещё не получил
messages-bulk-about = Спросить заново всё, что не удалось по одной причине (или «all»), за 30m, 12h, 7d, с 14:30 или с 2026-12-24 14:30
messages-bulk-bot-about = То же для одного бота
messages-bulk-card-about = Как идёт массовый повтор
messages-bulk-start-about = Начать показанный повтор
messages-bulk-cancel-about = Остановить повтор; уже заданное заново продолжится
messages-bulks-about = Какие массовые повторы были

messages-title-dead = 📥 Без ответа
messages-title-wait = ⏳ Ждут
messages-title-work = ⚙️ В работе
messages-title-done = ✅ С ответом
messages-title-all = 💬 Все вопросы
messages-state-dead = 📥 Без ответа
messages-state-wait = ⏳ Ждут
messages-state-work = ⚙️ В работе
messages-state-done = ✅ С ответом
messages-state-all = 💬 Все
messages-empty = Здесь пусто.
messages-empty-dead = На всё ответили. 🎉
messages-causes-line = За 24 ч: { $causes }
messages-unreadable = нечитаемо
messages-cause = { $code ->
    [provider_account] ключ или счёт
    [provider_refused] отказ модели
    [provider_unavailable] модель недоступна
    [provider_timeout] модель не успела
    [provider_rate_limited] слишком много запросов
    [provider_stopped] вызовы остановлены
    [stream_broken] ответ оборвался
    [circuit_open] модель отдыхает
    [limit] лимит исчерпан
    [unpriced] цена неизвестна
    [file_unusable] непригодный файл
    [file_not_fetched] файл не получен
    [crashed] сбои
    [undecodable] нечитаемое обновление
    [chat_gone] бот заблокирован или удалён
    [message_refused] отказ Telegram
    [telegram_unreachable] Telegram недоступен
    [telegram_in_doubt] доставка под вопросом
    [flood_wait] ограничения Telegram
    [token_revoked] токен отозван
    [internal] ошибка в Kotodom
    [restored] открыто в восстановленной копии
    [dropped] снято
   *[other] { $code }
}
messages-bad-state = «{ $said }» — не состояние. Бывает dead, wait, work, done или all.
messages-bad-age = «{ $said }» — не возраст. Пишите так: 30m, 12h или 7d.
messages-bot-label = 🤖 { $name }
messages-cause-label = ⚠️ { $name }
messages-age-label = 🕒 { $name }
messages-any-bot = все боты
messages-any-cause = любая причина
messages-any-age = любое время
messages-ago = { $span } назад
messages-just-now = только что
messages-due = снова через { $span }
messages-due-now = на очереди
messages-retry-all-label = 🔁 Повторить все …
messages-bulks-label = 📜 Повторы
messages-causes-title = Почему сообщения остались без ответа
messages-causes-hint = За последние 24 часа. Выберите причину — покажу, что будет спрошено заново.
messages-causes-none = За последние 24 часа всё удалось.
messages-bots-title = Чьи сообщения?

messages-card-title = Сообщение { $id }
messages-kind-question = вопрос
messages-kind-command = команда
messages-kind-notice = уведомление самого бота
messages-nobody = отправитель неизвестен
messages-came = 🕒 { $at }, { $ago }
messages-stands-dead = ❌ Без ответа: { $why }
messages-stands-dropped = 🗑 Снято администратором
messages-stands-failed = ⏳ Ждёт новой попытки через { $span }: { $why }
messages-stands-ready = ⏳ Ждёт своей очереди
messages-stands-work = ⚙️ В работе
messages-stands-done = ✅ Готово
messages-delivering = 📤 Ответ написан и отправляется
messages-parts = Отправлено { $sent } из { $all ->
    [one] { $all } сообщения
    [few] { $all } сообщений
   *[many] { $all } сообщений
}
messages-apologised = Отправителю сказано, что что-то пошло не так.
messages-crashes = { $count ->
    [one] Было в работе при { $count } сбое
    [few] Было в работе при { $count } сбоях
   *[many] Было в работе при { $count } сбоях
}
messages-attempts = { $count ->
    [one] { $count } неудача:
    [few] { $count } неудачи:
   *[many] { $count } неудач:
}
messages-times-waited = ждало { $span }
messages-times-first = первое слово через { $span }
messages-times-written = написано за { $span }
messages-times-sent = доставлено за { $span }
messages-cost = 🧮 { $model }: { $input } + { $output ->
    [one] { $output } токен
    [few] { $output } токена
   *[many] { $output } токенов
}, { $cost }
messages-cost-unknown = цена неизвестна
messages-wanted = Ответит { $model }
messages-answer = Ответ:
messages-answer-by-admin = Ответ администратора:
messages-no-text = (без текста)

messages-answer-label = ✍️ Ответить самому
messages-retry-label = 🔁 Повторить
messages-retry-now-label = 🔁 Сейчас же
messages-resend-label = 📤 Отправить снова
messages-models-label = 🧠 Другая модель
messages-drop-label = 🗑 Снять с извинением
messages-drop-silently-label = 🗑 Снять
messages-chat-label = 💬 Чат
messages-models-title = С какой моделью повторить сообщение { $id }?
messages-models-hint = Выберите или пришлите название любой другой.
messages-answer-title = Ответ на сообщение { $id }
messages-answer-hint = Пришлите ответ следующим сообщением. Человек получит его от имени бота.
messages-answer-empty = В этом нет текста. Напишите ответ словами.
messages-not-so = Это (уже) невозможно: сообщение тем временем изменилось или оно другого рода.
messages-retried = 🔁 Пробуем снова.
messages-answered = ✍️ Ваш ответ отправляется.
messages-dropped = 🗑 Снято; отправителю сказано, что что-то пошло не так.
messages-dropped-silently = 🗑 Снято. Больше ничего не отправляется.
messages-blocked = В этот чат нельзя писать: бота заблокировали или удалили.

messages-bulk-title = 🔁 Массовый повтор
messages-bulk-why = Причина: { $why }
messages-bulk-any = любая
messages-bulk-of = Бот: { $name }
messages-bulk-span = Не удалось между { $from } и { $to }
messages-bulk-count = { $count ->
    [one] { $count } сообщение будет спрошено заново.
    [few] { $count } сообщения будут спрошены заново.
   *[many] { $count } сообщений будут спрошены заново.
}
messages-bulk-count-bound = Более { $count } сообщений будут спрошены заново.
messages-bulk-nothing = Повторять нечего: за это время по этой причине не сорвался ни один вопрос, или отправителю нельзя написать.
messages-bulk-hint = Отправители получат ответы сейчас. Кому уже сказали о неудаче, тому о новой не скажут.
messages-bulk-yes = ✅ Да, спросить заново: { $count }
messages-bulk-stop = ⏹ Остановить
messages-bulk-running = ⏳ Идёт …
messages-bulk-done = ✅ Готово.
messages-bulk-cancelled = ⏹ Остановлено. Уже заданное заново продолжится.
messages-bulk-result = Спрошено заново { $reopened }: с ответом { $answered }, снова не удалось { $failed }, { $waiting ->
    [one] ждёт { $waiting }
    [few] ждут { $waiting }
   *[many] ждут { $waiting }
}.
messages-bulk-bad-since = «{ $said }» — не время. Пишите 30m, 12h, 7d, 14:30 или 2026-12-24 14:30.
messages-bulks-title = 📜 Массовые повторы
messages-bulks-none = Ещё ни одного.
messages-bulk-show = Показать
messages-bulk-failed-label = 📥 Без ответа
