### Состояние.

health-title = ❤️ Состояние: всё в порядке
health-about = Как дела у всего: база, провайдер, боты, очередь, машина
health-title-bad = ⚠️ Состояние: что-то не так
health-database = 🗄 { $kind }, { $size }, отвечает за { $time }
health-database-bad = 🔴 База данных не отвечает: { $error }
health-provider-closed = 🟢 Провайдер модели отвечает.
health-provider-open = 🔴 Провайдер модели сбоил слишком часто, его оставили в покое; новая попытка через { $wait }. Сообщения ждут, ничего не теряется.
health-provider-half = 🟠 Провайдера модели вот-вот попробуют снова.
health-provider-last = Последний ответ { $ago } назад.
health-provider-never = С запуска ответов не было.
health-halted = 🛑 Вызовы провайдера остановлены. Продолжить: «/admin money resume».
health-queue = 📨 Сообщения: готовы { $ready }, в работе { $working }, ждут { $waiting }
health-queue-oldest = Самое старое открыто { $age }.
health-queue-paused = 🟠 Опрос приостановлен: слишком много сообщений ждёт или мало места на диске.
health-host = 🖥 На диске свободно { $disk } · память { $memory } · цикл опаздывает на { $lag }
health-memory = { $size }
health-memory-unknown = неизвестно
health-version = Kotodom { $version }, работает { $uptime }
health-backup = Последняя резервная копия: { $time }
health-fleet = 🤖 Боты: { $states }
health-fleet-none = Ботов пока нет. Добавить: «/admin bots add».
health-fleet-trouble = 🔴 { $name }: { $state }
health-fleet-more = … и ещё { $count }
health-errors-line = Последняя ошибка, { $ago } назад: { $error }
health-errors-none = С запуска ошибок не было.

health-bots = 🤖 Все боты
health-bots-about = Все боты: что делают, когда последний раз опрашивали Telegram, что не так
health-bots-title = Боты
health-bot-starting = запускаются: { $count }
health-bot-polling = работают: { $count }
health-bot-stalled = застряли: { $count }
health-bot-failed = с ошибкой: { $count }
health-bot-stopped = остановлены: { $count }

health-probe = 🔎 Проверить провайдера
health-probe-about = Сделать один крошечный вызов модели и сказать, как он прошёл
health-probe-good = ✅ { $model }: ответ за { $time }
health-probe-bad = ❌ { $model }: ответа нет ({ $time })
health-probe-answer = Ответ: { $said }
health-probe-circuit = Предохранитель: { $state }
health-probe-halted = Вызовы провайдера остановлены, поэтому проверки нет. Продолжить: «/admin money resume».
health-probe-limited = Достигнут предел расходов, или предел есть, а цены модели нет: к провайдеру никто не обращается. Пределы: «/admin money limits», цены: «/admin money prices».
health-why-unavailable = Провайдер недоступен или у него неполадки. Проверьте сеть и его страницу состояния; сообщения пока ждут.
health-why-timeout = Провайдер отвечал слишком долго. Если так и останется, посмотрите openai.timeout или выберите модель побыстрее.
health-why-limited = Провайдер просит реже: достигнут его предел запросов. Сообщения ждут и будут отправлены снова.
health-why-account = Ключ, аккаунт или модель не подходят. Проверьте ключ, баланс и имя модели.
health-why-refused = Провайдер отклонил запрос. Проверьте имя модели.
health-why-other = Провайдер не ответил.

health-errors = 🧾 Последние ошибки
health-errors-about = Последние ошибки этого процесса, сначала новые
health-errors-title = Последние ошибки
health-errors-empty = С запуска ошибок не было.
health-jobs = ⏰ Работы по расписанию
