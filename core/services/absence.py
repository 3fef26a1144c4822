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


async def settle(suspects: Sequence[Copy], told: int, word: Word, walker: Walker, *, kept: Instances) -> Absence:
    """Decide on each suspect; `kept` are those that were kept by a word before.

    Raises NotAuthorised or NotYours when the credential is no longer good.
    """
    missing = frozenset(copy.instance_id for copy in suspects)
    if word is Word.KEEP:
        return Absence(kept=missing)
    kept = frozenset() if word is Word.ACCEPT else kept & missing
    fresh = tuple(copy for copy in suspects if copy.instance_id not in kept)
    if word is Word.ASK and must_ask(fresh, told):
        return Absence(asked=missing - kept, kept=kept)
    gone, unsure = await _confirmed(fresh, told, walker)
    return Absence(gone=gone, kept=kept, unconfirmed=unsure)


async def _confirmed(suspects: Sequence[Copy], told: int, walker: Walker) -> tuple[Instances, Instances]:
    """Those that are gone, and those of which nobody could say: asked for one by one, or in a second whole look.

    Whatever their owner says, one walk alone may have missed some of them. One by one Discogs tells the owner only, and
    only of the collection.
    """
    if not suspects:
        return frozenset(), frozenset()
    releases = {copy.release.id for copy in suspects}
    if not walker.can_ask_for_one or len(releases) > max(MOST_CONFIRMED, walker.progress.pages):
        return await _by_another_look(frozenset(copy.instance_id for copy in suspects), told, walker)
    gone, unsure, denied = await _one_by_one(suspects, walker)
    if not denied:
        return gone, unsure
    gone_too, unsure_too = await _by_another_look(denied, told, walker)
    return gone | gone_too, unsure | unsure_too


async def _by_another_look(missing: Instances, told: int, walker: Walker) -> tuple[Instances, Instances]:
    """Those that are gone, and those of which nobody could say."""
    second = await walker.second_look(told)
    unseen = missing - second.instances
    if second.is_short or second.nameless or second.totals != (told,):
        return frozenset(), unseen
    return unseen, frozenset()


async def _one_by_one(suspects: Iterable[Copy], walker: Walker) -> tuple[Instances, Instances, Instances]:
    """Those that are gone, those of which nobody could say, and those whose release Discogs denied to know.

    What it answers when a release was taken out of Discogs is not known, so a 404 proves nothing by itself.
    """
    releases: dict[ReleaseId, set[InstanceId]] = {}
    for copy in suspects:
        releases.setdefault(copy.release.id, set()).add(copy.instance_id)
    gone: set[InstanceId] = set()
    unsure: set[InstanceId] = set()
    denied: set[InstanceId] = set()
    asked = 0

    async def ask(release: ReleaseId, instances: set[InstanceId]) -> None:
        nonlocal asked
        try:
            page = await walker.copies_of(release)
        except (NotAuthorised, NotYours):
            raise
        except NotFound:
            denied.update(instances)
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
    return frozenset(gone), frozenset(unsure), frozenset(denied)
