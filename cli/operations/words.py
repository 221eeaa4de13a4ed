"""What the codes of operations are called on the terminal, in Chinese and in English, and in which colour."""

STATES = {
    "open": ("待处理", "open"),
    "waiting": ("排队重放", "waiting to be replayed"),
    "sent": ("已重放，待回音", "replayed, not heard of yet"),
    "handled": ("已处理", "handled"),
    "discarded": ("已丢弃", "discarded"),
}
STATE_COLOURS = {"open": "red", "waiting": "yellow", "sent": "yellow", "handled": "green", "discarded": "dim"}

OUTCOMES = {
    "done": ("办好", "done"),
    "again": ("早已办过，未作改变", "had been handled already, nothing changed"),
    "passed": ("与其无关", "not its concern"),
    "retry": ("待重试", "to be tried again"),
    "dead": ("成为死信", "became a dead letter"),
    "refused": ("拒绝", "refused"),
    "failed": ("出错", "failed"),
    "unavailable": ("没有答复", "no answer"),
}
OUTCOME_COLOURS = {
    "done": "green",
    "again": "cyan",
    "passed": "dim",
    "retry": "yellow",
    "refused": "yellow",
    "dead": "bold red",
    "failed": "bold red",
    "unavailable": "bold red",
}
ACTIONS = {
    "replay": ("重放", "replayed"),
    "discard": ("丢弃", "discarded"),
    "pause": ("暂停", "paused"),
    "resume": ("恢复", "resumed"),
    "purge": ("清空", "purged"),
}
LEVEL_COLOURS = {"page": "bold red", "ticket": "yellow"}


def coloured(words: dict[str, tuple[str, str]], colours: dict[str, str], code: str) -> str:
    """A code in Chinese in its colour, with the English beside it; the code itself where it has no words yet."""
    chinese, english = words.get(code, (code, ""))
    return f"[{colours.get(code, 'default')}]{chinese}[/]" + (f" [dim]{english}[/]" if english else "")
