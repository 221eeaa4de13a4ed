"""The people of the demo community, one for each role, and how each of them gets in."""

import re
from dataclasses import dataclass

import httpx

from tests.e2e.systems import System
from tests.waiting import eventually

RESIDENT_PHONE = "10000000135"


@dataclass(frozen=True)
class SignIn:
    """What somebody types at the door."""

    name: str
    password: str


class People:
    """Who may sign in to one system; each does once, and every test goes on in that session."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._tokens: dict[str, str] = {}

    def sign_in(self, role: str) -> SignIn:
        """The name and password that were told for a role when the demo was filled in."""

        def told() -> SignIn:
            log = self._system.log.read_text(encoding="utf-8", errors="replace")
            found = re.search(rf"^ +{role} +(\S+) +密码 password (\S+)$", log, re.MULTILINE)
            assert found, f"no sign-in was told for {role}"
            return SignIn(found[1], found[2])

        return eventually(told, within=90)

    def token(self, role: str) -> str:
        """The token of a session with this role."""
        if role not in self._tokens:
            given = self.sign_in(role)
            answer = httpx.post(
                f"{self._system.url}/api/v1/sessions",
                json={"name": given.name, "password": given.password},
                timeout=15,
                trust_env=False,
            )
            assert answer.status_code == 201, answer.text
            self._tokens[role] = str(answer.json()["token"])
        return self._tokens[role]
