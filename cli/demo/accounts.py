"""Accounts of the demo community: one for each role, so that everybody can look at everything as whom they like."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.api import Api, connect
from cli.demo.places import COMMUNITY

SIGN_INS = "demo-sign-ins.json"
RESIDENT_PHONE = "10000000135"
"""No network gives out numbers that begin so."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, kw_only=True)
class Wished:
    """An account that the demo has: its role, where it is held, and for whom."""

    name: str
    role: str
    community: str = COMMUNITY
    place: str | None = None
    subject: str | None = None
    phone: str | None = None

    @property
    def grant(self) -> dict[str, str | None]:
        """The role as the API takes it."""
        return {"role": self.role, "community": self.community, "place": self.place, "subject": self.subject}


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How somebody signs in to the demo: by name and password, or by telephone and the code that the log shows."""

    role: str
    name: str
    password: str | None = None
    phone: str | None = None

    def line(self) -> str:
        """In a line on the terminal."""
        how = (
            f"密码 password {self.password}"
            if self.password
            else f"手机 telephone {self.phone}，验证码见日志 code in log"
        )
        return f"  {self.role:<16} {self.name}  {how}"


def open_accounts(api: Api, base_url: str | None = None, folder: Path | None = None) -> list[SignIn]:
    """Make what accounts are missing; how to sign in to those that were made now, and to those known from the folder.

    An account whose password was lost, because the last start ended before it was kept, is given another one.
    """
    known = _kept(folder)
    made = {account["name"]: account for account in api.items("accounts")}
    told = []
    for wished in _wished(api):
        if wished.phone is not None:
            _enrol(api, wished, made)
            told.append(SignIn(role=wished.role, name=wished.name, phone=wished.phone))
        elif wished.name in known:
            told.append(known[wished.name])
        elif wished.name not in made or folder is not None:
            told.append(_open(api, wished, made.get(wished.name), base_url))
            _keep(folder, told)
    _keep(folder, told)
    return told


def _wished(api: Api) -> Iterator[Wished]:
    """One for each role, at places, for units and volunteers that there are."""
    grid, building = (
        api.get(f"communities/{COMMUNITY}/places", kind=kind, page_size=1)["items"][0]["code"]
        for kind in ("grid", "building")
    )
    unit = api.get("units", community=COMMUNITY, page_size=1)["items"][0]
    volunteer = api.get("volunteers", community=COMMUNITY, page_size=1)["items"][0]
    volunteer |= api.get(f"volunteers/{volunteer['id']}")
    yield Wished(name="居民", role="resident", phone=RESIDENT_PHONE)
    yield Wished(name="志愿者", role="volunteer", subject=volunteer["id"], phone=volunteer["phone"])
    yield Wished(name="楼栋长", role="building_leader", place=building)
    yield Wished(name="网格长", role="grid_leader", place=grid)
    yield Wished(name="办公室", role="office")
    yield Wished(name="书记", role="secretary")
    yield Wished(name="医生", role="doctor")
    yield Wished(name="共建单位", role="partner", subject=unit["id"])
    yield Wished(name="街道", role="viewer", community=COMMUNITY[:9])
    yield Wished(name="运维", role="operator", community="")
    yield Wished(name="管理员", role="administrator", community="")


def _open(api: Api, wished: Wished, known: dict[str, Any] | None, base_url: str | None) -> SignIn:
    """Make the account with a password of its own: a one-time password would be gone after the first look."""
    if known is None:
        known = api.post("accounts", {"community": wished.community, "name": wished.name})
        one_time = known["password"]
    else:
        one_time = api.post(f"accounts/{known['id']}/reset-password", {})["password"]
    api.post(f"accounts/{known['id']}/grants", wished.grant)
    token = connect(base_url, token=None).post("sessions", {"name": wished.name, "password": one_time})["token"]
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    with_token = connect(base_url, token=token)
    with_token.post("me/password", {"old": one_time, "new": password})
    with_token.ask("DELETE", "sessions/current")
    return SignIn(role=wished.role, name=wished.name, password=password)


def _enrol(api: Api, wished: Wished, made: dict[str, Any]) -> None:
    """Make an account that is signed in to by telephone."""
    account = made.get(f"尾号{(wished.phone or '')[-4:]}")
    if account is None:
        account = api.post("accounts", {"community": wished.community, "phone": wished.phone})
    api.post(f"accounts/{account['id']}/grants", wished.grant)


def _kept(folder: Path | None) -> dict[str, SignIn]:
    if folder is None or not (folder / SIGN_INS).exists():
        return {}
    return {each["name"]: SignIn(**each) for each in json.loads((folder / SIGN_INS).read_text(encoding="utf-8"))}


def _keep(folder: Path | None, told: list[SignIn]) -> None:
    """Keep what was told so far, readable for its owner alone, in one step."""
    if folder is None:
        return
    fresh = folder / f"{SIGN_INS}.{secrets.token_hex(4)}"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps([asdict(each) for each in told], ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.rename(folder / SIGN_INS)
