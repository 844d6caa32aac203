"""Methods of lists and dictionaries."""

from __future__ import annotations

from refute.keys.code.places import Place
from refute.keys.code.state import State
from refute.keys.code.values import Mapping, Sequence, Term, Value, known


class Containers(State):
    """Follows what methods do to lists and dictionaries of the program."""

    def _of_list(self, items: Sequence, name: str, args: tuple[Value, ...]) -> Value:
        if name == "append" and args:
            self._extend(items, Sequence([args[0]]))
        elif name == "extend" and args:
            self._extend(items, args[0])
        elif name == "insert" and len(args) == 2 and isinstance(args[0], int):
            items.items.insert(args[0], args[1])
            items.complete &= not self._uncertain
        elif name == "pop" and items.complete and items.items and not self._uncertain:
            index = args[0] if args and isinstance(args[0], int) else -1
            if -len(items.items) <= index < len(items.items):
                return items.items.pop(index)
        elif name == "copy":
            return Sequence(list(items.items), items.complete, items.place)
        elif name not in ("index", "count"):
            items.complete = False
        return None

    def _of_mapping(
        self,
        mapping: Mapping,
        name: str,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        place: Place,
    ) -> Value:
        if name == "items":
            return Sequence(list(mapping.items.items()), mapping.complete)
        if name == "values":
            return Sequence(list(mapping.items.values()), mapping.complete)
        if name == "keys":
            return Sequence(list(mapping.items), mapping.complete)
        if (
            name == "get"
            and args
            and known(args[0])
            and (mapping.complete or args[0] in mapping.items)
        ):
            return mapping.items.get(args[0], args[1] if len(args) > 1 else None)
        if name == "pop" and args and known(args[0]) and not self._uncertain:
            return mapping.items.pop(args[0], args[1] if len(args) > 1 else None)
        if name == "copy":
            return Mapping(dict(mapping.items), mapping.complete)
        if name == "update":
            self._update(mapping, args, kwargs)
        return Term("method", (mapping, name, *args), place)

    def _update(self, mapping: Mapping, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        """Set what another mapping has; if that is unknown, so is everything."""
        for added in (*args, Mapping({k: v for k, v in kwargs.items() if k != "**"})):
            if not isinstance(added, Mapping) or not added.complete or "**" in kwargs:
                mapping.items.clear()
                mapping.complete = False
                return
            for key, value in added.items.items():
                mapping.items[key] = self._perhaps_set(mapping.items.get(key), value)
