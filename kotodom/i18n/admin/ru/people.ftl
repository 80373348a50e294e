### Люди: кто пишет ботам, кому это можно и по каким ссылкам приходят.

people-title = Люди
people-title-of = Люди · { $bot }
people-empty = Здесь пока никого.
people-hint = Сверху тот, кто писал последним. ⏳ ждёт решения, ✅ впущен, 🚫 не впущен, ⛔ заблокирован.
people-waiting = 🔔 { $count ->
    [one] { $count } человек ждёт, чтобы его впустили
    [few] { $count } человека ждут, чтобы их впустили
   *[many] { $count } человек ждут, чтобы их впустили
}
people-find = 🔎 Найти
people-find-ask = Кого искать? Пришлите имя, @имя пользователя или номер в Telegram, можно часть.
people-found = Найдено: «{ $said }»
people-found-nobody = Среди тех, кого я просмотрел, никого с «{ $said }» нет.
people-further = Искать дальше
people-further-typed = Это ещё не всё: { $command }
people-several-bots = О каком боте речь?
people-no-standing = «{ $said }» не подходит. Бывает: waiting, allowed, denied, blocked.
people-nobody-called = Я не знаю никого с именем «{ $said }». Номер в Telegram подходит всегда.

people-with-waiting = ⏳ Ждут
people-with-allowed = ✅ Впущены
people-with-denied = 🚫 Не впущены
people-with-blocked = ⛔ Заблокированы

people-who = номер { $id } · { $bot }
people-never-wrote = Этому боту не писал(а).
people-seen = Первое сообщение { $first }, последнее { $last }.
people-is-public = Бот говорит со всеми.
people-is-approval = Бот говорит с теми, кого впустили администраторы.
people-is-allowlist = Бот говорит только с людьми из списка.
people-is-invite = Бот говорит с теми, кто пришёл по ссылке-приглашению.
people-is-admin = Управляет этим ботом и может говорить с ним всегда.
people-is-none = Об этом человеке ничего не решено.
people-is-pending = ⏳ Ждёт решения с { $since }.
people-is-allowed = ✅ Впущен(а).
people-is-allowed-until = ✅ Впущен(а) до { $until }.
people-is-over = Был(а) впущен(а) до { $until }.
people-is-denied = 🚫 Не впущен(а).
people-is-blocked = ⛔ Заблокирован(а): ответов нет.
people-decided = Решение: { $name }, { $at }.
people-came-by-link = Пришёл (пришла) по ссылке № { $invite }.
people-questions-wait = { $count ->
    [one] { $count } вопрос получит ответ, когда человека впустят.
    [few] { $count } вопроса получат ответ, когда человека впустят.
   *[many] { $count } вопросов получат ответ, когда человека впустят.
}
people-note-is = 📝 { $note }
people-used-today = Сегодня: { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
}, { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}, { $cost }
people-used-month = В этом месяце: { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
}, { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}, { $cost }
people-used-unpriced = ⚠️ и ещё { $count ->
    [one] { $count } вызов, цена которого неизвестна
    [few] { $count } вызова, цена которых неизвестна
   *[many] { $count } вызовов, цена которых неизвестна
}
people-quota-day = Квота: { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[many] { $count } вопросов
} в день
people-quota-month = Квота: { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[many] { $count } вопросов
} в месяц
people-quota-none = Своей квоты нет.

people-allow = ✅ Впустить
people-allow-day = ✅ Впустить на день
people-allow-week = ✅ На неделю
people-deny = 🚫 Отказать
people-block = ⛔ Заблокировать
people-unblock = Разблокировать
people-note = 📝 Заметка
people-note-clear = Удалить заметку
people-note-ask = Пришлите заметку. Здесь её видят только администраторы; сам человек найдёт её в /mydata, как и всё, что о нём хранится.
people-limits = 🚦 Лимиты
people-quota = 🎚 Квота
people-quota-title = Квота · { $name }
people-quota-hint = Сколько вопросов можно задать? Выберите или пришлите число и «day» (день) или «month» (месяц): 15 day. 0 – нисколько.
people-quota-step = { $count } в день
people-quota-off = Без квоты
people-bad-amount = «{ $said }» – не квота. Напишите число и «day» или «month», например 20 day, или none.
people-bad-days = «{ $said }» – не число дней от 1 до 3650.
people-chats = 💬 Чаты
people-chats-title = Чаты · { $name }
people-private-chat = личный
people-card = 👤 Карточка

