"""When findings ask for a referral, from both sides of each limit."""

import pytest

from services.health.domain.advice import RULES, advice_on


@pytest.mark.parametrize(
    ("findings", "rules"),
    [
        ({"systolic": 179, "diastolic": 109}, []),
        ({"systolic": 180, "diastolic": 80}, ["bp-180-110"]),
        ({"systolic": 150, "diastolic": 110}, ["bp-180-110"]),
        ({"fasting_glucose": 16.6}, []),
        ({"fasting_glucose": 16.7}, ["glucose-16.7"]),
        ({"fasting_glucose": 4.0}, []),
        ({"fasting_glucose": 3.9}, ["glucose-3.9"]),
        ({"systolic": 200, "fasting_glucose": 3.0}, ["bp-180-110", "glucose-3.9"]),
        ({"note": "头晕"}, []),
        (None, []),
    ],
)
def test_a_referral_is_advised_from_the_limit_on_and_not_before(findings, rules):
    assert [advice.rule for advice in advice_on(findings)] == rules


def test_every_rule_says_where_it_is_written_and_diagnoses_nothing():
    for _, advice in RULES:
        assert "规范" in advice.source
        assert "转诊" in advice.zh
        assert "refer" in advice.en
        assert not any(word in advice.zh for word in ("患有", "诊断", "高血压病", "糖尿病"))
