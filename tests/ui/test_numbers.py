"""Phone numbers as people type them."""

import pytest

from ui.numbers import number, recipients

TYPED = {
    "13800138000": "13800138000",
    "+86 138-0013-8000": "13800138000",
    "008613800138000": "13800138000",
    "8613800138000": "13800138000",
    "１３８００１３８０００": "13800138000",
    "＋８６ 138 0013 8000": "13800138000",
    "(138) 0013.8000": "13800138000",
    "+852 6123 4567": "+85261234567",
    "8612345": "8612345",
    "call me": "call me",
    "138OO138OOO": "138OO138OOO",
}


@pytest.mark.parametrize(("typed", "read"), TYPED.items())
def test_a_number_is_read_as_it_was_meant_and_else_left_alone(typed, read):
    assert number(typed) == read


@pytest.mark.parametrize(
    "typed", ["13900139000 13700137000", "13900139000\t+86 137 0013 7000", "139 0013 9000, 13700137000"]
)
def test_a_blank_parts_numbers_that_are_complete(typed):
    assert recipients([typed]).numbers == ("13900139000", "13700137000")


def test_several_numbers_keep_their_order_and_each_gets_one_message():
    found = recipients(["13900139000, +8613800138000", "13900139000；13700137000、", ""])
    assert found.numbers == ("13900139000", "13800138000", "13700137000")
    assert (found.tidied, found.repeated) == (1, 1)
