### /admin money. Plain text; labels stand on buttons.
### $cost, $amount, $used: sums and counts as they are shown, such as $4.10 or 41.

money-title = 💰 Money
money-about = What was spent today, this week and this month
# $period: today, week or month.
money-period = { $period ->
    [today] Today
    [week] 7 days
   *[month] This month
}
# $tokens, $questions: counts.
money-sum = { $period }: { $cost } · { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} · { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}
# $name: of a bot, a person or a model.
money-entry = • { $name }: { $cost } · { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} · { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}
# $calls: a count.
money-unpriced = ⚠️ { $calls ->
    [one] { $calls } call has no price
   *[other] { $calls } calls have no price
} and { $calls ->
    [one] is
   *[other] are
} not in the sum.
money-nothing = Nothing was spent.
# $said: what was typed.
money-bad-period = “{ $said }” is no period: write today, week or month.

money-bots-title = 💰 By bot
money-bots-about = What each bot spent: today, week or month
money-people-title = 💰 By person
money-people-about = What each person spent: today, week or month
money-models-title = 💰 By model
money-models-about = What each model cost: today, week or month
money-chart-title = 💰 The last 30 days, by bot
money-chart-about = A picture of the last 30 days, by bot
money-chart-others = others
money-chart-label = 📊 Chart

money-stop-about = Stop all calls to the model provider at once
money-resume-about = Allow calls to the model provider again
money-stop-label = 🛑 Stop all calls
money-resume-label = ▶️ Resume calls
money-stopped = 🛑 All calls to the model provider are stopped. Questions wait until somebody resumes.

money-limits-label = 🚦 Limits
money-limits-title = 🚦 Limits
# $whose: of what.
money-limits-of = 🚦 Limits: { $whose }
money-limits-about = All limits for spending, and how much of them is used
money-limits-of-bot-about = A bot's limits, with those of its chats and people
money-limits-of-chat-about = A chat's limits
money-limit-about = Limit all bots together: day or month, cost or questions, an amount or none
money-limit-bot-about = Limit a bot
money-limit-chat-about = Limit a chat
money-limit-person-about = Limit a person at a bot; “each” for everybody by themselves
# $period: day or month; $measure: cost or questions; $percent: a count.
money-limit-used = { $whose }, { $period ->
    [day] a day
   *[month] a month
}: { $used } of { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" questions"}
} ({ $percent } %)
money-limit-each = { $whose }, { $period ->
    [day] a day
   *[month] a month
}: { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" questions"}
}
money-limit-none = There are no limits here.
# On a button.
money-limit-add = { $measure ->
    [cost] 💵
   *[questions] 💬
} { $measure ->
    [cost] Dollars
   *[questions] Questions
} { $period ->
    [day] a day
   *[month] a month
}
money-limit-ask = { $measure ->
    [cost] How many dollars { $period ->
        [day] a day
       *[month] a month
    } may be spent
   *[questions] How many questions { $period ->
        [day] a day
       *[month] a month
    } may be asked
}? Write a number. 0 allows nothing, “none” takes the limit away.
money-limit-now = Now: { $amount }
money-limit-remove-label = ✖ No limit
money-limit-bad-period = “{ $said }” is no period: write day or month.
money-limit-bad-measure = “{ $said }” cannot be limited: write cost or questions.
money-limit-bad-amount = “{ $said }” is no amount. Write a number such as { $measure ->
    [cost] 5 or 0.50
   *[questions] 100
}, or “none”.
money-limit-saved = ✅ The limit is set.
money-limit-removed = ✅ There is no such limit any more.
# $models: names.
money-limit-no-price = ⚠️ Without a price, questions to { $models } are refused now. Set it, or 0 for a model of your own.
money-personal-label = 👤 Each person
# $scope: instance, bot, chat, each or user; $who: a number or a name; $bot: a name.
money-whose = { $scope ->
    [instance] All bots
    [bot] { $bot }
    [chat] chat { $who } ({ $bot })
    [each] each person at { $bot }
   *[user] { $who } at { $bot }
}

money-prices-label = 🏷 Prices
money-prices-title = 🏷 Prices
money-prices-hint = Dollars for a million tokens: sent · sent and cached · answered. ⚠️ has no price.
money-prices-about = What models cost, and who says so
money-price-about = A model's price: three numbers, “minute” and one, 0 or “none”
money-price-tokens = { $model }: { $input } · { $cached } · { $output }
money-price-minute = a minute of sound: { $minute }
money-price-none = ⚠️ { $model }: no price
# $source: admin, config or known.
money-price-source = Set { $source ->
    [admin] in /admin
    [config] in config.toml
   *[known] by Kotodom: the provider's list of 2026-11-22
}.
money-price-ask = To set it, write dollars for a million tokens: sent, sent and cached, answered (“0.10 0.01 0.50”); or “minute 0.006” for a model that listens; or 0 for a model of your own.
money-price-free-label = 0 – it is my own
money-price-back-label = ↩ Take back
money-price-bad = “{ $said }” is no price. Write three numbers (“0.10 0.01 0.50”), “minute 0.006”, 0 or “none”.
money-price-saved = ✅ The price is set. It counts from the next call on.

# $percent: a count; $scope: instance, bot, chat or user; $who: a number.
money-alert-limit = { $percent } % of a limit are used: { $used } of { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" questions"}
} { $period ->
    [day] today
   *[month] this month
} ({ $scope ->
    [instance] all bots
    [bot] this bot
    [chat] chat { $who }
   *[user] person { $who }
}).
money-alert-reached = A limit is reached, so questions are refused: { $used } of { $amount }{ $measure ->
    [cost] {""}
   *[questions] {" questions"}
} { $period ->
    [day] today
   *[month] this month
} ({ $scope ->
    [instance] all bots
    [bot] this bot
    [chat] chat { $who }
   *[user] person { $who }
}).
money-alert-unpriced = { $model } has no price, but spending is limited here: questions to it are refused. Set its price, or 0 for a model of your own.
