"""Pictures for Word have the size of the vector pictures that they are made from, and their colours."""

import io

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from wres.publish.pictures import add_pngs, as_pngs

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36">'
    '<rect width="36" height="36" fill="#12436D"/></svg>'
)


def as_png(svg: str) -> bytes:
    (png,) = as_pngs([svg])
    return png


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_an_inch_is_144_dots_and_says_so():
    picture = opened(as_png(SVG))
    assert picture.size == (144, 72)
    assert np.allclose(picture.info["dpi"], 144, atol=0.1)


def test_colours_are_kept_on_white():
    pixels = np.asarray(opened(as_png(SVG)).convert("RGB"))
    assert pixels[36, 36].tolist() == [0x12, 0x43, 0x6D]
    assert pixels[36, 108].tolist() == [255, 255, 255]


def test_same_picture_gives_the_same_bytes():
    assert as_png(SVG) == as_png(SVG)


def test_pictures_of_many_sizes_are_what_each_would_be_alone():
    wide = SVG.replace("72pt", "144pt")
    assert as_pngs([SVG, wide, SVG]) == [as_png(SVG), as_png(wide), as_png(SVG)]
    assert opened(as_png(wide)).size == (288, 72)
    assert as_pngs([]) == []


def test_chart_looks_as_matplotlib_would_draw_it():
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([1, 3, 2], linewidth=3)
    axes.set_title("Share of BME staff")
    svg, png = io.BytesIO(), io.BytesIO()
    figure.savefig(svg, format="svg")
    figure.savefig(png, format="png", dpi=144)
    plt.close(figure)
    ours, theirs = (
        np.asarray(opened(each).convert("L"), dtype=float)
        for each in (as_png(svg.getvalue().decode()), png.getvalue())
    )
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() < 3


def test_only_pictures_without_a_png_get_one(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "a.svg").write_text(SVG)
    (tmp_path / "1" / "b.svg").write_text(SVG)
    (tmp_path / "1" / "b.png").write_bytes(b"own")
    add_pngs(tmp_path)
    assert opened((tmp_path / "1" / "a.png").read_bytes()).size == (144, 72)
    assert (tmp_path / "1" / "b.png").read_bytes() == b"own"
