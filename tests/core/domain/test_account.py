"""Tokens and keys show themselves to nobody who does not ask for them."""

from __future__ import annotations

import copy
import pickle
import traceback

from core.domain.account import AccessToken, Consent, Consumer, Credential, PersonalToken, RequestToken

import msgspec
import pytest

SECRET = "qWeRtYuIoPaSdFgHjKlZxCvBnM"
KEY = "kEyKeYkEyKeYkEy"
TOKEN = PersonalToken(SECRET)
PAIRS = (Consumer, RequestToken, AccessToken)
ALL = [TOKEN, *(kind(KEY, SECRET) for kind in PAIRS)]


def named(value: object) -> str:
    return type(value).__name__


@pytest.mark.parametrize("secret", ALL, ids=named)
def test_the_secret_is_given_to_who_asks(secret: Credential) -> None:
    assert secret.reveal() == SECRET


@pytest.mark.parametrize("secret", ALL, ids=named)
def test_no_text_form_shows_the_secret(secret: Credential) -> None:
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{[secret]}"):
        assert shown.strip("[]") == f"{named(secret)}(***)"


@pytest.mark.parametrize("secret", ALL, ids=named)
@pytest.mark.parametrize(
    "write", [pickle.dumps, copy.copy, copy.deepcopy, msgspec.json.encode], ids=lambda f: f.__name__
)
def test_a_token_is_not_written_down_by_accident(write: object, secret: Credential) -> None:
    assert callable(write)
    with pytest.raises(TypeError) as refused:
        write(secret)

    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told
    assert KEY not in told


def test_tokens_are_equal_by_their_secrets() -> None:
    assert PersonalToken(SECRET) == TOKEN != PersonalToken("other")
    assert SECRET != TOKEN
    assert len({TOKEN, PersonalToken(SECRET), PersonalToken("other")}) == 2


@pytest.mark.parametrize("kind", PAIRS)
def test_pairs_are_equal_by_kind_key_and_secret(kind: type[Consumer | RequestToken | AccessToken]) -> None:
    pair, others = kind(KEY, SECRET), [kind("other", SECRET), kind(KEY, "other"), kind(SECRET, KEY)]

    assert kind(KEY, SECRET) == pair
    assert pair.key == KEY
    assert all(other != pair for other in [*others, *(one(KEY, SECRET) for one in PAIRS if one is not kind), SECRET])
    assert len({pair, kind(KEY, SECRET), *others}) == 4


def test_a_question_to_a_member_shows_no_secret() -> None:
    assert SECRET not in repr(Consent(RequestToken(KEY, SECRET), "https://www.discogs.test/"))
