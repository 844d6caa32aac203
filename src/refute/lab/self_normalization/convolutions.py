"""Untrained convolutional networks of SELU units: do they normalize themselves?

A unit of a convolutional layer is a channel at a place.  Its moments over images are averaged over
the channels at some places.  With padding, filters at the border see zeros; without it, each
layer's output is smaller than its input.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import standardised
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.synthetic import CHANNELS, SIDE, natural_images

Places = Literal["everywhere", "at the corners", "in the middle"]
PLACES: tuple[Places, ...] = ("everywhere", "at the corners", "in the middle")

CROP, KERNEL = 16, 3
MIDDLE = 4
"""Side of the square "in the middle": 16 pixels less 2 for each of 6 unpadded layers."""


@dataclass(frozen=True)
class ConvolutionalSignals(TorchExperiment):
    """Send standardised 16 x 16 images through untrained convolutional SELU networks.

    Layers of 3 x 3 filters, without biases.  Records, for each layer l and places of ``PLACES``,
    "mean at layer l PLACES" and "variance at layer l PLACES": moments of a unit over images,
    averaged over the channels at these places.  Series: the standard deviation everywhere, by
    layer.

    Args:
        padding: "zeros" around every layer's input, or "none".
        weights: the initializer; fan_in is nine times the number of channels.
        depth: number of layers.
        channels: channels of every layer.
        count: number of images.
        chunk: replicates computed at a time.
        stream: which independent set of replicates.
    """

    padding: Literal["zeros", "none"]
    weights: Initializer = LECUN_NORMAL
    depth: Count = 6
    channels: Count = 32
    count: Count = 64
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        padded = "padded with zeros" if self.padding == "zeros" else "without padding"
        return (
            f"in {self.depth} convolutional SELU layers of {self.channels} channels, {padded}, "
            f"{self.weights.words} weights"
        )

    def measure(self, replicates: Replicates) -> Record:
        moments = np.array([list(self._moments(replicates, k)) for k in replicates])
        samples = {}
        for at in range(self.depth):
            for number, places in enumerate(PLACES):
                mean, variance = moments[:, at, number].T
                samples[f"mean at layer {at + 1} {places}"] = Sample.exactly(mean.copy())
                samples[f"variance at layer {at + 1} {places}"] = Sample.exactly(variance.copy())
        words = "standard deviation of a unit's output"
        x = np.arange(1.0, self.depth + 1)
        drawn = np.sqrt(moments[:, :, 0, 1])
        return Record(samples, (Series(words, "layers", "layer", words, x, drawn, True),))

    def _moments(self, replicates: Replicates, replicate: int) -> Iterator[list[list[float]]]:
        """Yield for each layer a list, by places, of mean and variance."""
        weights = replicates.generator(replicate, "weights")
        images = _images()
        chosen = replicates.generator(replicate, "data").permutation(len(images))[: self.count]
        signal = images[torch.from_numpy(chosen)].to(replicates.device)
        for _ in range(self.depth):
            fan_in = signal.shape[1] * KERNEL**2
            drawn = self.weights.draw(weights, fan_in, self.channels)
            filters = torch.from_numpy(np.ascontiguousarray(drawn.T)).to(signal)
            filters = filters.view(self.channels, signal.shape[1], KERNEL, KERNEL)
            padding = KERNEL // 2 if self.padding == "zeros" else 0
            signal = torch.selu(F.conv2d(signal, filters, padding=padding))
            variances, means = torch.var_mean(signal.double(), 0, correction=0)
            yield [
                [float(at_places(means, places).mean()), float(at_places(variances, places).mean())]
                for places in PLACES
            ]


def at_places(values: Tensor, places: Places) -> Tensor:
    """The values (channels, height, width) at some places."""
    if places == "everywhere":
        return values
    if places == "at the corners":
        return values[:, :: values.shape[1] - 1, :: values.shape[2] - 1]
    first = (values.shape[1] - MIDDLE) // 2
    return values[:, first : first + MIDDLE, first : first + MIDDLE]


@lru_cache(maxsize=1)
def _images() -> Tensor:
    """Synthetic images (400, 3, 16, 16), standardised per feature."""
    images, _ = natural_images(400)
    pixels = images.reshape(-1, CHANNELS, SIDE, SIDE)[:, :, :CROP, :CROP]
    inputs = standardised(pixels.reshape(len(pixels), -1).astype(np.float64)).astype(np.float32)
    return torch.from_numpy(inputs).view(-1, CHANNELS, CROP, CROP)
