### /admin money. Простой текст; метки стоят на кнопках.

money-title = 💰 Деньги
money-about = Сколько потрачено сегодня, за неделю и за месяц
money-period = { $period ->
    [today] Сегодня
    [week] 7 дней
   *[month] Этот месяц
}
money-sum = { $period }: { $cost } · { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
} · { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}
money-entry = • { $name }: { $cost } · { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
} · { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}
money-unpriced = ⚠️ { $calls ->
    [one] { $calls } вызов без цены и в сумму не входит
    [few] { $calls } вызова без цены и в сумму не входят
   *[many] { $calls } вызовов без цены и в сумму не входят
}.
money-nothing = Ничего не потрачено.
money-bad-period = «{ $said }» — не период: напишите today, week или month.

money-bots-title = 💰 По ботам
money-bots-about = Сколько потратил каждый бот: today, week или month
money-people-title = 💰 По людям
money-people-about = Сколько потратил каждый человек: today, week или month
money-models-title = 💰 По моделям
money-models-about = Сколько стоила каждая модель: today, week или month
money-chart-title = 💰 Последние 30 дней по ботам
money-chart-about = Картинка: последние 30 дней по ботам
money-chart-others = остальные
money-chart-label = 📊 График

money-stop-about = Сразу остановить все вызовы модели
money-resume-about = Снова разрешить вызовы модели
money-stop-label = 🛑 Остановить вызовы
money-resume-label = ▶️ Возобновить вызовы
money-stopped = 🛑 Все вызовы модели остановлены. Вопросы ждут, пока кто-нибудь не возобновит их.

money-limits-label = 🚦 Лимиты
money-limits-title = 🚦 Лимиты
money-limits-of = 🚦 Лимиты: { $whose }
money-limits-about = Все лимиты расходов и сколько из них использовано
money-limits-of-bot-about = Лимиты бота, его чатов и людей
money-limits-of-chat-about = Лимиты чата
money-limit-about = Лимит на всех ботов: day или month, cost или questions, число или none
money-limit-bot-about = Лимит бота
money-limit-chat-about = Лимит чата
money-limit-person-about = Лимит человека у бота; «each» — для каждого в отдельности
money-limit-used = { $whose }, { $period ->
    [day] в день
   *[month] в месяц
}: { $used } из { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" вопр."}
} ({ $percent } %)
money-limit-each = { $whose }, { $period ->
    [day] в день
   *[month] в месяц
}: { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" вопр."}
}
money-limit-none = Здесь нет лимитов.
money-limit-add = { $measure ->
    [cost] 💵
   *[questions] 💬
} { $measure ->
    [cost] Доллары
   *[questions] Вопросы
} { $period ->
    [day] в день
   *[month] в месяц
}
money-limit-ask = { $measure ->
    [cost] Сколько долларов { $period ->
        [day] в день
       *[month] в месяц
    } можно тратить
   *[questions] Сколько вопросов { $period ->
        [day] в день
       *[month] в месяц
    } можно задавать
}? Напишите число. 0 не разрешает ничего, «none» снимает лимит.
money-limit-now = Сейчас: { $amount }
money-limit-remove-label = ✖ Без лимита
money-limit-bad-period = «{ $said }» — не период: напишите day или month.
money-limit-bad-measure = «{ $said }» ограничить нельзя: напишите cost или questions.
money-limit-bad-amount = «{ $said }» — не сумма. Напишите число, например { $measure ->
    [cost] 5 или 0.50
   *[questions] 100
}, или «none».
money-limit-saved = ✅ Лимит установлен.
money-limit-removed = ✅ Такого лимита больше нет.
money-limit-no-price = ⚠️ Без цены вопросы к { $models } теперь отклоняются. Задайте её, или 0 для своей модели.
money-personal-label = 👤 Каждый человек
money-whose = { $scope ->
    [instance] Все боты
    [bot] { $bot }
    [chat] чат { $who } ({ $bot })
    [each] каждый человек у { $bot }
   *[user] { $who } у { $bot }
}

money-prices-label = 🏷 Цены
money-prices-title = 🏷 Цены
money-prices-hint = Доллары за миллион токенов: вход · вход из кэша · ответ. ⚠️ — цены нет.
money-prices-about = Сколько стоят модели и кто так сказал
money-price-about = Цена модели: три числа, «minute» и одно, 0 или «none»
money-price-tokens = { $model }: { $input } · { $cached } · { $output }
money-price-minute = минута звука: { $minute }
money-price-none = ⚠️ { $model }: цены нет
money-price-source = { $source ->
    [admin] Задана в /admin
    [config] Задана в config.toml
   *[known] Известна Kotodom: прайс-лист на 2026-11-22
}.
money-price-ask = Чтобы задать её, напишите доллары за миллион токенов: вход, вход из кэша, ответ («0.10 0.01 0.50»); или «minute 0.006» для модели, которая слушает; или 0 для своей модели.
money-price-free-label = 0 — она моя
money-price-back-label = ↩ Вернуть
money-price-bad = «{ $said }» — не цена. Напишите три числа («0.10 0.01 0.50»), «minute 0.006», 0 или «none».
money-price-saved = ✅ Цена задана. Она действует со следующего вызова.

money-alert-limit = Использовано { $percent } % лимита: { $used } из { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" вопр."}
} { $period ->
    [day] сегодня
   *[month] в этом месяце
} ({ $scope ->
    [instance] все боты
    [bot] этот бот
    [chat] чат { $who }
   *[user] человек { $who }
}).
money-alert-reached = Лимит исчерпан, вопросы отклоняются: { $used } из { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" вопр."}
} { $period ->
    [day] сегодня
   *[month] в этом месяце
} ({ $scope ->
    [instance] все боты
    [bot] этот бот
    [chat] чат { $who }
   *[user] человек { $who }
}).
money-alert-unpriced = У { $model } нет цены, а расходы здесь ограничены: вопросы к ней отклоняются. Задайте цену, или 0 для своей модели.
