"""What a page says in a word about a queue, an outbox, a process or a dead letter, and how much it matters.

A verdict is `(level, zh, en)`; the level is "bad" (something does not work), "warn" (look at it), "note" (somebody
wanted it so) or "calm". The bounds are those of the alerts: a page and a pager must not contradict each other.
"""

from typing import Any

from contracts.reports import LATE, SLOW
from gateway.pages.speech import moment_of

Row = dict[str, Any]
Verdict = tuple[str, str, str]

CALM: Verdict = ("calm", "", "")


def of_queue(queue: Row) -> Verdict:
    """The gravest thing about a queue."""
    is_consumed = queue["kind"] in ("work", "calls")
    if queue["is_paused"]:
        return ("note", "已暂停", "paused")
    if is_consumed and not queue["consumers"]:
        return ("bad" if queue["ready"] else "warn", "无人取用", "nobody takes from it")
    if (queue["critical_p99"] or 0) > SLOW:
        return ("bad", "缓慢", "slow")
    if is_consumed and (queue["oldest_age"] or 0) > LATE:
        return ("warn", "积压", "late")
    if queue["dead"]:
        return ("warn", "有死信", "dead letters")
    return CALM


def of_outbox(outbox: Row) -> Verdict:
    """The gravest thing about an outbox."""
    if (outbox["oldest_age"] or 0) > LATE:
        return ("bad", "积压", "late")
    if outbox["stuck"]:
        return ("warn", "一再送不出", "cannot be carried")
    return CALM


def of_process(process: Row, processes: list[Row]) -> Verdict:
    """Whether it works, as far as one hears; who said goodbye, or has a successor among `processes`, is not missed."""
    if not process["is_silent"]:
        return ("calm", "就绪", "ready") if process["is_ready"] else ("warn", "未就绪", "not ready")
    if not process["is_ready"]:
        return ("note", "已停止", "stopped")
    if any(_replaces(other, process) for other in processes):
        return ("note", "已被接替", "replaced")
    return ("bad", "没有音讯", "silent")


def _replaces(other: Row, process: Row) -> bool:
    is_at_work = other["name"] == process["name"] and not other["is_silent"]
    return is_at_work and moment_of(other["started_at"]) >= moment_of(process["reported_at"])


_FATES: dict[tuple[str, str], Verdict] = {
    ("open", ""): ("bad", "待处理", "open"),
    ("waiting", ""): ("note", "排队等候重放", "waits to be replayed"),
    ("sent", ""): ("note", "已放回原队列，等待回音", "put back into its queue, no word yet"),
    ("handled", "done"): ("calm", "重放后办成了", "done after a replay"),
    ("handled", "again"): (
        "calm",
        "此前已经办过，什么也没有改变",
        "had been handled already, nothing changed",
    ),
    ("handled", "passed"): (
        "calm",
        "与该服务无关，什么也没有改变",
        "does not concern the service, nothing changed",
    ),
    ("discarded", ""): ("calm", "已丢弃", "discarded"),
}


def of_letter(letter: Row) -> Verdict:
    """What became of a dead letter."""
    state, outcome, deaths = letter["state"], letter["outcome"], letter["deaths"]
    if state == "open" and deaths > 1:
        return ("bad", f"重放后又失败（第 {deaths} 次）", f"failed again after a replay (death {deaths})")
    known = _FATES.get((state, outcome)) or _FATES.get((state, ""))
    return known or ("calm", f"已处理：{outcome}", f"handled: {outcome}")


OUTCOMES: dict[str, Verdict] = {
    "done": ("calm", "办成", "done"),
    "again": ("calm", "此前已办过", "handled already"),
    "passed": ("calm", "无关，略过", "not concerned"),
    "retry": ("warn", "稍后再试", "tried again later"),
    "dead": ("bad", "成为死信", "died"),
    "refused": ("warn", "被拒绝", "refused"),
    "failed": ("bad", "出错", "failed"),
    "unavailable": ("bad", "没有答复", "no answer"),
}
"""What became of a step of a journey."""

KINDS = {
    "told": ("告知", "told"),
    "handled": ("处理", "handled"),
    "called": ("询问", "asked"),
    "sent": ("重放", "replayed"),
}
"""What a step of a journey is."""
