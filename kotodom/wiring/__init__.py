"""How the rooms are wired together: the only place that knows them all, beside ``app`` and ``cli``.

Each module builds one floor upon those before it: ground → outside → talk → administration → work
→ unasked; :mod:`kotodom.parts` gives the whole its life.
"""
