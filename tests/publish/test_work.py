"""A shard of pages goes in as bytes and comes out as bytes; what fails says why and stops nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from wres.pipeline import load
from wres.publish.jobs import Jobs
from wres.publish.recipe import recipe
from wres.publish.render import choose_renderer
from wres.publish.work import MismatchError, Order, finished, make, shard_of, unpacked

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"


@pytest.fixture(scope="module")
def order():
    """The methods page's job, with a small page instead: the parameters of a notebook are checked first."""
    publication, collection = load(PUBLISHED)
    methods, _ = Jobs(publication, False, collection.organisations).background()
    return Order(methods, {"publication.yml": PUBLISHED.read_bytes()})


@pytest.fixture(scope="module")
def own():
    return recipe(choose_renderer("embedded"))


@pytest.fixture(scope="module")
def done(order, own):
    page = replace(order.job.page, stem="bad")
    bad = Order(replace(order.job, parameters={"no_such": 1}, page=page), order.files)
    return {page.stem: page for page in finished(make(shard_of([bad, order], "embedded", own)))}


def test_page_that_fails_says_why_and_the_others_are_made(done):
    assert done["bad"].failure == "methods.ipynb has no parameter named no_such"
    assert done["bad"].archive == b""
    assert done["methods"].failure == ""
    assert sorted(unpacked(done["methods"].archive)) == ["methods/index.html", "notebooks/methods.ipynb"]


def test_time_that_a_page_took_is_told(done):
    assert done["methods"].seconds > done["bad"].seconds >= 0


def test_worker_that_would_make_other_pages_refuses(order):
    with pytest.raises(MismatchError, match="install the same on all of them"):
        make(shard_of([order], "embedded", "another recipe"))


def test_key_is_the_same_for_the_same_things_in_any_order(order, own):
    files = {"a": b"1", "b": b"2"}
    job = replace(order.job, parameters={"x": 1, "y": 2})
    turned = replace(job, parameters={"y": 2, "x": 1})
    assert Order(job, files).key(own) == Order(turned, dict(reversed(files.items()))).key(own)


@pytest.mark.parametrize(
    "change",
    [
        lambda order: replace(order, files={"publication.yml": b"other"}),
        lambda order: replace(order, files={**order.files, "more": b""}),
        lambda order: replace(order, job=replace(order.job, notebook="national")),
        lambda order: replace(order, job=replace(order.job, parameters={"params_file": "other"})),
        lambda order: replace(order, job=replace(order.job, page=replace(order.job.page, title="Other"))),
        lambda order: replace(order, job=replace(order.job, page=replace(order.job.page, targets={}))),
    ],
)
def test_key_changes_with_everything_that_a_page_depends_on(order, own, change):
    assert change(order).key(own) != order.key(own)


def test_key_changes_with_package_and_renderer(order, own):
    assert order.key(own) != order.key("other")
