### Работа по расписанию и ежедневная сводка.

jobs-title = Работа по расписанию
jobs-about = Работа по расписанию: следующий запуск, последний итог
jobs-card-about = Одна работа по расписанию
jobs-run-about = Запустить работу сейчас, вне расписания
jobs-every = Раз в { $period }
jobs-daily = Ежедневно в { $time }
jobs-not-planned = Выключена
jobs-next = Следующий раз: { $time }
jobs-last = Последний раз: { $time } ({ $took }) { $result }
jobs-never = Ещё не запускалась.
jobs-running = Она уже идёт.
jobs-done = Выполнено.
jobs-run = ▶ Запустить
jobs-unknown = Работы «{ $name }» нет. Все работы: /admin jobs.
jobs-sweep = Ищет сообщения, которым пора попробовать снова.
jobs-pressure = Следит за очередью и диском и приостанавливает приём, когда места нет.
jobs-purge = Удаляет то, что осталось от просивших их забыть.
jobs-expire = Удаляет разговоры, срок хранения которых вышел.
jobs-broadcasts = Ставит в очередь следующих получателей рассылок.
jobs-bars = Показывает, как далеко продвинулись рассылки.
jobs-budget = Начинает новый день расходов.
jobs-digest = Пишет ежедневную сводку.
jobs-backup = Делает резервную копию базы данных и удаляет самые старые.
jobs-takeovers = Завершает перехваты, время которых вышло.
jobs-inboxes = Показывает разговоры в группах-приёмных ботов, каждому своя тема.

digest-title = Последние 24 часа
digest-about = Что произошло за последние сутки
digest-on-about = Получать ежедневную сводку
digest-off-about = Не получать ежедневную сводку
digest-messages = { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[many] { $count } сообщений
}
digest-quiet = Никто не писал, и ничего не потрачено.
digest-answers = { $count ->
    [one] { $count } ответ
    [few] { $count } ответа
   *[many] { $count } ответов
}
digest-waiting = { $count ->
    [one] { $count } ждёт ответа
   *[other] { $count } ждут ответа
}
digest-failed = { $count ->
    [one] { $count } осталось без ответа
   *[other] { $count } остались без ответа
}
digest-spend = Потрачено: { $cost }
digest-unpriced = { $count ->
    [one] Цена { $count } вызова неизвестна, в сумме его нет.
   *[other] Цена { $count } вызовов неизвестна, в сумме их нет.
}
digest-bots = Боты
digest-bot-line = { $bot }: { $messages } · ⚠️ { $failed }
digest-top = Кто спрашивал больше всех
digest-top-line = { $who }: { $count } · { $cost }
digest-comes = Она приходит ежедневно в { $time } ({ $zone }).
digest-comes-not = Ежедневная сводка выключена в настройках.
digest-muted = Вы не получаете ежедневную сводку.
digest-on = 🔔 Получать ежедневно
digest-off = 🔕 Мне не нужно
digest-setting = Настройки сводки
digest-show-failed = Что не удалось
digest-show-money = Деньги
digest-door = 📊 Сводка
