"""The token shows itself to nobody who does not ask for it."""

from __future__ import annotations

import copy
import pickle
import traceback

from core.domain.account import PersonalToken

import msgspec
import pytest

SECRET = "qWeRtYuIoPaSdFgHjKlZxCvBnM"
TOKEN = PersonalToken(SECRET)


def test_the_secret_is_given_to_who_asks() -> None:
    assert TOKEN.reveal() == SECRET


@pytest.mark.parametrize("shown", [repr(TOKEN), str(TOKEN), f"{TOKEN}", f"{TOKEN!r}", f"{[TOKEN]}"])
def test_no_text_form_shows_the_secret(shown: str) -> None:
    assert SECRET not in shown


@pytest.mark.parametrize(
    "write", [pickle.dumps, copy.copy, copy.deepcopy, msgspec.json.encode], ids=lambda f: f.__name__
)
def test_a_token_is_not_written_down_by_accident(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError) as refused:
        write(TOKEN)

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_tokens_are_equal_by_their_secrets() -> None:
    assert PersonalToken(SECRET) == TOKEN != PersonalToken("other")
    assert SECRET != TOKEN
    assert len({TOKEN, PersonalToken(SECRET), PersonalToken("other")}) == 2
