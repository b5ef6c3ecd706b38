from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq import errors
from heat_mq.crypt import Box

OLD = "notgood but just long enough i t"
NEW = "0123456789abcdef0123456789abcdef"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

BOX = Box([NEW])


@given(json_values)
def test_what_is_sealed_opens_as_it_was(value: object) -> None:
    assert BOX.open(BOX.seal(value)) == value


def test_the_sealed_text_shows_nothing_and_never_repeats() -> None:
    first, second = BOX.seal("hunter2"), BOX.seal("hunter2")
    assert "hunter2" not in first
    assert first != second


def test_a_former_key_opens_and_rotation_writes_with_the_newest() -> None:
    sealed = Box([OLD]).seal({"password": "x"})
    both = Box([NEW, OLD])
    assert both.open(sealed) == {"password": "x"}
    assert BOX.open(both.rotate(sealed)) == {"password": "x"}


@pytest.mark.parametrize("operation", ["open", "rotate"])
def test_a_wrong_key_is_named_without_the_secret(operation: str) -> None:
    sealed = Box([OLD]).seal("hunter2")
    with pytest.raises(errors.CannotDecrypt, match="auth_encryption_key") as caught:
        getattr(BOX, operation)(sealed)
    assert sealed not in str(caught.value)


def test_text_that_is_no_sealed_value_is_refused() -> None:
    with pytest.raises(errors.CannotDecrypt):
        BOX.open("clear text é")


@pytest.mark.parametrize("keys", [[], ["short"]])
def test_a_missing_or_short_key_is_refused_at_the_start(keys: list[str]) -> None:
    with pytest.raises(errors.BadConfiguration, match="auth_encryption_key"):
        Box(keys)


def test_what_the_newest_key_has_sealed_is_known():
    old, both = (
        Box(["the former key, long enough"]),
        Box(["the present key, long enough", "the former key, long enough"]),
    )
    sealed = old.seal({"a": 1})
    assert old.is_newest(sealed)
    assert not both.is_newest(sealed)
    assert both.is_newest(both.rotate(sealed))
    assert not both.is_newest("no token")
