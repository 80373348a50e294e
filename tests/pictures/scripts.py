"""What the model says in the pictures, in Markdown as models write it."""

CODE = """\
Read it **line by line**, so that it never has to fit into memory:

```python
from collections import Counter

def count(path: str) -> Counter[str]:
    words: Counter[str] = Counter()
    with open(path) as file:
        for line in file:
            words.update(line.split())
    return words
```

- `Counter` counts *any* hashable value
- `count(path).most_common(10)` gives the ten most frequent words

More in [the documentation](https://docs.python.org/3/library/collections.html).
"""

TABLE = r"""
### Compound interest

After $n$ years you have $1000 \cdot 1.03^n$ euros:

| years | you have | gained |
|------:|---------:|-------:|
|     1 |  1,030 € |   30 € |
|     5 |  1,159 € |  159 € |
|    10 |  1,344 € |  344 € |
|    24 |  2,033 € | 1,033 € |

1. It **doubles** in about 24 years
2. because $\ln 2 / \ln 1.03 \approx 23.4$

> Rule of thumb: 72 divided by the rate.
"""

PHOTO = """\
**Sunset**, I should say: the sun stands low, the sky is orange, and the sea has already gone \
dark in front. 🌅
"""
RIG = "One mast, a mainsail and a jib: she is a *sloop*. Good for sleeping on, bad for fishing."
VOICE = "Smoked herring keeps **five days** in the fridge, wrapped. It never lasts that long here."
DOCUMENT = """\
Two things:

1. **07:45** – fog, so the ferry had to wait outside.
2. **12:00** – the cat found the herring. I know nothing about that.
"""

STORY = """\
**The cat of the northern pier**

Every harbour has a cat, and every cat has a harbour. Ours came with the herring fleet in the \
autumn of the great fog, and she never told anybody from where. She chose the third crate from \
the left, and for eleven years nobody sat there but her.
"""
STOPPED_AT = "she never told"
PERCENT = "17 % of 240 is **40.8**."
PERCENT_EDITED = "17 % of 2400 is **408**."

ENGINE = """\
In this order:

1. the **glow plugs**: measure each one
2. the fuel filter: water in it?
3. the battery, under load
"""
FUEL = "One is enough; take two. A spare filter has saved more boats than a spare anchor."

PROMPT = """\
You are Ada, who loves numbers.
Answer in English.
Never use tables."""
NEW_PROMPT = """\
You are Ada, who loves numbers.
Answer in the language you are asked in.
Never use tables."""

RUSSIAN = """\
**Не только от удовольствия.** Кошка мурлычет:

- когда ей хорошо и спокойно;
- когда ей больно – так она успокаивает себя;
- когда просит: в этом мурлыканье слышен *почти детский плач*.
"""
