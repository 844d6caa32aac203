"""Calls: of libraries, of the program's own functions, and of methods."""

from __future__ import annotations

import ast

from refute.keys.code.arguments import settings_of
from refute.keys.code.backbones import (
    children,
    is_backbone,
    name_of_backbone,
    parts_of_new,
)
from refute.keys.code.builtin import BUILTINS, HARMLESS_LIBRARIES, is_harmless
from refute.keys.code.containers import Containers
from refute.keys.code.creating import STACKS, Creating
from refute.keys.code.hiding import Hiding
from refute.keys.code.places import Place, place_of
from refute.keys.code.state import (
    MAX_CALL_DEPTH,
    LoopLeft,
    ReturnReached,
)
from refute.keys.code.values import (
    Argument,
    Class,
    Free,
    Function,
    Made,
    Mapping,
    Method,
    Name,
    Partial,
    Scope,
    Sequence,
    Super,
    Term,
    Unknown,
    Value,
    is_decorated,
    is_plain,
    known,
    members,
)

_MODELS = ("keras.Sequential", "keras.Model", "torch.nn.Sequential", "torch.nn.Module")
_TORCH_MODELS = ("torch.nn.Sequential", "torch.nn.Module", "torch.nn.ModuleList")
_STACKING = ("add", "append", "add_module")
_RETURNING_ITSELF = (
    "to", "cuda", "cpu", "float", "double", "half", "train", "eval", "requires_grad_",
)  # fmt: skip
"""Methods of torch modules that return the module."""

_SAME = ("prepare", "unwrap_model")
"""Methods of accelerate that return what they are given, ready for the device."""


