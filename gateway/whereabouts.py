"""Where the thing that a request is about lies, and whether whoever asks reaches there.

Each route says one of these: its command names the place (`InBody`, `InAddress`), it asks for a list (`Filtered`), or
it is about one thing whose place is looked up (`Kept`). What lies out of reach and was found by its id is answered as
if it did not exist; what the asker named by its place is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from contracts.errors import Error, NotFound, words
from contracts.organization.errors import MergedAway
from gateway.errors import ChooseOne, NotAllowed
from gateway.http import ask
from gateway.reach import CODE, WHOLE, Area, Reach
from gateway.tree import lies_below


class Where(Protocol):
    """Holds a request against what its asker reaches."""

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Before anything is done. May narrow the query. Raises a refusal."""

    def leave(self, reach: Reach, told: Any) -> None:
        """Before the answer is given. Raises a refusal."""


class Anywhere:
    """The thing lies nowhere in particular."""

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Nothing to hold against."""

    def leave(self, reach: Reach, told: Any) -> None:
        """Nothing to hold against."""


class InAddress(Anywhere):
    """The address names the community, and perhaps the place."""

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Refuses a community or place out of reach."""
        _refuse_unless_covered(reach, ids["community"], ids.get("place"))


@dataclass(frozen=True)
class InBody(Anywhere):
    """The command names the community, and in field `place` where in it."""

    place: str = ""

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Refuses a community or place out of reach."""
        _refuse_unless_covered(reach, body["community"], body.get(self.place))


def _refuse_unless_covered(reach: Reach, community: str, place: str | None) -> None:
    if not any(_covers(area, community, place) for area in reach.within(community)):
        raise NotAllowed


def _covers(area: Area, community: str, place: str | None) -> bool:
    if area.is_whole:
        return True
    return area.place is not None and place is not None and lies_below(community, place, area.place)


MINE = "mine"
"""Asks a list for everything that whoever asks is responsible for."""


@dataclass(frozen=True)
class Filtered(Anywhere):
    """A list, narrowed by its filters: to a community, and to a place, a unit or volunteer, or who filed. `places` is
    what the service calls several places, for whoever asks with `mine` for all that he is responsible for. `one`
    says of each what is left out for who reaches it only as its owner."""

    place: str = ""
    subject: str = ""
    owner: str = ""
    places: str = ""
    one: "Kept | None" = None

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Narrows the query to the one area asked for. Raises `NotAllowed`, or `ChooseOne` where several could be
        meant and none was named."""
        self._narrow_to_community(reach, query)
        areas = reach.within(query["community"]) if "community" in query else reach.areas
        asks_for_all = query.pop(MINE, False)
        if any(area.is_whole for area in areas):
            return
        if asks_for_all and (own := [area.place for area in areas if area.place is not None]):
            query[self.places] = own
            return
        named = [area for area in areas if self._is_named(area, query)]
        if named:
            return
        left = [area for area in areas if not self._is_asked_for_elsewhere(area, query)]
        if not left:
            raise NotAllowed
        if len(left) > 1:
            raise _choose(self._filter_of(left[0]), filter(None, (self._value_of(area) for area in left)))
        query[self._filter_of(left[0])] = self._value_of(left[0])

    def leave(self, reach: Reach, told: Any) -> None:
        """Whose each is stays here."""
        for item in told["items"] if self.owner else ():
            if self.one is not None:
                self.one.cut_for_owner(reach, item)
            item.pop(self.owner, None)

    def _narrow_to_community(self, reach: Reach, query: dict[str, Any]) -> None:
        if query.get("community"):
            if not reach.within(query["community"]):
                raise NotAllowed
            return
        query.pop("community", None)
        communities = sorted({area.community for area in reach.areas})
        if WHOLE in communities:
            return
        if len(communities) > 1 or len(communities[0]) < CODE:
            raise _choose("community", communities)
        query["community"] = communities[0]

    def _filter_of(self, area: Area) -> str:
        if area.place is not None:
            return self.place
        return self.subject if area.subject is not None else self.owner

    def _value_of(self, area: Area) -> str:
        return area.place or area.subject or area.owner or ""

    def _is_named(self, area: Area, query: dict[str, Any]) -> bool:
        asked = query.get(self._filter_of(area))
        if asked is None:
            return False
        if area.place is not None:
            return lies_below(query["community"], str(asked), area.place)
        return str(asked) == self._value_of(area)

    def _is_asked_for_elsewhere(self, area: Area, query: dict[str, Any]) -> bool:
        return query.get(self._filter_of(area)) is not None


