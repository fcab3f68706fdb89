"""How a list is laid on pages."""

from __future__ import annotations

from xlprocess.writers.summary.paper import ACROSS, Page, Printed, pixels, printed

LEAD = [6, 11, 26]


def test_a_narrow_list_is_printed_upright_at_its_full_size() -> None:
    assert printed([*LEAD, 10, 10, 10], [False] * 6, 3, 400) == Printed(False, 100)


def test_a_list_that_can_still_be_read_is_printed_on_one_page_s_width() -> None:
    found = printed([*LEAD, *[13.0] * 9], [False] * 12, 3, 400)
    assert (found.is_across, found.breaks) == (True, ())
    assert 62 <= found.scale < 100


def test_a_wider_list_goes_on_beside_in_blocks_that_keep_together_what_belongs_together() -> None:
    widths = [*LEAD, *[12.0, 12.0, 10.0] * 7, *[12.0] * 3]
    joined = [False] * 3 + [False, True, True] * 7 + [False] * 3
    found = printed(widths, joined, 3, 400)
    assert found.breaks == (15,)
    lead = sum(map(pixels, LEAD))
    for begin, end in ((3, 15), (15, len(widths))):
        assert (lead + sum(map(pixels, widths[begin:end]))) * found.scale / 100 <= ACROSS


def test_hidden_columns_take_no_room() -> None:
    assert printed([*LEAD, 10, 0, 0, 0, 0, 0], [False] * 9, 3) == printed([*LEAD, 10], [False] * 4, 3)


def test_a_few_lines_on_a_page_of_their_own_are_drawn_onto_the_page_before() -> None:
    widths = [*LEAD, *[12.0] * 6]
    assert [printed(widths, [False] * 9, 3, 15.0 * lines).tall for lines in (20, 32, 36, 500)] == [0, 1, 0, 0]


def test_a_page_begins_before_what_would_be_torn_apart() -> None:
    page = Page(758)
    page.keep(500, 0)
    page.take(500)
    page.keep(600, 12)
    assert (page.breaks, page.used) == ([12], 0)


def test_the_first_page_is_printed_smaller_so_that_its_tables_stand_together() -> None:
    page = Page(758)
    before = page.scale
    page.take(300)
    page.fit(page.room + 40)
    assert before > page.scale >= 78
