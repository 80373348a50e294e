"""The dashboard, the alert rules and the documentation speak of the metrics that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kotodom import errors, model
from kotodom.http import BotHealthState
from kotodom.http.table import MARKS, renewed
from kotodom.measures import ALL, GROUPS, Kind, Measure

DOCS = Path(__file__).parents[2] / "docs"
DASHBOARD: dict[str, Any] = json.loads((DOCS / "grafana" / "kotodom.json").read_text())
RULES = (DOCS / "alerts.yaml").read_text()

_SERIES = re.compile(r"\b((?:kotodom|process)_[a-z0-9_]+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPING = re.compile(r"\b(by|on) \(([^)]*)\)")
EVERYWHERE = {"instance", "job"}
"""Labels that Prometheus itself adds."""


def series() -> dict[str, Measure]:
    """What is really exposed, by name: a histogram has three of them."""
    found: dict[str, Measure] = {}
    for measure in ALL:
        if measure.kind is Kind.HISTOGRAM:
            found |= {f"{measure.name}_{part}": measure for part in ("bucket", "sum", "count")}
        else:
            found[measure.name] = measure
    return found


def labels(measure: Measure) -> set[str]:
    le = {"le"} if measure.kind is Kind.HISTOGRAM else set()
    return {*measure.labels, *EVERYWHERE, *le}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, str]]:
    """The alert rules, as far as the tests need them: each value stands on one line."""
    found: list[dict[str, str]] = []
    for line in RULES.splitlines():
        match = re.fullmatch(r"\s+(?:- )?(\w+):(?: (.+))?", line)
        if match and match[1] == "alert":
            found.append({})
        if match and match[2] and found:
            found[-1][match[1]] = match[2].strip('"')
    return found


def expressions() -> list[tuple[str, str]]:
    """Where it stands, and the PromQL."""
    found = [(rule["alert"], rule["expr"]) for rule in rules()]
    for panel in panels():
        found += [(panel["title"], target["expr"]) for target in panel["targets"]]
    found += [(one["name"], one["expr"]) for one in DASHBOARD["annotations"]["list"]]
    queries = [one["query"] for one in DASHBOARD["templating"]["list"] if one["type"] == "query"]
    return found + [("a variable", query["query"]) for query in queries]


@pytest.mark.parametrize(("where", "promql"), expressions())
def test_every_query_asks_for_series_and_labels_that_there_are(where: str, promql: str) -> None:
    known = series()
    used = [(known[name], matchers) for name, matchers in _SERIES.findall(promql)]  # KeyError: none
    assert used, where
    for measure, matchers in used:
        assert set(_MATCHER.findall(matchers)) <= labels(measure), where
    there = set.union(*(labels(measure) for measure, _ in used))
    for _, names in _GROUPING.findall(promql):
        assert {name.strip() for name in names.split(",")} <= there, where
    assert promql.count("(") == promql.count(")")
    assert promql.count("{") == promql.count("}")
    for measure, _ in used:
        # A counter says nothing by itself: it begins anew with each start.
        if measure.kind is Kind.COUNTER:
            assert re.search(rf"(rate|increase)\({measure.name}\b", promql), where


def test_values_that_are_asked_for_can_be_there() -> None:
    codes = {error.code for error in _subclasses(errors.KotodomError)} | {"internal"}
    possible = {
        "kind": {kind.lower() for kind in model.Kind},
        "method": {"getUpdates"},
        "result": {*codes, "ok", "cancelled", "told", "kept_back", "unreachable"},
        "service": {"provider", "telegram"},
        "state": {*BotHealthState, "closed", "half-open", "open", "ready", "in_work", "waiting"},
        "status": {status.lower() for status in model.Status},
        "type": {"input", "cached", "output"},
    }
    for where, promql in expressions():
        for label, value in re.findall(r'(\w+)(?:=~|!~|!=|=)"([^"$]+)"', promql):
            assert set(value.split("|")) <= possible[label], where


def _subclasses(kind: type[errors.KotodomError]) -> list[type[errors.KotodomError]]:
    return [kind, *(deeper for one in kind.__subclasses__() for deeper in _subclasses(one))]


def test_the_dashboard_shows_every_metric() -> None:
    shown = {name for panel in panels() for target in panel["targets"] for name in _names(target)}
    assert {measure.name for measure in ALL} - shown == {"process_virtual_memory_bytes"}


def _names(target: dict[str, Any]) -> set[str]:
    return {series()[name].name for name, _ in _SERIES.findall(target["expr"])}


def test_the_dashboard_can_be_imported_anywhere() -> None:
    assert "id" not in DASHBOARD
    assert "uid" not in DASHBOARD
    assert DASHBOARD["schemaVersion"] >= 41
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Now", "Messages", "Provider", "Telegram", "Money", "Machine"]
    first, *rest = DASHBOARD["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    ours = {"type": "prometheus", "uid": "${datasource}"}
    assert all(variable["datasource"] == ours for variable in rest)
    for panel in panels():
        assert "id" not in panel
        assert panel["datasource"] == ours
        assert all(target["datasource"] == ours for target in panel["targets"])
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_no_panel_lies_upon_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    operate = (DOCS / "operate.md").read_text()
    assert len(rules()) > 20
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule["alert"].startswith("Kotodom")
        assert rule["severity"] in {"critical", "warning", "info"}
        assert rule["runbook"] == f"docs/operate.md#{rule['alert'].lower()}"
        assert re.search(rf"^#+ {rule['alert']}$", operate, re.MULTILINE)
        assert len(rule["summary"]) < 60
        assert rule["description"].endswith(".")
        assert rule["description"].count(".") > 1 or "," in rule["description"]
    assert "\t" not in RULES


def test_plain_values_of_the_rules_are_yaml() -> None:
    """Quoted, or without what would end them or begin something else."""
    for line in RULES.splitlines():
        value = re.fullmatch(r"\s+(?:- )?\w+: (.+)", line)
        if value and not value[1].startswith('"'):
            assert ": " not in value[1], line
            assert " #" not in value[1], line
            assert value[1][0] not in "{[&*!|>'%@`,", line


def test_the_documentation_lists_the_metrics_as_they_are() -> None:
    pages = [page for page in DOCS.glob("*.md") if MARKS.begin in page.read_text()]
    assert pages
    for page in pages:
        assert renewed(page.read_text()) == page.read_text()
        for measures in GROUPS.values():
            for measure in measures:
                assert f"| `{measure.name}` | {measure.kind} |" in page.read_text()
