"""Nothing in the environment changes what is sent, and where."""

import logging
import os
import subprocess
import sys

import pytest
from provider_kit import KEY, listen

NONSENSE = {
    "OPENAI_API_KEY": "sk-from-the-environment",
    "OPENAI_ADMIN_KEY": "sk-admin-from-the-environment",
    "OPENAI_ORG_ID": "org-nonsense",
    "OPENAI_PROJECT_ID": "proj-nonsense",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/nonsense",
    "OPENAI_WEBHOOK_SECRET": "nonsense",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer nonsense\nX-Nonsense: yes",
    "OPENAI_API_TYPE": "azure",
    "OPENAI_API_VERSION": "nonsense",
    "OPENAI_LOG": "debug",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
}


@pytest.mark.parametrize("key", [KEY, ""])
async def test_the_environment_has_no_influence(server, make_provider, monkeypatch, key):
    for name, value in NONSENSE.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    provider = make_provider(api_key=key)
    await listen(provider)
    await provider.check("gpt-6-luna")
    sent = server.requests[-1].headers
    assert sent["authorization"] == f"Bearer {key or 'none'}"
    assert "nonsense" not in str(sent).lower()
    assert not {name for name in sent if name.startswith("openai-")}
    assert {name: os.environ[name] for name in NONSENSE} == NONSENSE, "and it is left as it was"


def test_importing_the_provider_does_not_import_the_sdk_and_its_log_switch_is_ignored():
    """A new process, because in this one the SDK is imported long since."""
    program = (
        "import logging, sys\n"
        "from kotodom.llm import openai, sdk\n"
        "assert 'openai' not in sys.modules\n"
        "sdk.build_client(api_key='', base_url='http://x', proxy='', timeout=1)\n"
        "assert 'openai' in sys.modules\n"
        "print(logging.getLogger('openai').level, len(logging.getLogger().handlers))\n"
    )
    environment = {**os.environ, **NONSENSE, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == [str(logging.NOTSET), "0"]
