"""Find out whether copies that a whole walk did not see are really gone. Absence is a suspicion, not a fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.domain.collection import Copy
from core.domain.ids import InstanceId, ReleaseId
from core.domain.progress import Phase, Word
from core.domain.walk import MOST_CONFIRMED, must_ask
from core.errors import DiscogsError, NotAuthorised, NotFound, NotYours
from core.services.walk import Walker, together

from msgspec import Struct

Instances = frozenset[InstanceId]


class Absence(Struct, frozen=True):
    """What becomes of the published copies that were not seen. Those named nowhere here were there after all."""

    gone: Instances = frozenset()
    asked: Instances = frozenset()
    """They wait for their owner's word."""
    kept: Instances = frozenset()
    """They stay by their owner's word."""
    unconfirmed: Instances = frozenset()
    """They stay, because nobody could say."""


async def settle(
    suspects: Sequence[Copy],
    told: int,
    word: Word,
    walker: Walker,
    *,
    asked: Instances,
    kept: Instances,
    singly: bool = True,
) -> Absence:
    """Decide on each suspect; `asked` and `kept` are what was decided on before.

    `singly`: whether Discogs can be asked for one copy, which it answers to the owner only.

    Raises NotAuthorised or NotYours when the credential is no longer good.
    """
    missing = frozenset(copy.instance_id for copy in suspects)
    kept = frozenset() if word is Word.ACCEPT else kept & missing
    if word is Word.KEEP:
        return Absence(kept=missing)
    fresh = tuple(copy for copy in suspects if copy.instance_id not in kept)
    if not must_ask(fresh, told):
        return await _confirm(fresh, told, walker, kept=kept, singly=singly)
    if word is Word.ASK:
        return Absence(asked=missing - kept, kept=kept)
    # What was asked about was missed by that walk and by this one. The rest was missed once, which paging can do.
    agreed = missing & asked
    rest = tuple(copy for copy in fresh if copy.instance_id not in agreed)
    found = await _confirm(rest, told, walker, kept=kept, singly=singly)
    return Absence(gone=agreed | found.gone, unconfirmed=found.unconfirmed)


async def _confirm(suspects: Sequence[Copy], told: int, walker: Walker, *, kept: Instances, singly: bool) -> Absence:
    """Ask for each suspect by itself; for many, or when there is no such answer, look at everything once more."""
    unsure = frozenset(copy.instance_id for copy in suspects)
    gone: set[InstanceId] = set()
    if singly and len(suspects) <= MOST_CONFIRMED:
        gone, unsure = await _one_by_one(suspects, walker)
    elif suspects:
        second = await walker.second_look(told)
        if not second.is_short and second.totals == (told,) and not second.nameless:
            gone, unsure = set(unsure - second.instances), frozenset()
    return Absence(gone=frozenset(gone), kept=kept, unconfirmed=unsure)


async def _one_by_one(suspects: Iterable[Copy], walker: Walker) -> tuple[set[InstanceId], Instances]:
    """Those that are gone, and those of which nobody could say."""
    releases: dict[ReleaseId, set[InstanceId]] = {}
    for copy in suspects:
        releases.setdefault(copy.release.id, set()).add(copy.instance_id)
    gone: set[InstanceId] = set()
    unsure: set[InstanceId] = set()
    asked = 0

    async def ask(release: ReleaseId, instances: set[InstanceId]) -> None:
        nonlocal asked
        try:
            page = await walker.copies_of(release)
        except (NotAuthorised, NotYours):
            raise
        except NotFound:
            # A release that was taken out of Discogs is in nobody's collection.
            gone.update(instances)
        except DiscogsError:
            unsure.update(instances)
        else:
            whole = page.size == page.told and not page.anonymous_limit
            named = all(row.instance_id is not None for row in page.unreadable)
            (gone if whole and named else unsure).update(instances - page.instances)
        asked += 1
        walker.say(Phase.CONFIRMING, page=asked, pages=len(releases), gone=len(gone))

    if releases:
        walker.say(Phase.CONFIRMING, page=0, pages=len(releases))
    async with together() as group:
        for release, instances in releases.items():
            group.create_task(ask(release, instances))
    return gone, frozenset(unsure)
