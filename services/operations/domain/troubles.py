"""What needs a look now, in words that anybody understands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.reports import LATE, SLOW

RETRY_SHARE = 0.2
"""Share of what was tried of which no more should have failed."""

FEW = 5
"""So many failures are none worth a word: one of two would be half of them."""

PAGE, TICKET = "page", "ticket"
"""How soon somebody is needed: now, or when there is time."""

Trouble = dict[str, str]


def troubles(overview: Mapping[str, Any], retried: Mapping[str, tuple[int, int]]) -> list[Trouble]:
    """The most urgent first. `overview` is what operators are shown; `retried` says, by queue, how many attempts were
    made lately and how many of them failed."""
    found = [
        *_of_broker(overview["broker"]),
        *(trouble for queue in overview["queues"] for trouble in _of_queue(queue)),
        *(trouble for outbox in overview["outboxes"] for trouble in _of_outbox(outbox, _are_kept(overview))),
        *_of_processes(overview["processes"]),
        *_of_retries(retried),
        *_of_dead_letters(overview["dead_open"]),
    ]
    return sorted(found, key=lambda trouble: trouble["level"] != PAGE)


def _trouble(level: str, about: str, zh: str, en: str) -> Trouble:
    return {"level": level, "about": about, "zh": zh, "en": en}


def _of_broker(broker: Mapping[str, Any]) -> Iterator[Trouble]:
    if not broker["is_reachable"]:
        yield _trouble(PAGE, "broker", "消息服务没有答复", "The broker does not answer")
    for alarm in broker["alarms"]:
        zh, en = f"消息服务告警，不再接收消息：{alarm}", f"The broker has raised an alarm and takes nothing in: {alarm}"
        yield _trouble(PAGE, "broker", zh, en)


def _of_queue(queue: Mapping[str, Any]) -> Iterator[Trouble]:
    name, ready, slowest = queue["name"], queue["ready"], queue["critical_p99"]
    if queue["is_paused"]:
        yield _trouble(TICKET, name, f"{name} 已暂停，{ready} 条在等", f"{name} is paused; {ready} wait")
    elif ready and not queue["consumers"] and queue["kind"] != "retry":
        yield _trouble(PAGE, name, f"{name} 无人取用，{ready} 条在等", f"Nobody takes from {name}; {ready} wait")
    if slowest is not None and slowest > SLOW:
        zh = f"{name} 从告知到处理完太慢：99% 在 {slowest:.0f} 秒内"
        en = f"{name} is slow: 99% are handled within {slowest:.0f} s of being told"
        yield _trouble(PAGE, name, zh, en)


def _are_kept(overview: Mapping[str, Any]) -> bool:
    """Whether events have a reason to be in their outbox still: in the one-process form, where they stay until they
    are handled everywhere, because they wait in a queue, in a pause of the retry ladder, or are being handled."""
    is_one_process = overview["broker"]["source"] == "in_process"
    return is_one_process and any(queue["ready"] or queue["unacked"] for queue in overview["queues"])


def _of_outbox(outbox: Mapping[str, Any], is_kept: bool) -> Iterator[Trouble]:
    service, age, stuck = outbox["service"], outbox["oldest_age"], outbox["stuck"]
    if age is not None and age > LATE and not is_kept:
        zh = f"{service} 的发件箱最老一件已等 {age:.0f} 秒"
        yield _trouble(PAGE, service, zh, f"The oldest in {service}'s outbox has waited {age:.0f} s")
    elif stuck:
        zh = f"{service} 的发件箱有 {stuck} 件一再送不出"
        yield _trouble(TICKET, service, zh, f"{stuck} in {service}'s outbox could not be sent again and again")


def _of_processes(processes: Sequence[Mapping[str, Any]]) -> Iterator[Trouble]:
    """Whoever said goodbye, or has a successor that started since, is not missed."""
    for silent in processes:
        others = [each for each in processes if each["name"] == silent["name"] and not each["is_silent"]]
        is_replaced = any(each["started_at"] >= silent["reported_at"] for each in others)
        if silent["is_silent"] and silent["is_ready"] and not is_replaced:
            zh, en = f"进程 {silent['name']} 久未报告", f"The process {silent['name']} has not reported for a while"
            yield _trouble(TICKET if others else PAGE, silent["name"], zh, en)


def _of_retries(retried: Mapping[str, tuple[int, int]]) -> Iterator[Trouble]:
    for queue, (attempts, failures) in sorted(retried.items()):
        if failures >= FEW and failures > RETRY_SHARE * attempts:
            share = round(100 * failures / attempts)
            zh, en = (
                f"{queue} 有 {share}% 的尝试失败后重试",
                f"{share}% of the attempts at {queue} failed and are retried",
            )
            yield _trouble(TICKET, queue, zh, en)


def _of_dead_letters(open: int) -> Iterator[Trouble]:
    if open:
        is_are = "is 1 open dead letter" if open == 1 else f"are {open} open dead letters"
        yield _trouble(TICKET, "operations.dead", f"有 {open} 条死信待处理", f"There {is_are}")
