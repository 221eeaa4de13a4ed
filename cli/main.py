"""The `hemei` command: names every subcommand and imports one only when it is called, so that each starts fast."""

import importlib

import click

PROCESSES = "cli.processes"
COMMANDS = {
    "run": (PROCESSES, "run", "一个进程跑起整个系统 · the whole system in one process"),
    "run-distributed": (PROCESSES, "run_distributed", "每个服务一个进程 · a process per service, on this machine"),
    "migrate": ("cli.migrate", "migrate", "建库、升级表结构、声明队列 · databases, schemas and queues"),
    "serve": (PROCESSES, "serve", "启动一个服务 · start one service"),
    "relay": (PROCESSES, "relay", "启动发件箱转发 · start the outbox relay"),
    "ready": (PROCESSES, "ready", "某进程是否就绪 · is a process ready"),
    "keys": (PROCESSES, "keys", "字段加密密钥 · keys for encrypted fields"),
    "fill-demo": ("cli.filling", "fill_demo", "灌入演示社区 · fill in the demo community"),
    "demo": ("cli.story.command", "demo", "讲一遍办事的故事 · tell the story, three grievances end to end"),
    "import": ("cli.imports.commands", "imports", "导入诉求、地点、人员 · import grievances, places, people"),
    "show": ("cli.showing", "show", "看一件诉求的全过程 · one grievance and its timeline"),
    "gaps": ("cli.showing", "gaps", "看责任网的空缺 · where nobody is responsible"),
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported when called; its own help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        return getattr(importlib.import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help text, without importing anything."""
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, words) for name, (_, _, words) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """和美 Hemei:居民诉求直达网格长、志愿者和共建单位。

    Residents' grievances reach whoever can settle them.

    地址取自 HEMEI_URL · the address of the system is taken from HEMEI_URL
    (default http://127.0.0.1:8000).
    """


if __name__ == "__main__":
    main(prog_name="hemei")
