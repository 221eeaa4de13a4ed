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
    "backup": ("cli.backups", "backup", "备份全部服务的数据 · back up every service's data"),
    "restore": ("cli.backups", "restore", "恢复备份 · restore a backup"),
    "ready": (PROCESSES, "ready", "某进程是否就绪 · is a process ready"),
    "keys": ("cli.keys", "keys", "字段加密密钥 · keys for encrypted fields"),
    "fill-demo": ("cli.filling", "fill_demo", "灌入演示社区 · fill in the demo community"),
    "demo": ("cli.story.command", "demo", "讲一遍办事的故事 · tell the story, three grievances end to end"),
    "import": ("cli.imports.commands", "imports", "导入诉求、地点、人员 · import grievances, places, people"),
    "show": ("cli.showing", "show", "看一件诉求的全过程 · one grievance and its timeline"),
    "ops": ("cli.operations.watching", "ops", "队列与进程的现状 · queues and processes, live"),
    "dead": ("cli.operations.dead", "dead", "死信：看、重放、丢弃 · dead letters: look, replay, discard"),
    "queue": ("cli.operations.queues", "queue", "暂停、恢复、清空队列 · pause, resume, purge a queue"),
    "journey": ("cli.operations.journey", "journey", "一件事在各服务间的经过 · the way of a case"),
    "audit": ("cli.audit", "audit", "查阅记录：谁看了谁的，是否被改动 · who read whose data, and is the record whole"),
    "sign-in": ("cli.signing_in", "sign_in", "登录 · sign in"),
    "sign-out": ("cli.signing_in", "sign_out", "退出登录 · sign out"),
    "accounts": ("cli.accounts", "accounts", "账号、授权、接口密钥 · accounts, roles, keys"),
    "person": ("cli.person", "person", "本人信息：导出、删除 · one person's data: export, erase"),
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
    """和美 Hemei：居民诉求直达网格长、志愿者和共建单位。

    Residents' grievances reach whoever can settle them.

    地址取自 HEMEI_URL · the address of the system is taken from HEMEI_URL
    (default http://127.0.0.1:8000).
    """


if __name__ == "__main__":
    main(prog_name="hemei")
