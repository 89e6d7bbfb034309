"""Pages against axe-core's rules for WCAG 2.2 AA, on a phone and on a desk, in light and dark mode and enlarged."""

import shutil
import subprocess
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.browser

NPM = shutil.which("npm")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# One local report of every type, and the pages that all readers share.
PAGES = [
    "index.html",
    "quality/index.html",
    "methods/index.html",
    *(
        f"organisations/{code}/index.html"
        for code in ("SYN001", "SYN005", "SYN006", "SYN009", "SYN010", "SYN011", "SYN016", "SYN021", "SYNI03")
    ),
]
RUN = """const [rules, done] = arguments;
const told = rule => `${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).map(node => node.html).join(" ")}`;
axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
  .then(found => done(found.violations.map(told)))
  .catch(error => done([String(error)]));"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the npm registry."""
    if not NPM:
        pytest.skip("NO NPM: axe-core can't be had, so no page was tried against it")
    folder = tmp_path_factory.mktemp("axe")
    command = [NPM, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "axe-core@4"]
    got = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if got.returncode:
        pytest.skip(
            f"NO AXE-CORE: npm could not install it, so no page was tried against it: {got.stderr.strip()}"
        )
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


def open_page(browser, path: Path, width: int, height: int = 900) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("page", PAGES)
def test_page_breaks_no_rule_of_wcag(browser, demo, axe, page, width):
    open_page(browser, demo / page, width)
    browser.execute_script(axe)
    assert browser.execute_async_script(RUN, RULES) == []


def test_a_broken_rule_is_found(browser, axe, tmp_path):
    page = '<html lang="en-GB"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>'
    (tmp_path / "page.html").write_text(page)
    open_page(browser, tmp_path / "page.html", 1440)
    browser.execute_script(axe)
    assert [said.partition(":")[0] for said in browser.execute_async_script(RUN, RULES)] == ["image-alt"]


@pytest.mark.parametrize("page", ["index.html", "organisations/SYN001/index.html"])
def test_page_stays_legible_in_dark_mode(browser, demo, axe, page):
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": dark})
    open_page(browser, demo / page, 1440)
    browser.execute_script(axe)
    assert browser.execute_async_script(RUN, ["wcag2aa"]) == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_enlarged_to_twice_its_size(browser, demo, page):
    """A window of 1280 px at 200 % is one of 640 px with everything twice as large."""
    open_page(browser, demo / page, 640)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 640


def test_keyboard_goes_through_a_report_in_its_order_and_shows_where_it_is(browser, demo):
    open_page(browser, demo / "organisations/SYN001/index.html", 1280)
    body = browser.find_element(By.TAG_NAME, "body")
    places = []
    for _ in range(12):
        body.send_keys(Keys.TAB)
        now = browser.switch_to.active_element
        assert browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", now) == "solid"
        places.append(now.rect["y"])
    assert places[1:] == sorted(places[1:])
