"""/admin: everything an admin sees and changes, one module a noun.

Each command is a plain function over the ports: arguments and rights in (:class:`Ask`), a view
(:class:`Screen`) or an effect out. How Telegram shows it is one function's business
(:func:`kotodom.admin.screen.draw`).
"""
