### Тревоги.

alerts-unanswered-told = { $bot } не смог ответить на сообщение ({ messages-cause }): { $reason }. Отправителю сказано, что что-то пошло не так.
alerts-unanswered-untold = { $bot } не смог ответить на сообщение ({ messages-cause }): { $reason }. Отправителю об этом сказать не удалось.
alerts-conflict = Сообщения бота { $bot } получает другая программа ({ $reason }). Остановите её или дайте боту новый токен: BotFather, /revoke.
alerts-polling = { $bot } не может получать сообщения ({ $reason }). Попытки продолжаются.
alerts-outage = Какое-то время сообщения не принимались ({ $reason }). Их хранит Telegram, ответы придут, когда это пройдёт. Если не проходит: проверьте сеть этой машины, имена DNS и прокси.
alerts-token-revoked = Telegram больше не принимает токен бота { $bot }, поэтому бот остановлен. Его сообщения сохранены: дайте ему новый токен.
alerts-group-moved = Разрешённая группа { $old } бота { $bot } стала супергруппой. Добавьте её новый номер { $new } к разрешённым, иначе после перезапуска бот её покинет.
alerts-poison = { $bot } получил обновление ({ $update }), которое не удалось прочитать. Оно сохранено, но никому не отвечено. Возможно, его поймёт новая версия Kotodom.
alerts-pressure-backlog = Приём приостановлен: { $number ->
    [one] ответа ждёт { $number } сообщение
    [few] ответа ждут { $number } сообщения
   *[many] ответа ждут { $number } сообщений
}. Новые пока хранит Telegram.
alerts-pressure-disk = Приём приостановлен: на диске свободно только { $number } МБ. Новые сообщения пока хранит Telegram: освободите место.
alerts-circuit = Поставщик модели несколько раз подряд не ответил: { $address }. Всё, чему он нужен, ждёт его; ничего не потеряно.
alerts-job-failed = Работа по расписанию «{ $job }» не удалась: { $reason }. В своё время она запустится снова.

alerts-instance = Kotodom
alerts-more = { $count ->
    [one] С прошлой тревоги такое случилось ещё { $count } раз.
    [few] С прошлой тревоги такое случилось ещё { $count } раза.
   *[many] С прошлой тревоги такое случилось ещё { $count } раз.
}
alerts-show = Показать
alerts-retry = Повторить
alerts-silence = 🔕 Молчать день
alerts-speak = 🔔 Снова сообщать
alerts-typed = В личном чате со мной:

alerts-title = Тревоги
alerts-about = О чём сообщалось в последнее время и что заглушено
alerts-one-about = Одна тревога: что в ней и как часто это бывает
alerts-silence-about = Не сообщать об этом день или столько дней
alerts-speak-about = Снова сообщать об этом
alerts-empty = Пока ничего не случилось.
alerts-never-told = Сообщить пока некому.
alerts-told-at = Сообщено: { $time }
alerts-kept-back = С тех пор: { $count }
alerts-silent-until = Заглушено до { $time }
alerts-speaks-again = Об этом снова будет сообщаться.
alerts-bad-days = Дни — целое число от 1 до { $limit }.
alerts-unknown = Тревоги «{ $key }» нет. Все тревоги: /admin alerts.
alerts-target = Куда приходят тревоги
