"""One TLS context for the whole process: the certificates it trusts cost 2 MB of memory."""

import os
import ssl
from functools import lru_cache


def context() -> ssl.SSLContext:
    """Trust what ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name, else what the machine trusts.

    A machine without certificates (a slim container) gets those of certifi, which aiogram brings.
    Raises OSError when what is named cannot be read.
    """
    return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=1)
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and os.listdir(paths.capath)):
        return ssl.create_default_context()

    import certifi

    return ssl.create_default_context(cafile=certifi.where())
