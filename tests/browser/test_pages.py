"""Pages in a real browser: nothing from the network, no error, usable by keyboard and on a phone."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

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