class Calls(Hiding, Creating, Containers):
    """Reads calls.  The program's own functions are read anew at each call."""

    def _value_Call(self, node: ast.Call, scope: Scope) -> Value:  # noqa: N802
        callee = self.value(node.func, scope)
        given = self.items(node.args, scope)
        kwargs: dict[str, Value] = {}
        if not given.complete:
            kwargs["**"] = Unknown("arguments that are not written out")
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, Mapping) and value.complete:
                kwargs |= {str(name): item for name, item in value.items.items()}
            else:
                kwargs["**"] = Unknown("arguments that are not written out")
        args = tuple(given.items)
        if isinstance(callee, Name):
            value = self.hidden_call(callee, args, not kwargs, node, scope)
            if value is not NotImplemented:
                return value
        return self.call(callee, args, kwargs, place_of(node))

    def call(
        self, callee: Value, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        match callee:
            case Partial():
                merged = dict(callee.kwargs) | kwargs
                return self.call(callee.callee, callee.args + args, merged, place)
            case Function():
                return self._inlined(callee, args, kwargs)
            case Class():
                return self._made_of_class(callee, args, kwargs, place)
            case Name():
                return self._of_library(callee, args, kwargs, place)
            case Method():
                return self._of_method(callee, args, kwargs, place)
            case Made():
                return self._applied(callee, args, kwargs, place)
            case Super():
                return callee  # super() itself
        self._perhaps_call(one_of(callee), args, kwargs, place)
        self.mark_escaped(args, kwargs)
        result = Term("call", (callee, *args), place, tuple(kwargs.items()))
        self.record(self.trace.events, callee, "()", args, kwargs, place, result)
        return result

    def _perhaps_call(
        self,
        functions: tuple[Value, ...],
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        place: Place,
    ) -> None:
        """Follow functions of which any may be called, such as those of the parts of a sheet.

        Those that were followed before are not followed again, so they may call each other.
        """
        with self._unsure():
            for function in functions:
                if id(function.node) not in self._followed:
                    self.call(function, args, kwargs, place)

    def _of_library(
        self, callee: Name, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        builtin = BUILTINS.get(callee.dotted)
        if builtin is not None:
            value = builtin(self, args, kwargs)
            if value is not NotImplemented:
                return value
        if callee.dotted == "functools.partial" and args:
            return Partial(args[0], args[1:], tuple(kwargs.items()))
        if callee.dotted == "torch.compile" and args:
            return args[0]
        if callee.dotted == "keras.clone_model" and args and isinstance(args[0], Made):
            return self._cloned(args[0], place)
        if not is_harmless(callee.dotted):
            self.mark_escaped(args, kwargs)
        if (network := name_of_backbone(callee.dotted, args)) is not None:
            callee = Name(f"torchvision.models.{network}")
            made = self._make(callee, (), kwargs, place)
            made.attributes |= parts_of_new(made)
            return made
        last = callee.dotted.rpartition(".")[2]
        if "." in callee.dotted and last[:1].isupper():
            made = self._make(callee, args, kwargs, place)
            self.record(self.trace.calls, made, callee.dotted, args, kwargs, place, made)
            return made
        result = Term("call", (callee, *args), place, tuple(kwargs.items()))
        self.record(self.trace.calls, None, callee.dotted, args, kwargs, place, result)
        return result

    def _parsed_arguments(
        self, parser: Value, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        """The settings that a parser gives, ``None`` if they are unknown."""
        settings = settings_of(self.trace, parser)
        given = [*args, *kwargs.values()]
        if settings is None or any(
            value not in ("", None) and members(value) != () for value in given
        ):
            self.mark_escaped(args, kwargs)  # it sets the attributes of the namespace it is given
            return None
        return self._make(Name("argparse.Namespace"), (), settings, place)

    def _of_method(
        self, callee: Method, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        owner, name = callee.owner, callee.name
        if name in ("parse_args", "parse_known_args"):
            parsed = self._parsed_arguments(owner, args, kwargs, place)
            if parsed is not None:
                return (parsed, Unknown("other arguments")) if "known" in name else parsed
        if isinstance(owner, Made) and isinstance(method := owner.own(name), Function):
            return self.call(bound(method, owner), args, kwargs, place)
        if isinstance(owner, Super):
            self._mark_models_escaped(args, kwargs)
            if name == "__init__":
                return self._begun(owner.of, args, kwargs)
            owner = owner.of
        if isinstance(owner, Sequence):
            return self._of_list(owner, name, args)
        if isinstance(owner, Mapping):
            return self._of_mapping(owner, name, args, kwargs, place)
        if isinstance(owner, str) and all(map(known, args)) and name in ("lower", "upper", "strip"):
            return getattr(owner, name)(*args)
        if isinstance(owner, Made) and "layers" in owner.attributes and name in _STACKING and args:
            self._extend(owner.attributes["layers"], Sequence([args[-1]]))
        elif isinstance(owner, Made) and name == "pop" and "layers" in owner.attributes:
            self._of_list(owner.attributes["layers"], "pop", ())
        elif isinstance(owner, Made) and owner.is_a("accelerate.Accelerator") and name in _SAME:
            return args[0] if len(args) == 1 else args
        elif isinstance(owner, Free | Unknown | Term | Method) or _is_of_others(owner):
            self._mark_models_escaped(args, kwargs)
        result: Value = Term("method", (owner, name, *args), place, tuple(kwargs.items()))
        if isinstance(owner, Made) and owner.is_a(*_TORCH_MODELS):
            result = self._of_modules(owner, name, args, place, result)
        self.record(self.trace.events, owner, name, args, kwargs, place, result)
        return result

    def _of_modules(
        self, owner: Made, name: str, args: tuple[Value, ...], place: Place, result: Value
    ) -> Value:
        """Follow what a torch module does with each of its parts."""
        if name == "apply" and args and _is_of_program(args[0]):
            for part in _parts(owner).items:
                self.call(args[0], (part,), {}, place)
            return owner
        if name in ("add_module", "register_module") and len(args) == 2:
            # A name that is not known is given one of its own: it can't be asked for by name.
            owner.attributes[args[0] if isinstance(args[0], str) else f"?{place}"] = args[1]
        if name in ("children", "named_children") and (direct := children(owner)) is not None:
            named = [(Unknown("a name"), part) for part in direct]
            return Sequence(direct if name == "children" else named)
        if name in ("modules", "children"):
            return _parts(owner)
        if name in ("named_modules", "named_children"):
            parts = _parts(owner)
            return Sequence([(Unknown("a name"), part) for part in parts.items], parts.complete)
        return owner if name in _RETURNING_ITSELF else result

    def _mark_models_escaped(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        """Note that an unknown object gets models, which it may train."""
        models = (value for value in (*args, *kwargs.values()) if isinstance(value, Made))
        self.mark_escaped(tuple(model for model in models if model.is_a(*_MODELS)), {})

    def _applied(
        self, callee: Made, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        """The result of calling an object: a layer, a model, a module with ``forward``."""
        own = callee.own("__call__") if is_plain(callee) else None
        if isinstance(own, Function):
            return self.call(bound(own, callee), args, kwargs, place)
        result = Term("call", (callee, *args), place, tuple(kwargs.items()))
        self.record(self.trace.events, callee, "()", args, kwargs, place, result)
        return result

    def _inlined(
        self, function: Function, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        if self._depth >= MAX_CALL_DEPTH:
            self.mark_escaped(args, kwargs)
            return Unknown("calls nested too deeply")
        self._followed.add(id(function.node))
        inner = Scope(function.scope)
        self._bind(function.node.args, args, kwargs, inner, function.scope)
        if function.scope.cls is not None and args:
            inner.names["super"] = Super(args[0], function.scope.cls)
        self._depth += 1
        self._returned.append([])
        try:
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, inner)
            returned: Value = None
            try:
                self.body(function.node.body, inner)
            except ReturnReached as end:
                returned = end.value
            except LoopLeft:
                pass
            if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function.node)):
                return Unknown("the values of a generator")
            return _unless_returned_before(returned, self._returned[-1])
        finally:
            self._depth -= 1
            self._returned.pop()

    def _bind(
        self,
        parameters: ast.arguments,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        inner: Scope,
        outer: Scope,
    ) -> None:
        positional = [*parameters.posonlyargs, *parameters.args]
        given = dict(zip((parameter.arg for parameter in positional), args, strict=False))
        given |= {name: value for name, value in kwargs.items() if name != "**"}
        defaults = dict(
            zip(
                [parameter.arg for parameter in positional][::-1],
                parameters.defaults[::-1],
                strict=False,
            )
        )
        defaults |= {
            parameter.arg: default
            for parameter, default in zip(
                parameters.kwonlyargs, parameters.kw_defaults, strict=True
            )
            if default is not None
        }
        for parameter in [*positional, *parameters.kwonlyargs]:
            name = parameter.arg
            if name in given:
                inner.names[name] = given[name]
            elif name in defaults and "**" not in kwargs:
                inner.names[name] = self.value(defaults[name], outer)
            else:
                inner.names[name] = Argument(f"the argument {name}")
        if parameters.vararg is not None:
            inner.names[parameters.vararg.arg] = tuple(args[len(positional) :])
        if parameters.kwarg is not None:
            own = {parameter.arg for parameter in [*positional, *parameters.kwonlyargs]}
            rest = {name: v for name, v in kwargs.items() if name not in own and name != "**"}
            inner.names[parameters.kwarg.arg] = Mapping(dict(rest), "**" not in kwargs)


def _unless_returned_before(last: Value, before: list[Value]) -> Value:
    """What a function returns that ends with a value, unless it returned others before.

    It is unknown if the last one is a constant, such as ``None`` if every branch returns.  An
    object stands for the others.
    """
    same = all(value is last or (known(value) and value == last) for value in before)
    return Unknown("what some branch returns") if known(last) and not same else last


def bound(member: Value, owner: Value) -> Value:
    """Return a member of a class as an attribute of an instance, or of the class itself.

    A function of the class gets the instance first, or the class, or nothing.
    """
    if not isinstance(member, Function) or is_decorated(member, "staticmethod"):
        return member
    if is_decorated(member, "classmethod"):
        owner = owner.callee if isinstance(owner, Made) else owner
    elif isinstance(owner, Class):
        return member
    return Partial(member, (owner,), ())


def one_of(value: Value) -> tuple[Value, ...]:
    """Return the functions of the program that a value is one of: an item whose key is unknown."""
    if not isinstance(value, Term) or value.operation not in ("item", "method"):
        return ()
    container = value.operands[0]
    if value.operation == "method" and value.operands[1] != "get":
        return ()
    items = container.items.values() if isinstance(container, Mapping) else members(container)
    functions = tuple(items or ())
    return functions if all(isinstance(item, Function) for item in functions) else ()


def _is_of_others(owner: Value) -> bool:
    """Whether an object is of a library that may train models, such as a trainer."""
    if not isinstance(owner, Made) or not isinstance(owner.callee, Name):
        return False
    library = owner.callee.dotted.partition(".")[0]
    return library not in HARMLESS_LIBRARIES


def _is_of_program(callee: Value) -> bool:
    """Whether a callee is a function of the program, or a method of one of its classes."""
    if isinstance(callee, Method) and isinstance(callee.owner, Made):
        return isinstance(callee.owner.own(callee.name), Function)
    return isinstance(callee, Function)


def _parts(module: Made) -> Sequence:
    """A torch module and all modules in it, as far as they are known."""
    parts: list[Value] = []
    complete, waiting = True, [module]
    while waiting:
        part = waiting.pop(0)
        if any(part is other for other in parts):
            continue
        parts.append(part)
        held = list(part.attributes.values())
        layers = part.attributes.get("layers")
        if isinstance(layers, Sequence) and part.is_a(*STACKS):
            held += layers.items
            complete &= layers.complete
        complete &= not is_backbone(part)
        waiting += [value for value in held if isinstance(value, Made) and _is_torch(value)]
    return Sequence(parts, complete)


def _is_torch(made: Made) -> bool:
    return made.kind.startswith("torch.nn.") or made.is_a("torch.nn.Module")
