"""A run that is given the real CIFAR-10."""

import numpy as np
import pytest

import refute.lab.bench.conformance.conform
import refute.lab.bench.synthetic
from refute import ledger as ledgers
from refute.lab.bench.cifar import TEST_FILE, TRAIN_FILES

# What a run inside this process imports is forgotten after it, and torch cannot be imported twice.
PRELOADED = (refute.lab.bench.conformance.conform, refute.lab.bench.synthetic)

CLAIM = '''
from refute import claim, control, reading
from refute.lab.bench.cifar import Cifar10, real_or
from refute.lab.bench.synthetic import Images

HERE = real_or(Images("0 to 1", train_count=4, test_count=2), "0 to 1")


@claim("whole/real", correction="These are not.")
class TestReal:
    """The images are real ones."""

    @reading("as the run has them", images=HERE, published="holds")
    @control("made up", images=Images("0 to 1"))
    def test_it(self, images):
        assert isinstance(images, Cifar10)
        assert (images.train_count, images.test_count) == (4, 2)
'''


@pytest.fixture
def suite(two_claims):
    (two_claims.pytester.path / "claims" / "test_real.py").write_text(CLAIM)
    return two_claims.pytester


def test_claims_run_on_the_images_of_the_folder_and_the_ledger_says_so(suite):
    folder = suite.path / "cifar"
    folder.mkdir()
    for name in (*TRAIN_FILES, TEST_FILE):
        np.zeros((3, 3073), dtype=np.uint8).tofile(folder / name)

    result = suite.runpytest_inprocess("claims/test_real.py", "--refute-cifar", "cifar")

    result.assert_outcomes(passed=2)
    ledger = ledgers.read(suite.path / "reports" / "partial" / "verdicts.json")
    (reading,) = ledger.claims[0].role("reading")
    assert reading.conditions["images"].code.startswith("Cifar10(folder=")
    assert "--refute-cifar cifar" in ledger.run.command


def test_without_the_folder_they_run_on_images_of_its_shape(suite):
    result = suite.runpytest_inprocess("claims/test_real.py")

    result.assert_outcomes(failed=2)
    ledger = ledgers.read(suite.path / "reports" / "partial" / "verdicts.json")
    (reading,) = ledger.claims[0].role("reading")
    assert reading.conditions["images"].code.startswith("Images(")


@pytest.mark.parametrize(
    ("broken", "line"),
    [(False, "*--refute-cifar */cifar: there is no such folder: unpack*"),
     (True, "*--refute-cifar */data_batch_1.bin: 5 bytes are not a whole number*")],
)  # fmt: skip
def test_a_missing_or_broken_folder_is_one_clear_line(suite, broken, line):
    if broken:
        (suite.path / "cifar").mkdir()
        (suite.path / "cifar" / TRAIN_FILES[0]).write_bytes(b"short")

    result = suite.runpytest_inprocess("claims", "--refute-cifar", "cifar")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([line])
    assert not (suite.path / "reports").exists()
