"""A torch whose random numbers are a little off, or whose seeds are ignored, is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from refute.lab.bench.conformance.points import run_check
from refute.lab.bench.conformance.randomness import randomness
from refute.lab.bench.small_networks import torch_seeded


def wrong_parts() -> list[str]:
    with torch_seeded(0):
        return [point.part for point in map(run_check, randomness()) if not point.agrees]


def test_the_installed_torch_agrees() -> None:
    assert wrong_parts() == []


@pytest.mark.parametrize("factor", [0.998, 1.002])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (torch, "randn"),
        (torch, "rand"),
        (torch, "rand_like"),
        (torch, "randint"),
        (torch.Tensor, "normal_"),
        (torch.Tensor, "uniform_"),
    ],
)
def test_a_scale_that_is_off_by_two_thousandths_is_found(
    owner: object, name: str, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw: Callable[..., torch.Tensor] = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given, **named: factor * draw(*given, **named))
    assert any(part.endswith(f".{name}") for part in wrong_parts())


def test_uneven_numbers_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = torch.rand
    monkeypatch.setattr(torch, "rand", lambda *given, **named: draw(*given, **named) ** 1.05)
    assert "torch.rand" in wrong_parts()


def test_an_ignored_seed_of_the_global_generator_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "manual_seed", lambda seed: torch.default_generator)
    assert "torch.manual_seed" in wrong_parts()


def test_a_seed_that_is_always_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    seeded = torch.manual_seed
    monkeypatch.setattr(torch, "manual_seed", lambda seed: seeded(5))
    assert "torch.manual_seed" in wrong_parts()


class Deaf(torch.Generator):
    """A generator that ignores its seed."""

    def manual_seed(self, seed: int) -> torch.Generator:
        return self


def test_an_ignored_seed_of_a_separate_generator_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "Generator", Deaf)
    assert wrong_parts() == ["Generator.manual_seed"]


class Shared:
    """A constructor of generators that always returns the same one."""

    only = torch.Generator()

    def __new__(cls) -> torch.Generator:  # type: ignore[misc]
        return cls.only


def test_generators_that_are_one_and_the_same_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "Generator", Shared)
    assert wrong_parts() == ["Generator.manual_seed"]
