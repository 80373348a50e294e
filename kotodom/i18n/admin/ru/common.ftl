### Рамка /admin. Простой текст; метки стоят на кнопках.

admin-back = ‹ Назад
admin-refresh = ↻ Обновить
admin-cancel = Отмена
admin-none = –
admin-never = никогда

admin-home-title = Управление
admin-home-line = { $bots ->
    [one] { $bots } бот
    [few] { $bots } бота
   *[many] { $bots } ботов
}, { $waiting ->
    [one] { $waiting } сообщение ждёт
    [few] { $waiting } сообщения ждут
   *[many] { $waiting } сообщений ждут
}. Kotodom { $version }.
admin-help-title = Что умеет /admin
admin-help-hint = Каждую кнопку можно заменить командой. «/admin help bot» расскажет о командах, которые начинаются с «bot». Слова заглавными буквами заменяете вы; те, что в скобках, можно опустить.
admin-help-about = Какие есть команды — все или те, что начинаются с этих слов
admin-home-about = Первый экран
admin-unknown = Команды «/admin { $said }» нет. Все команды: «/admin help».
admin-unknown-near = Команды «/admin { $said }» нет. Может быть, одна из этих?
admin-incomplete = Чего-то не хватает или что-то не подходит. Команда пишется так: { $usage }
admin-out-of-date = Эта кнопка устарела: Kotodom с тех пор изменился. /admin покажет, что есть сейчас.
admin-forbidden = Ваша роль этого не позволяет.
admin-not-found = «{ $what }» здесь нет.
admin-go-private = Управление — только в личном чате: напишите мне /admin там.
admin-cancelled = Ничего не изменилось.
admin-file-unreadable = Не удалось прочитать этот файл. Пришлите простой текст (.txt в UTF-8) или напишите сообщением.
admin-file-too-long = Файл слишком длинный: не больше { $limit } символов.
admin-command = Управление

admin-noun-bots = 🤖 Боты
admin-noun-chats = 💬 Чаты
admin-noun-messages = 📥 Сообщения
admin-noun-people = 👤 Люди
admin-noun-money = 💰 Деньги
admin-noun-broadcasts = 📣 Рассылки
admin-noun-accounts = 🔑 Доступ
admin-noun-settings = ⚙️ Настройки
admin-noun-health = ❤️ Состояние
admin-noun-help = ❓ Справка

admin-span-days = { $count } д
admin-span-hours = { $count } ч
admin-span-minutes = { $count } мин
admin-span-seconds = { $count } с
