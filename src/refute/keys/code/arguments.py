"""The settings of a program that reads its command line, as they are if nothing is given there.

Only numbers, and lists of numbers, have the value of their default.  A flag or a word chooses what
a program does, so everything that depends on it is read as unknown.
"""

from __future__ import annotations

from collections import defaultdict

from refute.keys.code.state import Trace
from refute.keys.code.values import Argument, Function, Made, Term, Value, members

_PARSERS = ("argparse.ArgumentParser", "configargparse.ArgParser")


def settings_of(trace: Trace, parser: Value) -> dict[str, Value] | None:
    """Return what ``parse_args`` of a parser sets, ``None`` if the parser is unknown."""
    if not isinstance(parser, Made) or parser.kind not in _PARSERS:
        return None
    settings: dict[str, Value] = {}
    for event in trace.events:
        if event.name == "add_argument" and _parser_of(event.receiver) is parser:
            name = event.kwargs.get("dest", _name(event.args))
            if isinstance(name, str):
                settings[name] = _number(event.argument("default"), name)
        elif event.name == "set_defaults" and event.receiver is parser:
            settings |= {name: _number(value, name) for name, value in event.kwargs.items()}
    return settings | _commands(trace, parser)


def _commands(trace: Trace, parser: Made) -> dict[str, Value]:
    """The settings that are one of several functions: that of the command that is given."""
    commands: dict[str, list[Value]] = defaultdict(list)
    for event in trace.events:
        if event.name == "set_defaults" and _parser_of(event.receiver) is parser:
            for name, value in event.kwargs.items():
                commands[name].append(value)
    return {
        name: Term("item", (tuple(values), Argument(f"the argument {name}")), parser.place)
        for name, values in commands.items()
        if all(isinstance(value, Function) for value in values)
    }


def _parser_of(receiver: Value) -> Value:
    """The parser that a group of arguments belongs to, or the parser itself."""
    while isinstance(receiver, Term) and receiver.operation == "method":
        receiver = receiver.operands[0]
    return receiver


def _name(flags: tuple[Value, ...]) -> str | None:
    """The attribute that an argument sets: its first long flag, else its first one."""
    if not flags or not all(isinstance(flag, str) for flag in flags):
        return None
    name: str = next((flag for flag in flags if flag.startswith("--")), flags[0])
    return name.lstrip("-").replace("-", "_")


def _number(default: Value, name: str) -> Value:
    """A default if it is a number or a list of numbers, else what is unknown."""
    items = members(default)
    numbers = (default,) if items is None else items
    if numbers and all(type(number) in (int, float) for number in numbers):
        return default
    return Argument(f"the argument --{name}")
