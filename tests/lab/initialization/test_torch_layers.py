"""torch's dense layers: drawn by their seed, and with biases that are not zero."""

from hypothesis import given, settings

from refute.lab.initialization.torch_layers import LinearLayer, biases_are_zero, linear_layers


def test_a_layer_is_torchs_own_and_reproducible():
    layer = LinearLayer(3, 2, seed=1)
    bias = layer.build().bias
    assert bias.shape == (2,)
    assert bias.equal(layer.build().bias)
    assert not bias.equal(LinearLayer(3, 2, seed=2).build().bias)
    assert 0 < bias.abs().max() <= 3**-0.5


@settings(max_examples=20, deadline=None, database=None)
@given(linear_layers(), linear_layers(zeroed=True))
def test_biases_are_zero_once_they_are_zeroed(untouched, zeroed):
    assert not biases_are_zero(untouched)
    assert biases_are_zero(zeroed)
    assert zeroed.build().weight.any()
    assert eval(repr(untouched)) == untouched
