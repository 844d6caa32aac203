"""What counts as sparse, and what zeros save."""

from refute import claim, control, reading
from refute.lab.bench.quantities import accuracy
from refute.lab.sparsity.compressed import (
    EIGHT_BITS,
    FOUR_BITS,
    PRUNED_EIGHT_BITS,
    TWO_BITS,
    UNITS_ZEROED,
    accuracy_after,
    zeros_after,
    zeros_of_a_student,
    zeros_without_half_the_units,
)
from refute.lab.sparsity.fewer_pixels import zeros_of_few_pixels
from refute.lab.sparsity.storing import memory
from refute.lab.sparsity.timing import dense_product, sparse_product
from refute.wording import as_good, faster, roughly, sparse

FOUR_FIFTHS = 0.8
A_FIFTH = 0.2
NEARLY_ALL = 0.95
"""From about 90 % zeros on, sparse formats pay; where exactly depends on the processor."""


@claim(
    "sparse/quantization-yields-sparse",
    "nagel2021, 2.2",
    depends=(
        "holds with two bits per weight, which cost accuracy, not with the usual eight or four"
    ),
    correction=(
        "Rounding to eight bits makes a model smaller, not sparse: {8 bits:percent} of its weights "
        "become zero, and {4 bits:percent} at four bits. With two bits (three levels) {2 "
        "bits:percent} do, and test accuracy, without further training, is {2 bits, as accurate as "
        "before:range}."
    ),
)
class TestQuantizationGivesASparseModel:
    """Quantizing the weights gives a sparse model."""

    @reading("8 bits", treatment=EIGHT_BITS, published="fails")
    @reading("4 bits", treatment=FOUR_BITS, published="fails")
    @reading("2 bits", treatment=TWO_BITS)
    @control("8 bits, the smallest four of five zeroed first", treatment=PRUNED_EIGHT_BITS)
    def test_most_weights_are_zero(self, measure, treatment):
        measure(zeros_after(treatment), claimed=sparse())

    # The sentence does not say that nothing is lost: what the zeros cost is of the letter.
    @reading("2 bits, as accurate as before", of="letter", treatment=TWO_BITS, published="fails")
    @control("8 bits, as accurate as before", treatment=EIGHT_BITS)
    def test_as_accurate_as_before(self, measure, treatment):
        measure(accuracy_after(treatment) - accuracy(), claimed=as_good())


@claim(
    "sparse/smaller-network-is-sparse",
    "hinton2015, 2",
    "han2015, 3.5",
    depends="holds if the removed units stay in place as zeros, not for a smaller network",
    correction=(
        "A smaller network is dense: {a student, distilled:percent} of the weights are zero in a "
        "distilled student, {half of the pixels:percent} in a network for half of the pixels, and "
        "{half of the units taken out:percent} in one with half of its units removed. If those "
        "units are left in place as zeros, {half of the units left in place as zeros:percent} of "
        "the weights are."
    ),
)
class TestSmallerNetworkIsSparse:
    """Making a network smaller, by selecting features, removing units or distilling it into a
    student, gives a sparse model."""

    @reading("a student, distilled", zeros=zeros_of_a_student(), published="fails")
    @reading("half of the pixels", zeros=zeros_of_few_pixels(), published="fails")
    @reading("half of the units taken out", zeros=zeros_without_half_the_units(), published="fails")
    @reading("half of the units left in place as zeros", zeros=zeros_after(UNITS_ZEROED))
    @control("a student, then pruned", zeros=zeros_of_a_student(pruned=True))
    def test_most_weights_are_zero(self, measure, zeros):
        measure(zeros, claimed=sparse())


@claim(
    "sparse/zeros-make-faster",
    "hoefler2021",
    depends=(
        "holds for wide layers in a sparse format if nearly all weights are zero, not for zeros in "
        "a dense matrix or for small layers"
    ),
    correction=(
        "Zeros in a dense matrix are multiplied like other numbers: if four fifths of the weights "
        "are zero, the product takes {zeros in place, 1000 units} times as long, and in torch's "
        "CSR format {CSR, 100 units} times as long for a layer of 100 units. If 95 % are zero, CSR "
        "takes {CSR, 1000 units, 95 % zeros} times as long for one of 1000 units. With fewer "
        "zeros, it depends on the processor whether CSR gains anything."
    ),
)
class TestZerosMakeFaster:
    """A sparse model is faster: its zero weights cost no time."""

    @reading(
        "zeros in place, 1000 units",
        units=1000, zeros=FOUR_FIFTHS, stored="zeros in place", published="fails",
    )  # fmt: skip
    @reading("CSR, 100 units", units=100, zeros=FOUR_FIFTHS, stored="CSR", published="fails")
    @reading("CSR, 1000 units, 95 % zeros", units=1000, zeros=NEARLY_ALL, stored="CSR")
    @control("rows taken out, 1000 units", units=1000, zeros=FOUR_FIFTHS, stored="rows taken out")
    @control("CSR without zeros, 1000 units", units=1000, zeros=0.0, stored="CSR")
    def test_time_of_a_product(self, race, units, zeros, stored):
        race(
            sparse_product(units, zeros=zeros, stored=stored),
            dense_product(units),
            claimed=faster(),
        )


@claim(
    "sparse/zeros-shrink-memory",
    "han2016, 2",
    depends="holds for a compressed file or a bitmap, not for a tensor in use",
    correction=(
        "A dense tensor takes as much memory as before, whatever it holds. A sparse one stores an "
        "index with each weight: it takes {CSR, 64-bit indices:percent} of the memory in torch's "
        "CSR format, and {CSR, 32-bit indices:percent} with indices of half the size. A compressed "
        "file takes {a compressed file:percent}."
    ),
)
class TestZerosShrinkMemory:
    """A model with four fifths of its weights zero takes a fifth of the memory."""

    @reading("a dense tensor", way="a dense tensor", zeros=FOUR_FIFTHS, published="fails")
    @reading("CSR, 64-bit indices", way="CSR, 64-bit indices", zeros=FOUR_FIFTHS, published="fails")
    @reading("CSR, 32-bit indices", way="CSR, 32-bit indices", zeros=FOUR_FIFTHS, published="fails")
    @reading("COO, 64-bit indices", way="COO, 64-bit indices", zeros=FOUR_FIFTHS, published="fails")
    @reading(
        "a bitmap that marks the nonzero weights, and these weights",
        way="a bitmap that marks the nonzero weights, and these weights",
        zeros=FOUR_FIFTHS,
    )
    @reading("a compressed file", way="a compressed file", zeros=FOUR_FIFTHS)
    @control("a compressed file without zeros", way="a compressed file", zeros=0.0)
    def test_share_of_the_dense_networks_memory(self, measure, way, zeros):
        measure(memory(way, zeros=zeros), claimed=roughly(A_FIFTH))
