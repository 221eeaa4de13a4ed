"""The pictures of the READMEs, made anew from the demo community's pages: Chinese ones and English ones."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.chromium import running_browser
from tests.browser.people import People
from tests.browser.places import FILING, LED_BUILDING
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.first_key import COOKIE
from tests.e2e.running import running_embedded
from tests.e2e.systems import System

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PAGES = (
    ("front", "/", "", (390, 760)),
    ("filing", FILING, "", (390, 760)),
    ("leader", "/leader/", "grid_leader", (390, 760)),
    ("statistics", "/office/statistics", "office", (1180, 800)),
    ("ops", "/ops", "operator", (1180, 800)),
)
LIFE = (
    ("corridor_clutter", "三楼楼道堆满旧家具和纸箱，老人上下楼过不去。", 4),
    ("flying_wire", "二楼往下拉飞线给电动车充电，线皮破了。", 1),
    ("lift", "电梯昨晚起停在五楼。", 2),
    ("water_leak", "单元门口水管漏水，地面结冰。", 3),
    ("public_facility", "门口路灯不亮。", 5),
    ("garbage", "垃圾桶满了两天没人收。", 2),
    ("noise", "半夜施工，睡不着。", 3),
    ("parking", "消防车道上停了车。", 1),
)
"""What is reported, in which words, and how often."""


def live(door: Door) -> None:
    """Some matters in the demo community: waiting, in hand, settled, rated."""
    for category, words, times in LIFE:
        for number in range(times):
            place = LED_BUILDING if number % 2 == 0 else f"{COMMUNITY}0040101"
            id = door.file(COMMUNITY, place, category, description=words)
            door.when(id, lambda case: case["leader"] or case["leader_missing"])
            if number >= 1:
                door.post(f"grievances/{id}/accept")
            if number >= 2:
                door.post(f"grievances/{id}/resolve", {"resolution": "已办好。"})
                door.post(f"grievances/{id}/rate", {"score": 5 if number % 2 else 4})


def main() -> None:
    """Write `docs/pictures/<page>-<language>.webp`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_embedded(Path(folder)) as system,
        running_browser() as browser,
    ):
        live(system.door)
        for name, page in _opened(browser, system):
            picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
            path = FOLDER / f"{name}.webp"
            picture.save(path, "WEBP", quality=80, method=6)
            print(f"{path.name}: {path.stat().st_size:,} bytes")


def _opened(browser: Browser, system: System) -> Iterator[tuple[str, Page]]:
    people = People(system)
    for language, locale in LOCALES.items():
        for name, path, role, (width, height) in PAGES:
            context = browser.new_context(
                locale=locale,
                timezone_id="Asia/Shanghai",
                viewport={"width": width, "height": height},
                device_scale_factor=1.5,
            )
            if role:
                context.add_cookies([{"name": COOKIE, "value": people.token(role), "url": system.url}])
            page = context.new_page()
            answer = page.goto(f"{system.url}{path}")
            assert answer is not None
            assert answer.ok, f"{path}: {answer.status}"
            page.wait_for_load_state("load")
            yield f"{name}-{language}", page
            context.close()


if __name__ == "__main__":
    main()
