"""Bytes of stored weights, against torch, scipy and files."""

from __future__ import annotations

import gzip
import warnings

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from refute.experiment import Replicates
from refute.lab.sparsity.storing import BYTES, Storing, memory, zero_smallest

WEIGHTS = zero_smallest(np.random.default_rng(0).standard_normal((40, 30)).astype(np.float32), 0.8)


def bytes_of(*tensors: torch.Tensor) -> int:
    return sum(tensor.nbytes for tensor in tensors)


def test_bytes_agree_with_torchs_sparse_tensors() -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta")
        csr = torch.from_numpy(WEIGHTS).to_sparse_csr()
    coo = torch.from_numpy(WEIGHTS).to_sparse_coo()
    assert BYTES["CSR, 64-bit indices"](WEIGHTS) == bytes_of(
        csr.values(), csr.col_indices(), csr.crow_indices()
    )
    assert BYTES["COO, 64-bit indices"](WEIGHTS) == bytes_of(coo.values(), coo.indices())


def test_bytes_agree_with_scipys_sparse_array() -> None:
    csr = csr_array(WEIGHTS)
    assert csr.indices.dtype == np.int32
    assert BYTES["CSR, 32-bit indices"](WEIGHTS) == (
        csr.data.nbytes + csr.indices.nbytes + csr.indptr.nbytes
    )


def test_a_bitmap_and_the_other_weights_restore_the_layer() -> None:
    where, values = np.packbits(WEIGHTS != 0), WEIGHTS[WEIGHTS != 0]
    back = np.zeros(WEIGHTS.size, np.float32)
    back[np.unpackbits(where)[: WEIGHTS.size].astype(bool)] = values
    np.testing.assert_array_equal(back.reshape(WEIGHTS.shape), WEIGHTS)
    assert (
        BYTES["a bitmap that marks the nonzero weights, and these weights"](WEIGHTS)
        == where.nbytes + values.nbytes
    )


def test_bytes_agree_with_a_gzip_file_apart_from_its_header() -> None:
    file = len(gzip.compress(WEIGHTS.tobytes(), compresslevel=6))
    assert file - 30 <= BYTES["a compressed file"](WEIGHTS) <= file


def test_the_smallest_weights_are_zeroed() -> None:
    weights = np.array([[3.0, -1.0], [0.5, -4.0]], np.float32)
    assert zero_smallest(weights, 0.5).tolist() == [[3.0, 0.0], [0.0, -4.0]]


def test_a_dense_tensor_keeps_its_size() -> None:
    samples = Storing(0.8).run(Replicates(0, 2)).samples
    assert samples["a dense tensor"].lower.tolist() == [1.0, 1.0]
    assert samples["CSR, 64-bit indices"].lower == pytest.approx(0.6, abs=0.03)
    assert memory("a compressed file", zeros=0.8).name == (
        "share of the dense network's memory as a compressed file with 80% zeros"
    )
