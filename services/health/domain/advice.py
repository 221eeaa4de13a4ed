"""When what was measured on a visit asks for a referral: a reminder with its rule and source, never a diagnosis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the platform reminds of: to refer now, by this rule, written there."""

    rule: str
    zh: str
    en: str
    source: str


HYPERTENSION = "国家基本公共卫生服务规范《高血压患者健康管理服务规范》"
DIABETES = "国家基本公共卫生服务规范《2型糖尿病患者健康管理服务规范》"

Measured = Mapping[str, Any]


def _at_least(name: str, limit: float) -> Callable[[Measured], bool]:
    return lambda found: found.get(name) is not None and found[name] >= limit


def _at_most(name: str, limit: float) -> Callable[[Measured], bool]:
    return lambda found: found.get(name) is not None and found[name] <= limit


def _very_high_pressure(found: Measured) -> bool:
    return _at_least("systolic", 180)(found) or _at_least("diastolic", 110)(found)


RULES: tuple[tuple[Callable[[Measured], bool], Advice], ...] = (
    (
        _very_high_pressure,
        Advice(
            rule="bp-180-110",
            zh="收缩压 ≥180 或舒张压 ≥110 mmHg：建议立即转诊，2 周内随访转诊情况",
            en="Systolic ≥180 or diastolic ≥110 mmHg: refer now, follow up within 2 weeks",
            source=HYPERTENSION,
        ),
    ),
    (
        _at_least("fasting_glucose", 16.7),
        Advice(
            rule="glucose-16.7",
            zh="血糖 ≥16.7 mmol/L：建议立即转诊，2 周内随访转诊情况",
            en="Glucose ≥16.7 mmol/L: refer now, follow up within 2 weeks",
            source=DIABETES,
        ),
    ),
    (
        _at_most("fasting_glucose", 3.9),
        Advice(
            rule="glucose-3.9",
            zh="血糖 ≤3.9 mmol/L：建议立即转诊，2 周内随访转诊情况",
            en="Glucose ≤3.9 mmol/L: refer now, follow up within 2 weeks",
            source=DIABETES,
        ),
    ),
)


def advice_on(findings: Measured | None) -> list[Advice]:
    """What these findings ask for."""
    return [advice for asks, advice in RULES if asks(findings or {})]
