"""Pages in a real browser: nothing from the network, no error, usable by keyboard and on a phone."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

pytestmark = pytest.mark.browser


def requests_of(browser):
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return [url for url in asked if not url.startswith(("data:", "file:", "chrome"))]


@pytest.mark.parametrize(
    "page", ["index.html", "organisations/SYN001/index.html", "quality/index.html", "methods/index.html"]
)
def test_page_opens_without_error_or_network(browser, demo, page):
    browser.get((demo / page).as_uri())
    assert browser.get_log("browser") == []
    assert requests_of(browser) == []
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    assert "Synthetic data" in browser.find_element(By.CSS_SELECTOR, "header").text


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("page", ["index.html", "organisations/SYN001/index.html"])
def test_page_never_scrolls_sideways(browser, demo, page, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get((demo / page).as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_finder_finds_by_name_and_opens_the_report_by_keyboard(browser, demo):
    browser.get((demo / "index.html").as_uri())
    box = browser.find_element(By.ID, "finder-text")
    every = len(browser.find_elements(By.CSS_SELECTOR, "#finder-list li"))
    box.send_keys("ambulance")
    shown = [
        item for item in browser.find_elements(By.CSS_SELECTOR, "#finder-list li") if item.is_displayed()
    ]
    assert 0 < len(shown) < every
    assert all("Ambulance" in item.text for item in shown)
    assert browser.find_element(By.ID, "finder-count").text == f"{len(shown)} of {every} reports"
    box.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert "Ambulance" in browser.find_element(By.TAG_NAME, "h1").text


def test_skip_link_is_first_and_leads_to_the_content(browser, demo):
    browser.get((demo / "organisations/SYN001/index.html").as_uri())
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    link = browser.switch_to.active_element
    assert link.text == "Skip to content"
    assert browser.find_element(
        By.CSS_SELECTOR, link.get_attribute("href")[link.get_attribute("href").index("#") :]
    )


def test_every_picture_has_words(browser, demo):
    browser.get((demo / "organisations/SYN001/index.html").as_uri())
    pictures = browser.find_elements(By.TAG_NAME, "img")
    assert len(pictures) >= 15
    assert all(picture.get_attribute("alt") for picture in pictures)


class TestExplorer:
    @pytest.fixture
    def part(self, browser, demo):
        browser.get((demo / "index.html").as_uri())
        return lambda name: browser.find_element(By.CSS_SELECTOR, f'#explorer [data-part="{name}"]')

    def test_it_stands_in_place_of_the_tables(self, browser, part):
        assert part("rows").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".explorer-still").is_displayed()

    def test_indicator_group_and_organisation_redraw_both_charts(self, part):
        before = part("funnel").get_attribute("innerHTML"), part("years-words").text
        Select(part("indicator")).select_by_visible_text("6 Harassment, bullying or abuse by staff")
        Select(part("group")).select_by_visible_text("Acute trusts")
        Select(part("organisation")).select_by_index(1)
        name = Select(part("organisation")).first_selected_option.text
        assert part("funnel").get_attribute("innerHTML") != before[0]
        assert part("years-words").text.startswith(name)
        assert "organisations around" in part("funnel-words").text
        assert f"{name}: " in part("funnel-words").text
        assert "Acute trust" in part("rows").text
        assert "Ambulance trust" not in part("rows").text

    def test_a_group_of_few_is_not_compared(self, part):
        Select(part("group")).select_by_visible_text("Ambulance trusts")
        assert part("funnel-words").text.startswith("Fewer than five organisations")
        assert not part("funnel").is_displayed()
        assert part("rows").text.count("Not compared") == len(part("rows").find_elements(By.TAG_NAME, "tr"))

    def test_table_filters_and_sorts_by_keyboard(self, browser, part):
        every = len(part("rows").find_elements(By.TAG_NAME, "tr"))
        part("filter").send_keys("london")
        rows = part("rows").find_elements(By.TAG_NAME, "tr")
        assert 0 < len(rows) < every
        assert all("London" in row.text for row in rows)
        part("filter").send_keys(Keys.BACKSPACE * len("london"))
        gap = browser.find_element(By.XPATH, "//*[@id='explorer']//button[text()='Gap']")
        gap.send_keys(Keys.ENTER)
        values = [
            row.find_elements(By.TAG_NAME, "td")[2].text
            for row in part("rows").find_elements(By.TAG_NAME, "tr")
        ]
        numbers = [float(value) for value in values if value != "–"]
        assert numbers == sorted(numbers)
        assert gap.find_element(By.XPATH, "..").get_attribute("aria-sort") == "ascending"
        assert (
            part("status")
            .get_attribute("textContent")
            .startswith(f"{every} of {every} organisations listed.")
        )

    def test_figures_are_those_of_the_tables_without_a_script(self, browser, demo, part):
        """Every figure of the table that the explorer fills stands in those that it replaces."""
        still = browser.find_element(By.CSS_SELECTOR, ".explorer-still").get_attribute("textContent")
        for row in part("rows").find_elements(By.TAG_NAME, "tr"):
            value, limits = (row.find_elements(By.TAG_NAME, "td")[n].text for n in (2, 3))
            assert value == "–" or f"{value} ({limits})" in still