people-request-title = 🔔 { $name } хочет поговорить с { $bot }
people-request-wrote = Пишет: { $said }
people-request-files = 📎 { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[many] { $count } файлов
}
people-request-started = Нажал(а) «Старт».
people-request-language = Язык: { $language }
people-request-done = Человек об этом узнает; о том, что он написал, я позабочусь.
people-request-decided = { $name } уже принял(а) решение:
people-request-gone = Этот человек больше не ждёт решения.

people-invites = 🔗 Приглашения
people-invites-title = Приглашения · { $bot }
people-invites-empty = Ссылок пока нет. Кто придёт по ссылке, сможет говорить с ботом.
people-invite-new = ➕ Новая ссылка
people-invite-title = Приглашение № { $invite } · { $bot }
people-invite-form-hint = Выберите, что даёт ссылка, и создайте её. Словами: ЛЮДЕЙ ДНЕЙ-ДЕЙСТВУЕТ ДНЕЙ-МОЖНО-ОСТАТЬСЯ ВОПРОСОВ-В-ДЕНЬ, каждое – число или «any».
people-invite-create = ✅ Создать
people-invite-link = Ссылка: { $link }
people-invite-uses = { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
}
people-invite-uses-any = Сколько угодно людей
people-invite-left = { $count ->
    [one] может прийти ещё { $count } человек
    [few] могут прийти ещё { $count } человека
   *[many] могут прийти ещё { $count } человек
}
people-invite-valid = действует { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
people-invite-valid-any = действует всегда
people-invite-expires = действует до { $until }
people-invite-stay = на { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
people-invite-stay-any = насовсем
people-invite-quota = { $count ->
    [one] { $count } вопрос в день
    [few] { $count } вопроса в день
   *[many] { $count } вопросов в день
}
people-invite-quota-any = без квоты
people-invite-used = { $count ->
    [one] пришёл { $count } человек
    [few] пришли { $count } человека
   *[many] пришло { $count } человек
}
people-invite-made = Создана { $at }
people-invite-revoked = отозвана
people-invite-over = больше не действует
people-invite-works-not = ⚠️ По этой ссылке больше никого не впускают.
people-invite-revoke = Отозвать
people-invite-share = ↗ Поделиться
people-invite-note-ask = Пришлите заметку к этой ссылке, например для кого она.
people-invite-bad = «{ $said }» не подходит. Каждое из четырёх – целое число от 1 или «any».
people-invite-no-name = Telegram ещё не сообщил мне @имя этого бота. Сначала запустите бота.

people-about = Все, кто пишет вашим ботам
people-about-find = Найти людей по имени, @имени или номеру
people-about-back = То же, дальше
people-about-with = Люди: waiting, allowed, denied или blocked
people-about-person = Один человек, у любого из ваших ботов
people-about-bot = Все, кто пишет боту
people-about-bot-with = То же: waiting, allowed, denied или blocked
people-about-card = Что известно о человеке у этого бота
people-about-allow = Впустить насовсем или на несколько дней
people-about-deny = Не впускать
people-about-block = Больше не отвечать и прервать начатый ответ
people-about-unblock = Снять блокировку
people-about-note = Заметка о человеке; «-» удаляет её
people-about-quota = Ограничить вопросы: 20 day, 100 month, none
people-about-chats = Разговоры человека с ботом
people-about-request-allow = Впустить того, кто ждёт, если никто ещё не решил
people-about-request-deny = Отказать тому, кто ждёт
people-about-request-block = Заблокировать того, кто ждёт
people-about-invites = Ссылки-приглашения бота
people-about-invite-form = Выбрать, что даёт новая ссылка
people-about-invite-create = Создать ссылку: людей, дней действует, дней остаются, вопросов в день
people-about-invite = Одна ссылка и кто по ней пришёл
people-about-invite-revoke = Больше никого не впускать по ссылке
people-about-invite-note = Заметка к ссылке; «-» удаляет её
