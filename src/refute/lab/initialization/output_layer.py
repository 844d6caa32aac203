"""The scale of an untrained network's output layer, relative to its inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.kinds import Count
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.network import stack
from refute.lab.initialization.scales import Scales
from refute.quantity import Recorded


@dataclass(frozen=True)
class OutputScale(Scales):
    """Send N(0, input_std²) inputs through untrained networks, including the output layer.

    Records "output / input": the standard deviation of the logits over classes and samples, divided
    by that of the inputs.
    """

    count: Count = 200

    def measure(self, replicates: Replicates) -> Record:
        logits = stack(self.network, replicates)(self._inputs(replicates)).double()
        deviations = torch.sqrt(logits.var((1, 2), correction=0)).cpu().numpy()
        return Record({"output / input": Sample.exactly(deviations / np.float64(self.input_std))})


def output_layer_over_inputs(network: Network, input_std: float = 1.0) -> Recorded:
    """Standard deviation at a network's linear output layer over that of its inputs."""
    measured = OutputScale(network, input_std=input_std)
    sizes = "-".join(map(str, network.sizes))
    return Recorded(
        measured,
        "output / input",
        "standard deviation at the output layer / of the inputs",
        f"of a {sizes} network {measured.setting}",
        measured_in="times",
    )