def _choose(field: str, values: Iterable[str]) -> Error:
    listed = list(values)
    return ChooseOne(
        fields={field: [words(f"请选择其一：{'、'.join(listed)}", f"choose one of: {', '.join(listed)}")]}, field=field
    )


@dataclass(frozen=True)
class Kept:
    """One thing that a service keeps, looked up by its id; the names are those of its fields, "" where it has none.
    `cut` takes out of it what is not meant for who reaches it only as its owner."""

    service: str
    call: str
    missing: type[Error]
    place: str = ""
    subject: str = ""
    owner: str = ""
    led: str = ""
    before: bool = False
    cut: Callable[[dict[str, Any]], None] | None = None

    @property
    def first(self) -> "Kept":
        """The same, looked up before anything is done: for commands. A reading is checked by its answer."""
        return replace(self, before=True)

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """For commands: refuses what lies out of reach as if it did not exist."""
        if self.before:
            self._refuse_out_of_reach(reach, ask(self.service, self.call, {"id": ids["id"]}))

    def leave(self, reach: Reach, told: Any) -> None:
        """For readings: the same. Whose it is stays here."""
        if not self.before:
            self._refuse_out_of_reach(reach, told)
        self.cut_for_owner(reach, told)
        told.pop(self.owner, None)

    def cut_for_owner(self, reach: Reach, told: dict[str, Any]) -> None:
        """Leaves out what is not meant for them where no other area of theirs covers it."""
        if self.cut is None or self.owner not in told:
            return
        if all(area.owner is not None or not self._lies_in(area, told) for area in reach.within(told["community"])):
            self.cut(told)

    def _refuse_out_of_reach(self, reach: Reach, found: Mapping[str, Any]) -> None:
        if not any(self._lies_in(area, found) for area in reach.within(found["community"])):
            raise self.missing(id=found.get("id", ""))

    def _led_at(self, found: Mapping[str, Any]) -> str | None:
        """Where whoever leads it holds their post, to whom it was handed, perhaps from elsewhere."""
        led: Mapping[str, Any] = (self.led and found.get(self.led)) or {}
        return led.get("at")

    def _lies_in(self, area: Area, found: Mapping[str, Any]) -> bool:
        if area.is_whole:
            return True
        if area.place is not None:
            places = filter(None, (found.get(self.place), self._led_at(found)))
            return any(lies_below(found["community"], str(place), area.place) for place in places)
        if area.subject is not None:
            return bool(self.subject) and str(found.get(self.subject)) == area.subject
        return bool(self.owner) and str(found.get(self.owner)) == area.owner


@dataclass(frozen=True)
class Registered(Kept):
    """Somebody in the register, whose entry may be part of another by now: that it is, and of which, is told to whoever
    reaches that other. To everybody else the id is one that nobody has."""

    def found(self, reach: Reach, id: str) -> Any:
        """What is known by this id. Raises `MergedAway` where the entry that stays is in reach, else `missing`."""
        try:
            return ask(self.service, self.call, {"id": id})
        except MergedAway as merged:
            self._refuse_unless_led_on(reach, id, merged)
            raise

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """For commands: refuses what lies out of reach as if it did not exist."""
        if self.before:
            self._refuse_out_of_reach(reach, self.found(reach, ids["id"]))

    def _refuse_unless_led_on(self, reach: Reach, id: str, merged: MergedAway) -> None:
        try:
            self._refuse_out_of_reach(reach, ask(self.service, self.call, {"id": merged.facts["into"]}))
        except (NotFound, MergedAway) as error:  # out of reach, or gone itself in this moment
            raise self.missing(id=id) from error
