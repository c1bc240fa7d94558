"""Recipients into calls: how many, who with whom, and nobody lost."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from element.bulk.grouping import Grouping, content_of
from element.bulk.recipients import Recipient


def grouped(texts, numbers=None, **limits):
    """The groups for one recipient a text; numbers differ unless given."""
    grouping = Grouping(**limits)
    params = [{"text": text} if text else {} for text in texts]
    letters = [
        (content_of(each), (Recipient(row, str(numbers[row] if numbers else 13_000_000_000 + row), each), row, None))
        for row, each in enumerate(params)
    ]
    return [*grouping.add(letters), *grouping.rest()]


def sizes(groups):
    return sorted((group.same, len(group.letters)) for group in groups)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], []),
        ([""], [(True, 1)]),
        (["a"] * 1000, [(True, 1000)]),
        (["a"] * 2001, [(True, 1), (True, 1000), (True, 1000)]),
        ([str(place) for place in range(250)], [(False, 50), (False, 100), (False, 100)]),
        (["a", "b"] * 30, [(False, 60)]),
        (["a", "b"] * 150, [(True, 150), (True, 150)]),
        (["a"] * 1099 + ["b"], [(False, 100), (True, 1000)]),
        (["a"] * 1100 + ["b"], [(True, 1), (True, 100), (True, 1000)]),
    ],
)
def test_the_fewest_calls(texts, expected):
    assert sizes(grouped(texts)) == expected


@given(some.lists(some.sampled_from("abcdefgh"), max_size=300))
def test_no_grouping_of_a_window_needs_fewer_calls(texts):
    found = grouped(texts, most_same=20, most_each=4)
    shares = Counter(texts).values()
    least = min_calls(sorted(shares), most_same=20, most_each=4)
    assert len(found) == least


def min_calls(shares, most_same, most_each):
    """By counting: full calls of equal params first, then each rest either alone or mixed."""
    full = sum(share // most_same for share in shares)
    rests = sorted((share % most_same for share in shares), reverse=True)
    return full + min(
        alone + math.ceil(sum(rests[alone:]) / most_each) for alone in range(len([rest for rest in rests if rest]) + 1)
    )


@given(
    some.lists(some.tuples(some.integers(0, 9), some.sampled_from(["", "a", "b", "c"])), unique=True, max_size=60),
    some.integers(1, 12),
)
def test_nobody_is_lost_and_no_number_stands_twice_in_a_call(entries, window):
    numbers, texts = [number for number, _ in entries], [text for _, text in entries]
    groups = grouped(texts, numbers, most_same=5, most_each=3, window=window)
    assert sorted(key for group in groups for _, key, _ in group.letters) == list(range(len(entries)))
    for group in groups:
        called = [recipient.number for recipient, _, _ in group.letters]
        assert len(called) == len(set(called))
        assert len(called) <= (5 if group.same else 3)
        assert group.same == (len({content_of(recipient.params) for recipient, _, _ in group.letters}) == 1)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, True),
        ({"a": "1"}, {"a": "1", "b": ""}, False),
        ({"a": "1\0b\0002"}, {"a": "1", "b": "2"}, False),
        ({}, {"": ""}, False),
    ],
)
def test_params_are_told_apart(one, other, equal):
    assert (content_of(one) == content_of(other)) is equal
