"""Brings everything over from the original Kotodom GPT: what is read, how it is understood.

``rows`` are its tables as we read them, ``understanding`` says what they mean to us, ``importing``
walks through them; who reads and who writes are edges of the house (``kotodom.db.original_*``).
"""
