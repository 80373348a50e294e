"""``kotodom demo`` through pipes: it prints the conversation and ends."""

import asyncio
import json
import os
import shlex
import signal
from asyncio.subprocess import PIPE
from pathlib import Path

from kotodom.demo.model import ModelServer
from tests.demo.kit import TIMEOUT, command, converse, environ, left_in, piped, read_until


async def test_a_piped_conversation_is_printed_with_its_complete_answers(tmp_path: Path) -> None:
    code, output, errors = await converse(
        tmp_path,
        "/start",
        "my name is Ann",
        "",
        "what is my name",
        "/refresh",
        "what is my name?",
        "/nonsense",
        "//stop",
        "write 9000 characters",
        "hello",
        "/bot nobody",
        "/bot ada",
        "who am i",
        "/kill",
        "hello",
        "/bots",
        "/transcript",
        "/quit",
        "never read",
    )
    assert (code, errors) == (0, "")
    assert "\x1b" not in output
    assert output.startswith("You: /start\nWhiskers: Prrr.")
    assert "You: what is my name\nWhiskers: Your name is Ann: you told me so earlier.\n" in output
    _, refreshed = output.split("You: /refresh\n")
    assert refreshed.startswith("Whiskers: Done.")
    assert "You: what is my name?\nWhiskers: You have not told me your name yet." in refreshed
    assert "You: /nonsense\nWhiskers: I don't know that command." in output
    assert "You: //stop\nWhiskers: There is nothing to stop" in output
    long = output.split("You: write 9000 characters\n")[1].split("You: hello")[0]
    assert long.count("Whiskers: ") >= 3, "every part of a long answer is there"
    assert "Paragraph 1\n" in long
    assert long.count("Paragraph 40\n") == 1
    assert '· There is no bot called "nobody". There are Whiskers, Ada.' in output
    assert "· Now you talk to Ada.\nYou: who am i\nAda: You have not told me" in output
    assert "· Killed the daemon (SIGKILL, pid" in output
    assert "You: hello\nAda: Hello again!" in output
    assert "· There are Whiskers, Ada; you talk to Ada." in output
    assert "[1] You: who am i" in output
    assert "never read" not in output
    assert left_in(tmp_path) == [], "the temporary folder is gone"


async def test_a_daemon_that_dies_ends_the_demo_with_its_last_words(tmp_path: Path) -> None:
    async with piped(tmp_path) as demo:
        assert demo.stdin and demo.stdout and demo.stderr
        demo.stdin.write(b"hello\n")
        await read_until(demo.stdout, "Ask me for help")
        os.kill(_only_child(demo.pid), signal.SIGKILL)
        said = await read_until(demo.stderr, "Its log ends with:")
        assert said.startswith("The daemon died (exit code -9).")
        said += (await demo.stderr.read()).decode()
        assert "is ready" in said
        assert "Traceback" not in said
        assert await demo.wait() == 1
    assert left_in(tmp_path) == []


def _only_child(pid: int) -> int:
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


KEY = "sk-somebody-real-0123456789"
PROMPT = "You are\ta “cat”.\n\x7f\\n😀"
TOKEN = "123456789:" + "R" * 35


async def test_with_config_the_persons_bots_and_provider_are_used_and_no_secret_leaves(
    tmp_path: Path,
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    model = ModelServer(answer=lambda items, body: f"As told: {body.get('instructions')}")
    base_url = await model.start()
    (home / "key").write_text(KEY)
    (home / "config.toml").write_text(_config(base_url))
    (home / "config.toml").chmod(0o600)
    try:
        async with piped(temporary, "--config", str(home / "config.toml")) as demo:
            assert demo.stdin and demo.stdout
            demo.stdin.write(b"/start\nhello\n")
            said = await read_until(demo.stdout, "As told: ")
            assert "Кот: Мяу 😀" in said
            assert "Кот: As told: You are a “cat”." in said
            written = [path.read_bytes() for path in temporary.rglob("*") if path.is_file()]
            (config,) = temporary.glob("kotodom-demo-*/config.toml")
            assert config.stat().st_mode & 0o077 == 0
            assert config.parent.stat().st_mode & 0o077 == 0
            assert "127.0.0.1" in config.read_text()
            demo.stdin.write(b"/bot second\nhi\n")
            demo.stdin.close()
            assert "second: As told: None" in await read_until(demo.stdout, "second: As told")
            assert await demo.wait() == 0
    finally:
        await model.stop()
    assert {request.headers["authorization"] for request in model.requests} == {f"Bearer {KEY}"}
    assert model.requests[0].body["model"] == "my-model"
    assert model.requests[0].body["instructions"] == PROMPT
    everything = b"".join(written)
    assert TOKEN.encode() not in everything
    assert b"RRRRR" not in everything
    assert KEY.encode() not in everything
    assert left_in(home) == ["config.toml", "key"]
    assert left_in(temporary) == []


def _config(base_url: str) -> str:
    prompt = json.dumps(PROMPT, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"""\
[database]
url = "sqlite://never-touched.db"
[telegram]
api_base = "http://127.0.0.1:9"
proxy = "http://127.0.0.1:9"
[openai]
api_key = "file:key"
base_url = "{base_url}"
model = "my-model"
[prices]
my-model = {{ input = 0.1, cached = 0.01, output = 0.0000005 }}
[[bots]]
name = "Кот"
token = "{TOKEN}"
prompt = {prompt}
start_message = "Мяу 😀"
[[bots]]
name = "second"
token = "credential:only-systemd-has-it"
enabled = false
"""


async def test_a_mistake_in_the_persons_file_is_named_and_nothing_starts(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[openai]\napi_key = "sk-x"\n[[bots]]\nprompt = 5\n')
    code, output, errors = await converse(tmp_path, "hello", arguments=("--config", str(file)))
    assert (code, output) == (78, "")
    assert f"{file}: bots[0].name: is missing" in errors
    assert f"{file}: bots[0].prompt: must be text" in errors
    assert "KOTODOM_BOTS" not in errors
    assert "Traceback" not in errors


async def test_own_variables_of_kotodom_do_not_reach_the_offline_demo(tmp_path: Path) -> None:
    """A person who has a real set-up in the environment still gets the offline demo."""
    code, output, _ = await converse(
        tmp_path,
        "hello",
        KOTODOM_OPENAI__BASE_URL="http://127.0.0.1:9/v1",
        KOTODOM_TELEGRAM__API_BASE="http://127.0.0.1:9",
    )
    assert code == 0
    assert "offline model" in output


async def test_output_that_nobody_reads_any_more_ends_the_demo_quietly(tmp_path: Path) -> None:
    line = f"printf 'hello\\nhello\\n' | {shlex.join(command())} | head -n 1"
    shell = await asyncio.create_subprocess_shell(
        line, stdout=PIPE, stderr=PIPE, env=environ(tmp_path), cwd=tmp_path
    )
    async with asyncio.timeout(TIMEOUT):
        output, errors = await shell.communicate()
    assert (output.decode(), errors.decode()) == ("You: hello\n", "")
    assert left_in(tmp_path) == []
