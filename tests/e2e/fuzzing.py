"""schemathesis, which makes requests out of the OpenAPI description, in order and not, and judges the answers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)

ENDLESS = "/api/v1/operations/live"
"""A stream that never ends by itself; tests of its own hold it against its shape."""


def without_default(told: dict[str, Any]) -> dict[str, Any]:
    """The description without "any other error", so that an answer that is not foreseen is seen."""
    strict: dict[str, Any] = json.loads(json.dumps(told))
    for methods in strict["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict):
                operation.get("responses", {}).pop("default", None)
    return strict


def fuzz(
    url: str, told: dict[str, Any], folder: Path, *, seed: int, phases: str, examples: int, within: float
) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try everything that `told` describes at `url`; where it ends with 0, nothing was found."""
    description = folder / "openapi.json"
    description.write_text(json.dumps(without_default(told)), encoding="utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(description)),
            *("--url", url, "--seed", str(seed), "--max-examples", str(examples)),
            *("--phases", phases, "--checks", ",".join(CHECKS)),
            *("--exclude-path", ENDLESS, "--no-shrink", "--request-timeout", "15", "--warnings", "off"),
        ],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONUTF8": "1", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
