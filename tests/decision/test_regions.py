"""Regions have edges that a number can lie beside."""

from math import inf, nan

import pytest

from refute.decision.regions import Region


@pytest.mark.parametrize(("low", "high"), [(nan, None), (0, nan), (-inf, inf), (0, inf)])
def test_an_edge_is_a_finite_number(low, high):
    with pytest.raises(ValueError, match="has the edge"):
        Region("between", low, high)
