"""Penalties, pruning and storage that do something else."""

from __future__ import annotations

from dataclasses import replace

from sklearn import linear_model
from torch.nn import functional

from refute.lab.bench import pruning
from refute.lab.bench.stack import stepping
from refute.lab.bench.stack.updates import update_of
from refute.lab.sparsity import storing
from refute.lab.sparsity.penalised_steps import PenalisedStep
from refute.lab.sparsity.treatments import HalfTheUnits, Rounded
from tests.claims.breaks import changes


@changes("sparse/ftrl-exact-zeros", {
    "FTRL, softmax regression": "fails", "RDA, softmax regression": "fails"
}, dear=True)  # fmt: skip
def softshrink_lets_everything_through(patch):
    patch.setattr(functional, "softshrink", lambda x, threshold: x)


@changes("sparse/quantization-yields-sparse", {"8 bits": "holds"}, dear=True)
def rounding_zeroes_small_weights_first(patch):
    usual = Rounded.apply
    patch.setattr(Rounded, "apply", lambda self, *run: usual(replace(self, pruned=True), *run))


@changes(
    "sparse/smaller-network-is-sparse",
    {"half of the units left in place as zeros": "fails"},
    dear=True,
)
def units_are_not_switched_off(patch):
    patch.setattr(HalfTheUnits, "apply", lambda self, run, replicates: None)


@changes("sparse/zeros-shrink-memory", {"a dense tensor": "holds"})
def a_dense_tensor_leaves_zeros_out(patch):
    patch.setitem(storing.BYTES, "a dense tensor", lambda weights: 4 * storing._left(weights))


@changes(
    "sparse/zeros-shrink-memory",
    {"a bitmap that marks the nonzero weights, and these weights": "fails"},
)
def beside_a_bitmap_weights_take_eight_bytes(patch):
    patch.setitem(
        storing.BYTES,
        "a bitmap that marks the nonzero weights, and these weights",
        lambda weights: weights.size // 8 + 8 * storing._left(weights),
    )


@changes("sparse/l1-pushes-toward-zero", {"weights pulled by less than the penalty": "fails"})
def an_l1_penalty_pushes_away_from_zero(patch):
    usual = PenalisedStep.take

    def mirrored(self):
        before, after, gradient = usual(self)
        return before, 2 * before - after, gradient

    patch.setattr(PenalisedStep, "take", mirrored)


@changes("sparse/l1-exact-zeros", {"minimiser of a convex problem": "fails"})
@changes("sparse/l1-alone-is-a-method", {"minimiser of a convex problem": "fails"})
def the_lasso_is_ridge_regression(patch):
    patch.setattr(linear_model, "Lasso", linear_model.Ridge)


@changes("sparse/l2-gives-zeros", {"minimiser of a convex problem": "holds"})
def ridge_regression_is_the_lasso(patch):
    patch.setattr(linear_model, "Ridge", linear_model.Lasso)


@changes("sparse/prune-tiny-weights", {"the smallest 51 %": "fails"}, dear=True)
@changes(
    "sparse/pruning-by-magnitude-or-importance", {"four of five, the smallest": "fails"}, dear=True
)
def the_largest_weights_are_pruned(patch):
    usual = pruning.zero_lowest
    patch.setattr(
        pruning, "zero_lowest", lambda weights, scores, share: usual(weights, -scores, share)
    )


@changes("sparse/l1-adds-sparsity", {"SGD with momentum": "fails"}, dear=True)
@changes("sparse/l1-sparser-than-l2", {"SGD with momentum": "fails"}, dear=True)
@changes("selu/l1-incompatible", {"strength 0.003": "fails"}, dear=True)
def penalties_weigh_nothing(patch):
    patch.setattr(
        stepping, "update_of", lambda *given, decay, l1: update_of(*given, decay=0.0, l1=0.0)
    )
