"""Make the pictures in ``docs/gallery`` from finished publications.

Run as ``python docs/gallery.py outputs/demo outputs/published``; needs the ``dev`` extra, Chromium with its driver,
and poppler's ``pdftoppm``. A picture whose page is in none of the publications is left as it is.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from selenium import webdriver

GALLERY = Path(__file__).parent / "gallery"
PHONE, TABLET, DESK = 360, 768, 1440
ALONE = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text")
COLOURS = 128  # enough for every colour of a chart, few enough for small files


class Picture(NamedTuple):
    """One picture: its name, the file under a publication's folder, its width (of a PDF: the page) and height."""

    name: str
    page: str
    width: int
    height: int


SCREENS = (
    Picture("local-report", "organisations/SYN001/index.html", 1280, 2150),
    Picture("local-report-phone", "organisations/SYN001/index.html", PHONE, 1500),
    Picture("small-icb", "organisations/SYNI03/index.html", TABLET, 1700),
    Picture("ambulance-trust", "organisations/SYN005/index.html", DESK, 1900),
    Picture("merged-trust", "organisations/SYN009/index.html", DESK, 1900),
    Picture("kent-and-medway", "organisations/RXY/index.html", DESK, 1700),
    Picture("nothing-submitted", "organisations/SYN014/index.html", PHONE, 1500),
    Picture("national", "index.html", DESK, 1900),
)
SHEETS = (
    Picture("board-summary", "organisations/SYN001/summary.pdf", 1, 800),
    Picture("report-in-print", "organisations/SYN001/report.pdf", 6, 800),
)


def main(publications: list[Path]) -> None:
    """Make every picture whose page is there."""
    GALLERY.mkdir(exist_ok=True)
    browser = _browser()
    try:
        for picture in SCREENS:
            if path := _found(picture, publications):
                _save(_screen(browser, path, picture), picture)
    finally:
        browser.quit()
    for picture in SHEETS:
        if path := _found(picture, publications):
            _sheet(path, picture)


def _found(picture: Picture, publications: list[Path]) -> Path | None:
    paths = [publication / picture.page for publication in publications]
    return next((path.resolve() for path in paths if path.exists()), None)


def _browser() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in ALONE:
        options.add_argument(switch)
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


def _screen(browser: webdriver.Chrome, path: Path, picture: Picture) -> bytes:
    size = {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    return base64.b64decode(shot["data"])


def _sheet(path: Path, picture: Picture) -> None:
    page = str(picture.width)
    command = [
        "pdftoppm",
        "-png",
        "-singlefile",
        "-scale-to",
        str(picture.height),
        "-f",
        page,
        "-l",
        page,
        str(path),
    ]
    _save(subprocess.run(command, check=True, capture_output=True).stdout, picture)  # noqa: S603


def _save(png: bytes, picture: Picture) -> None:
    few = (
        Image.open(BytesIO(png))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    few.save(GALLERY / f"{picture.name}.png", optimize=True)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
