"""Identities as types of their own, so that a release can never be looked up by an instance id."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

AccountId = NewType("AccountId", str)
"""Our own UUID, in text."""

DiscogsUserId = NewType("DiscogsUserId", int)
"""The numeric id of a Discogs user; unlike the name it is taken to stay."""

ReleaseId = NewType("ReleaseId", int)
MasterId = NewType("MasterId", int)

InstanceId = NewType("InstanceId", int)
"""One owned copy. Three copies of a release are three instances.

Of a wantlist, where each release is wanted once and has no number of its own: the release's.
"""


class Shelf(StrEnum):
    """What is kept up to date of an account."""

    COLLECTION = "collection"
    WANTLIST = "wantlist"


FolderId = NewType("FolderId", int)
FieldId = NewType("FieldId", int)

RunId = NewType("RunId", str)
"""One run of a sync, in text."""

ALL_FOLDER = FolderId(0)

MEDIA_FIELD = FieldId(1)
SLEEVE_FIELD = FieldId(2)
NOTES_FIELD = FieldId(3)
