### Рассылки: один текст для многих.

broadcasts-title = Рассылки
broadcasts-about = Все рассылки, новые сверху
broadcasts-empty = Рассылок ещё не было. Рассылка пишет всем, кто говорит с ботом в личном чате, или некоторым из них.
broadcasts-new = ➕ Новая
broadcasts-new-about = Выбрать бота, людям которого она придёт
broadcasts-choose = Людям какого бота она придёт?
broadcasts-no-bots = Нет работающего бота, людям которого можно написать.
broadcasts-create-about = Написать людям бота: сначала черновик, пока ничего не отправляется
broadcasts-ask = Что сказать от имени { $bot }?
broadcasts-ask-how = Пришлите текст в Markdown или файлом .txt. Никто его не получит, пока вы его не увидите и не нажмёте «Начать».
broadcasts-blank = В этом тексте ничего не видно. Напишите его, пожалуйста, ещё раз.
broadcasts-too-long = { $limit ->
    [one] Слишком длинно: в рассылке не больше { $limit } сообщения. Сократите текст.
   *[other] Слишком длинно: в рассылке не больше { $limit } сообщений. Сократите текст.
}
broadcasts-card-about = Одна рассылка: текст, люди, как далеко она продвинулась
broadcasts-card-title = Рассылка { $number }
broadcasts-audience = { $count ->
    [one] Сейчас её получил бы { $count } человек.
    [few] Сейчас её получили бы { $count } человека.
   *[many] Сейчас её получили бы { $count } человек.
}
broadcasts-everybody = Все
broadcasts-active = { $days ->
    [one] Писали за { $days } день
    [few] Писали за { $days } дня
   *[many] Писали за { $days } дней
}
broadcasts-any-language = Любой язык
broadcasts-speaks = говорят на «{ $tongue }»
broadcasts-text-about = Написать черновик заново
broadcasts-text = ✏️ Текст
broadcasts-active-about = Только те, кто писал за столько дней; 0 — все
broadcasts-language-about = Только говорящие на языке (en, ru, …); any — все
broadcasts-bad-days = Дни — целое число от 0 до { $limit }.
broadcasts-bad-language = Язык пишется кодом: en, ru, de, … или «any».
broadcasts-no-draft = Эта рассылка уже начата или отменена, изменить её нельзя.
broadcasts-preview = 👁 Просмотр
broadcasts-preview-about = Показать здесь, как она выглядит
broadcasts-preview-title = Она выглядит так:
broadcasts-test = 🧪 Проба мне
broadcasts-test-about = Прислать её себе через её же бота
broadcasts-tested = Отправлено вам через { $bot }.
broadcasts-test-nowhere = Вы ещё не писали этому боту: откройте { $link }, нажмите «Старт» и повторите.
broadcasts-start = 🚀 Начать
broadcasts-start-about = Спросить перед отправкой, с числом людей
broadcasts-start-ask = { $count ->
    [one] Написать от имени { $bot } { $count } человеку?
   *[other] Написать от имени { $bot } { $count } людям?
}
broadcasts-start-filter = { $filter }. Отправленное не вернуть.
broadcasts-start-nobody = Её не получит никто: выберите другой отбор.
broadcasts-start-yes = Да, отправить: { $count }
broadcasts-start-yes-about = Отправить сейчас
broadcasts-started = { $count ->
    [one] Рассылка идёт к { $count } человеку.
   *[other] Рассылка идёт к { $count } людям.
}
broadcasts-started-below = Сообщение ниже показывает, как далеко она продвинулась. Когда она закончится, я скажу.
broadcasts-pause = ⏸ Пауза
broadcasts-pause-about = Приостановить: получат только те, чья очередь уже подошла
broadcasts-resume = ▶️ Дальше
broadcasts-resume-about = Продолжить с того же места
broadcasts-cancel = ⏹ Отменить
broadcasts-cancel-about = Закончить насовсем, после вопроса; черновик просто исчезает
broadcasts-cancel-ask = Закончить рассылку { $number } насовсем?
broadcasts-cancel-left = { $count ->
    [one] Её не получит { $count } человек.
    [few] Её не получат { $count } человека.
   *[many] Её не получат { $count } человек.
}
broadcasts-cancel-yes = Да, закончить
broadcasts-cancel-yes-about = Закончить насовсем
broadcasts-delete = 🗑 Выбросить
broadcasts-draft = Черновик: её никто не получил
broadcasts-running = Идёт
broadcasts-paused = Приостановлена
broadcasts-done = Закончена
broadcasts-cancelled = Отменена
broadcasts-settled = { $settled } из { $total }
broadcasts-counts = ✅ { $delivered } доставлено · 🚫 { $blocked } закрыто · ⚠️ { $failed } не удалось
broadcasts-skipped = { $count ->
    [one] { $count } человек ушёл раньше, чем дошла очередь.
    [few] { $count } человека ушли раньше, чем дошла очередь.
   *[many] { $count } человек ушли раньше, чем дошла очередь.
}
broadcasts-left = { $minutes ->
    [one] Осталась примерно { $minutes } минута
    [few] Осталось примерно { $minutes } минуты
   *[many] Осталось примерно { $minutes } минут
}
broadcasts-held = Она ждёт: сейчас слишком много другой работы или мало места на диске.
broadcasts-stopped-bot = Она ждёт: бот не работает.
broadcasts-by-itself = Она остановилась сама: ни до кого не дошло ({ $reason }).
broadcasts-failures = Почему не удалось:
broadcasts-report = Рассылка { $number } закончена
broadcasts-sick = Рассылка { $number } остановилась сама: ни до кого не дошло ({ $reason }). Проверьте текст, затем продолжите или отмените её.
