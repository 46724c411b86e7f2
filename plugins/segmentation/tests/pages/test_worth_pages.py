"""The pages of RFM, values, classes and key accounts are drawn, with and without anybody."""

import pytest
from plugins.segmentation.tests.clients import Person
from plugins.segmentation.tests.membership.town import Town

from guanxi_segmentation import pipeline
from guanxi_segmentation.schemes.presets import ensure_ready_made

PAGES = ("rfm", "values", "schemes", "schemes/ready-made", "key-accounts")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_where_there_is_nobody(admin: Person, page: str) -> None:
    assert admin.get(f"/segmentation/{page}").status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "schemes/tiers"])
def test_a_page_is_drawn_with_the_ready_made_schemes(admin: Person, town: Town, page: str) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
        pipeline.refresh(session, None, as_of=town.now)

    assert admin.get(f"/segmentation/{page}").status_code == 200


def test_a_scheme_that_is_none_is_not_found(admin: Person) -> None:
    assert admin.get("/segmentation/schemes/nothing").status_code == 404
