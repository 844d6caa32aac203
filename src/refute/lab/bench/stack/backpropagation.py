"""Hand-written back-propagation through stacked dense layers (Rumelhart, Hinton & Williams 1986).

Autograd computes the same in more memory: it keeps every intermediate result and returns each
gradient in a new tensor, whose pages the system must allocate and clear at every step.  Here every
tensor is allocated once and overwritten.

Tensors are (R, units, B).  The samples of a unit are contiguous, which suits matrix products with
batches in multiples of 16, sums over the batch, and batch normalization.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.stack.elementwise import elementwise
from refute.lab.bench.stack.masks import Drop
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.normalization import BatchNorm
from refute.lab.bench.stack.updates import Update


class Backpropagation:
    """Computes the gradient of each replicate's mean cross-entropy over its own minibatch.

    Args:
        net: the networks.
        batch: samples in a minibatch.
        update: receives the gradients of the weights.  The gradients of all other parameters are
            written to their ``grad``, which the networks provide.
        gradient_factors: factors of the replicates' gradients, (R,); ``None`` is 1 for all.
    """

    def __init__(
        self,
        net: StackedNetwork,
        batch: int,
        update: Update,
        gradient_factors: Tensor | None = None,
    ) -> None:
        network, weights = net.network, net.transposed_weights
        self._update, self._weights = update, weights
        self._biases = [None if bias is None else bias.detach().mT for bias in net.biases]
        self._bias_gradients = [
            None if bias is None else gradient_of(bias).mT for bias in net.biases
        ]
        self._transposed = [weight.mT for weight in weights]
        self._outputs = [
            weight.new_empty(len(weight), weight.shape[1], batch) for weight in weights
        ]
        self._gradients = _alternating(self._outputs)
        self._activations = elementwise(network, net.activations)
        self._dropped = [torch.empty_like(out) for out in self._outputs if network.dropout]
        # For layers with a skip connection: the sum of input and output, and its gradient.
        self._skips = network.skips
        self._skip_sums = [torch.empty_like(out) for out in self._outputs if network.skip]
        self._skip_gradients = {
            total.shape[1]: torch.empty_like(total) for total in self._skip_sums
        }
        self._norms: list[BatchNorm] = list(net.norms)  # type: ignore[arg-type]
        self._norms_after = network.normalization == "batch after"
        self._transposes = [(weight, weight) for weight in weights]
        self._minus_one = weights[0].new_full((len(weights[0]), 1, batch), -1.0)
        scale = weights[0].new_tensor(1 / batch)
        self._scale = scale if gradient_factors is None else scale * gradient_factors[:, None, None]

    def __call__(self, x: Tensor, y: Tensor, masks: Sequence[Drop] | None) -> None:
        """Run a forward and a backward pass, and finish the update.

        Args:
            x: inputs, (R, batch, inputs).
            y: labels, (R, batch).
            masks: dropout of every hidden layer.
        """
        inputs = self._forward(x, masks)
        self._loss_gradient(y)
        self._backward(inputs, masks)
        self._update.finish()

    def _forward(self, x: Tensor, masks: Sequence[Drop] | None) -> list[Tensor]:
        """Return the inputs of each layer, (R, fan_in, B); the logits are in the last output."""
        inputs = [x.mT]
        for at, activation in enumerate(self._activations):
            z = self._linear(at, inputs[-1])
            if self._norms and not self._norms_after:
                z = self._norms[at].normalize(z)
            h = activation.forward(z)
            if self._norms_after:
                h = self._norms[at].normalize(h)
            out = h if masks is None else masks[at].forward(h, self._dropped[at])
            if self._skips[at]:
                out = torch.add(inputs[-1], out, out=self._skip_sums[at])
            inputs.append(out)
        self._linear(len(inputs) - 1, inputs[-1])
        return inputs

    def _linear(self, at: int, h: Tensor) -> Tensor:
        bias, weight, out = self._biases[at], self._weights[at], self._outputs[at]
        if bias is None:
            return torch.bmm(weight, h, out=out)
        return torch.baddbmm(bias, weight, h, out=out)

    def _loss_gradient(self, y: Tensor) -> None:
        """Softmax minus the one-hot label, over the batch size (Bishop 2006, equation 4.109)."""
        gradient = self._gradients[-1]
        torch.softmax(self._outputs[-1], 1, out=gradient)
        gradient.scatter_add_(1, y.unsqueeze(1), self._minus_one).mul_(self._scale)

    def _backward(self, inputs: list[Tensor], masks: Sequence[Drop] | None) -> None:
        update, gradient = self._update, self._gradients[-1]
        for at in reversed(range(len(inputs))):
            below = None
            if at:
                below = torch.bmm(self._transposed[at], gradient, out=self._gradients[at - 1])
                if at < len(self._skips) and self._skips[at]:
                    below.add_(self._skip_gradients[below.shape[1]])
            update.sums[at].baddbmm_(
                gradient, self._transpose_of(at, inputs[at]), beta=update.beta, alpha=update.alpha
            )
            bias_gradient = self._bias_gradients[at]
            if bias_gradient is not None:
                torch.sum(gradient, 2, keepdim=True, out=bias_gradient)
            update.layer(at)
            if below is not None:
                if self._skips[at - 1]:
                    self._skip_gradients[below.shape[1]].copy_(below)
                gradient = self._through_layer(at - 1, below, masks)

    def _transpose_of(self, at: int, h: Tensor) -> Tensor:
        """Return the transpose of a layer's input, which is usually the same tensor every time."""
        cached, transpose = self._transposes[at]
        if cached is not h:
            transpose = h.mT
            self._transposes[at] = (h, transpose)
        return transpose

    def _through_layer(self, at: int, gradient: Tensor, masks: Sequence[Drop] | None) -> Tensor:
        """Back-propagate through a hidden layer, from its output to its linear map's output."""
        if masks is not None:
            gradient = masks[at].backward(gradient)
        if self._norms_after:
            return self._activations[at].backward(self._norms[at].backward(gradient))
        gradient = self._activations[at].backward(gradient)
        return self._norms[at].backward(gradient) if self._norms else gradient


def _alternating(outputs: Sequence[Tensor]) -> list[Tensor]:
    """Return a tensor like each of the outputs; every second layer of a width shares one.

    The gradient of a layer is no longer needed when the gradient two layers below is written, and
    shared memory saves room in the cache.
    """
    shared: dict[tuple[int, int], Tensor] = {}
    return [
        shared.setdefault((at % 2, out.shape[1]), torch.empty_like(out))
        for at, out in enumerate(outputs)
    ]
