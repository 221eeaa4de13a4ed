"""`hemei sign-in` and `hemei sign-out`: in whose name the commands that follow speak."""

import click

from cli.api import Api, Refused, Trouble, connect
from cli.tokens import forget_token, keep_token, url_of


@click.command("sign-in")
@click.option("--key", "by_key", is_flag=True, help="用接口密钥 hk_… · with a key for programs")
@click.option("--second-factor", is_flag=True, help="已启用动态验证码 · the account has a second factor")
def sign_in(by_key: bool, second_factor: bool) -> None:
    """登录。令牌存入 ~/.config/hemei/token，只有本人可读；环境变量 HEMEI_TOKEN 优先。

    Sign in by name and password. The token is kept in ~/.config/hemei/token, readable by you alone; HEMEI_TOKEN goes
    before it.
    """
    token = click.prompt("密钥 Key", hide_input=True).strip() if by_key else _open_session(second_factor)
    _check(token)
    click.echo(f"已登录 Signed in. {keep_token(token)}")


def _open_session(second_factor: bool) -> str:
    name = click.prompt("登录名 Name")
    password = click.prompt("密码 Password", hide_input=True)
    totp = click.prompt("动态验证码 Code") if second_factor else ""
    told = connect(token=None).post("sessions", {"name": name, "password": password, "totp": totp})
    token: str = told["token"]
    if told["must_change_password"]:
        _choose_password(connect(token=token), password)
    return token


def _choose_password(api: Api, one_time: str) -> None:
    click.echo("这是一次性密码，请设置自己的密码（至少 10 个字符）")
    click.echo("A one-time password: choose your own, of 10 characters or more")
    while True:
        new = click.prompt("新密码 New password", hide_input=True, confirmation_prompt="再输入一遍 Once more")
        try:
            api.post("me/password", {"old": one_time, "new": new})
            return
        except Refused as refused:
            if refused.status != 422:
                raise
            refused.show()


def _check(token: str) -> None:
    """Raises `Trouble` for a token that opens nothing. A key need not be allowed to look at its owner's account."""
    try:
        connect(token=token).get("me")
    except Refused as refused:
        if refused.status != 403:
            raise


@click.command("sign-out")
@click.option("--everywhere", is_flag=True, help="结束本账号的所有会话 · end every session of the account")
def sign_out(everywhere: bool) -> None:
    """退出登录，删除存下的令牌。

    Sign out, and forget the token that was kept.
    """
    try:
        connect().ask("DELETE", "sessions" if everywhere else "sessions/current")
    except Refused as refused:
        if refused.status not in (401, 403):
            raise
    if not forget_token():
        raise Trouble(f"没有为 {url_of()} 存下令牌", f"No token was kept for {url_of()}")
    click.echo("已退出 Signed out")
