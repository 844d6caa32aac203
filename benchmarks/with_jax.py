"""The workloads in JAX: ``jit(vmap(scan(step)))``, as Whitney (2021) trains many networks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import MOMENTUM, TRAIN, Workload, digits

EPS, KEPT = 1e-5, 0.9
"""Of batch normalization: torch's defaults."""


def compiled(workload: Workload, count: int) -> tuple[Callable[[], float], float]:
    """A function that measures steps of one replicate per second, and the seconds to compile.

    The order of the minibatches is drawn beforehand and not timed.
    """
    images, labels = (jnp.asarray(array) for array in digits())
    train = jax.jit(jax.vmap(_training(workload, images, labels)))
    arguments = _start(workload, count), _orders(workload, count), _keys(count)
    start = time.perf_counter()
    run = train.lower(*arguments).compile()
    seconds = time.perf_counter() - start

    def rate() -> float:
        start = time.perf_counter()
        jax.block_until_ready(run(*arguments))
        return count * workload.steps / (time.perf_counter() - start)

    return rate, seconds


def _start(workload: Workload, count: int) -> Any:
    generator = np.random.default_rng(0)
    layers = []
    for fan_in, fan_out in workload.network.fans:
        weights = generator.standard_normal((count, fan_in, fan_out)) * np.sqrt(2 / fan_in)
        layer = {"weights": weights, "biases": np.zeros((count, fan_out))}
        if workload.network.normalization:
            layer |= {"scale": np.ones((count, fan_out)), "shift": np.zeros((count, fan_out))}
        layers.append({name: jnp.asarray(array, jnp.float32) for name, array in layer.items()})
    return layers


def _orders(workload: Workload, count: int) -> jax.Array:
    generator = np.random.default_rng(1)
    per_epoch = TRAIN // workload.batch
    epochs = -(-workload.steps // per_epoch)
    orders = np.stack(
        [
            np.concatenate(
                [generator.permutation(TRAIN)[: per_epoch * workload.batch] for _ in range(epochs)]
            )
            for _ in range(count)
        ]
    )
    shaped = orders.reshape(count, epochs * per_epoch, workload.batch)
    return jnp.asarray(shaped[:, : workload.steps], jnp.int32)


def _keys(count: int) -> jax.Array:
    return jax.random.split(jax.random.PRNGKey(0), count)


def _training(workload: Workload, images: jax.Array, labels: jax.Array) -> Callable[..., Any]:
    network = workload.network
    activation = {"relu": jax.nn.relu, "elu": jax.nn.elu}[network.activation]

    def loss(layers: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> tuple[jax.Array, Any]:
        h, statistics = x, []
        for at, layer in enumerate(layers[:-1]):
            h = h @ layer["weights"] + layer["biases"]
            if network.normalization:
                mean, variance = h.mean(0), h.var(0)
                h = (h - mean) * jax.lax.rsqrt(variance + EPS) * layer["scale"] + layer["shift"]
                statistics.append((mean, variance))
            h = activation(h)
            if network.dropout:
                kept = 1 - network.dropout
                mask = jax.random.bernoulli(jax.random.fold_in(key, at), kept, h.shape)
                h = jnp.where(mask, h / kept, 0)
        logits = h @ layers[-1]["weights"] + layers[-1]["biases"]
        picked = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
        return -picked.mean(), statistics

    def step(state: Any, which: jax.Array) -> tuple[Any, None]:
        layers, velocity, running, key = state
        key, own = jax.random.split(key)
        gradient, statistics = jax.grad(loss, has_aux=True)(
            layers, images[which], labels[which], own
        )
        velocity = jax.tree.map(lambda v, g: MOMENTUM * v + g, velocity, gradient)
        layers = jax.tree.map(lambda w, v: w - workload.lr * v, layers, velocity)
        running = jax.tree.map(lambda r, s: KEPT * r + (1 - KEPT) * s, running, statistics)
        return (layers, velocity, running, key), None

    def train(layers: Any, orders: jax.Array, key: jax.Array) -> Any:
        units = network.hidden if network.normalization else ()
        running = [(jnp.zeros(width), jnp.ones(width)) for width in units]
        state = layers, jax.tree.map(jnp.zeros_like, layers), running, key
        return jax.lax.scan(step, state, orders)[0][0]

    return train
