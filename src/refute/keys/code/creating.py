"""Objects that calls create: of libraries, and of the program's own classes."""

from __future__ import annotations

from refute.keys.code.places import Place
from refute.keys.code.state import MAX_OBJECTS, ProgramTooLarge, State
from refute.keys.code.values import (
    Class,
    Function,
    Made,
    Mapping,
    Name,
    Sequence,
    Term,
    Unknown,
    Value,
    callee,
    known,
)

STACKS = ("keras.Sequential", "torch.nn.Sequential", "torch.nn.ModuleList")
"""Classes that hold a list of layers."""


class Creating(State):
    """Creates objects with what they hold from the start: layers, fields and attributes."""

    def _make(
        self, callee: Name | Class, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Made:
        made = Made(callee, args, dict(kwargs), place, self.block, loops=tuple(self._loops))
        if made.is_a(*STACKS):
            made.attributes["layers"] = self._stacked(made)
        self.trace.made.append(made)
        if len(self.trace.made) > MAX_OBJECTS:
            raise ProgramTooLarge
        return made

    def _cloned(self, model: Made, place: Place) -> Made:
        """A model with the same layers, but its own weights."""
        made = self._make(model.callee, model.args, model.kwargs, place)
        layers = model.attributes.get("layers")
        if isinstance(layers, Sequence):
            made.attributes["layers"] = Sequence(list(layers.items), layers.complete, place)
        return made

    def _stacked(self, made: Made) -> Sequence:
        """The layers that a stack is created with: as a list, or as separate arguments."""
        listed = made.argument("layers", 0, ())
        if made.is_a("torch.nn.Sequential") and not isinstance(listed, Mapping):
            listed = made.args
        if isinstance(listed, Mapping):
            return Sequence(list(listed.items.values()), listed.complete, made.place)
        elements = self.elements(listed)
        complete = elements is not None and "**" not in made.kwargs
        return Sequence(elements or [], complete, made.place)

    def _made_of_class(
        self, callee: Class, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Made:
        made = self._make(callee, args, kwargs, place)
        start = callee.member("__init__")
        if isinstance(start, Function):
            self._inlined(start, (made, *args), kwargs)
            return made
        names = callee.all_fields()
        made.attributes |= self._fields(callee, names, args, kwargs)
        finish = callee.member("__post_init__")
        if names and isinstance(finish, Function):
            self._inlined(finish, (made,), {})
        return made

    def _fields(
        self,
        callee: Class,
        names: tuple[str, ...],
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
    ) -> dict[str, Value]:
        """What a dataclass is given for its fields, or has as their defaults."""
        given = dict(zip(names, args, strict=False)) | kwargs
        fields: dict[str, Value] = {}
        for name in names:
            if name in given or "**" in kwargs:
                fields[name] = given.get(name, Unknown(f"the field {name}"))
            else:
                fields[name] = self._default_of_field(callee.member(name))
        return fields

    def _default_of_field(self, default: Value) -> Value:
        """What a field is if nothing is given for it."""
        if isinstance(default, Made | Term) and _is_field(default):
            given = default.kwargs if isinstance(default, Made) else dict(default.kwargs)
            factory = given.get("default_factory", given.get("factory"))
            if factory is not None:
                return self.call(factory, (), {}, default.place)
            default = given.get("default", Unknown("a field without a default"))
        plain = known(default) or isinstance(default, Sequence | Mapping | Name)
        return default if plain else Unknown("a field without a known default")

    def _begun(self, made: Value, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        """Give an object what ``__init__`` of the library's class that it extends sets."""
        if isinstance(made, Made) and made.is_a(*STACKS):
            begun = Made(made.callee, args, kwargs, made.place, made.block)
            made.attributes["layers"] = self._stacked(begun)


def _is_field(value: Made | Term) -> bool:
    """Whether a value says how a field of a dataclass begins, as ``field(default=1)``."""
    called = value.callee if isinstance(value, Made) else callee(value)
    return isinstance(called, Name) and called.dotted.rpartition(".")[2] in ("field", "ib", "Field")
