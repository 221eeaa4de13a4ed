"""The demo community 陇海路社区: invented people at real places, the same for the same seed."""

from pathlib import Path


def fill_demo(base_url: str, token: str, folder: Path) -> list[str]:
    """Fill the demo community into the system at this address, with this token; a line for each role that says how to
    sign in as it, which the folder keeps."""
    from cli.api import connect
    from cli.demo.accounts import open_accounts
    from cli.demo.filling import fill

    api = connect(base_url, token=token)
    fill(api)
    return [sign_in.line() for sign_in in open_accounts(api, base_url, folder)]
