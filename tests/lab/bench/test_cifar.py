"""The CIFAR-10 loader, on a tiny folder in the format of the real files."""

from pathlib import Path

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.cifar import (
    TEST_FILE,
    TRAIN_FILES,
    Cifar10,
    CifarError,
    read_batch,
    real_or,
    use,
)
from refute.lab.bench.synthetic import Images


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six files of four images each; image i of file f has label (f + i) % 10."""
    for number, name in enumerate((*TRAIN_FILES, TEST_FILE)):
        records = np.random.default_rng(number).integers(256, size=(4, 3073), dtype=np.uint8)
        records[:, 0] = (number + np.arange(4)) % 10
        records.tofile(tmp_path / name)
    return tmp_path


def test_a_record_is_a_label_byte_and_3072_pixels(folder: Path) -> None:
    images, labels = read_batch(folder / "data_batch_2.bin")
    raw = (folder / "data_batch_2.bin").read_bytes()
    assert labels.tolist() == [1, 2, 3, 4] == [raw[3073 * at] for at in range(4)]
    assert images[2].tobytes() == raw[2 * 3073 + 1 : 3 * 3073]


def test_the_files_own_split_is_kept(folder: Path) -> None:
    data = Cifar10(str(folder))
    assert (data.train_count, data.test_count, data.features, data.classes) == (20, 4, 3072, 10)
    samples = data.draw(Replicates(0, 2))
    assert [sorted(row.tolist()) for row in samples.train] == [list(range(20))] * 2
    assert not torch.equal(*samples.train)
    x, y = samples.take(samples.test[1])
    assert y.tolist() == [5, 6, 7, 8]
    raw = np.fromfile(folder / TEST_FILE, dtype=np.uint8).reshape(4, 3073)
    np.testing.assert_array_equal(np.rint(x.numpy() * 255), raw[:, 1:])


def test_standardised_features_have_mean_0_and_variance_1(folder: Path) -> None:
    inputs = Cifar10(str(folder), "standardised").draw(Replicates(0, 1)).inputs
    torch.testing.assert_close(inputs.mean(0), torch.zeros(3072), atol=1e-5, rtol=0)
    torch.testing.assert_close(inputs.std(0, correction=0), torch.ones(3072))


def test_a_limit_keeps_fewer_training_images(folder: Path) -> None:
    samples = Cifar10(str(folder), limit=7).draw(Replicates(0, 1))
    assert samples.train.shape == (1, 7)


def test_limits_draw_other_images_for_each_replicate_and_keep_the_split(folder: Path) -> None:
    data = Cifar10(str(folder), limit=7, test_limit=2)
    assert (data.train_count, data.test_count) == (7, 2)
    everything = Cifar10(str(folder)).draw(Replicates(0, 1)).inputs
    samples = data.draw(Replicates(0, 3))
    chosen = [set(map(bytes, row.numpy())) for row in samples.take(samples.train)[0]]
    tested = [set(map(bytes, row.numpy())) for row in samples.take(samples.test)[0]]
    for_training = set(map(bytes, everything[:20].numpy()))
    for_tests = set(map(bytes, everything[20:].numpy()))
    assert [len(row) for row in chosen] == [7] * 3
    assert set.union(*chosen) <= for_training
    assert set.union(*tested) <= for_tests
    assert chosen[0] != chosen[1]
    assert tested[0] != tested[1] or tested[1] != tested[2]


def test_the_real_images_are_taken_where_the_run_has_them(folder: Path) -> None:
    stand_in = Images("0 to 1", train_count=7, test_count=2)
    assert real_or(stand_in, "0 to 1") is stand_in
    use(folder)
    try:
        assert real_or(stand_in, "standardised") == Cifar10(str(folder), "standardised", 7, 2)
    finally:
        use(None)
    assert real_or(stand_in, "0 to 1") is stand_in


def test_a_broken_folder_is_not_taken(folder: Path) -> None:
    (folder / TEST_FILE).write_bytes(b"short")
    with pytest.raises(CifarError):
        use(folder)
    assert real_or(Images(), "0 to 1") == Images()


def one_line(error: pytest.ExceptionInfo[CifarError], *parts: str) -> None:
    message = str(error.value)
    assert "\n" not in message
    for part in (*parts, "unpack cifar-10-binary.tar.gz"):
        assert part in message


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CifarError) as error:
        _ = Cifar10(str(tmp_path / "nowhere")).train_count
    one_line(error, str(tmp_path / "nowhere"), "no such folder")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "data_batch_3.bin").unlink()
    with pytest.raises(CifarError) as error:
        Cifar10(str(folder)).draw(Replicates(0, 1))
    one_line(error, str(folder / "data_batch_3.bin"), "No such file")


@pytest.mark.parametrize("size", [0, 3072, 4 * 3073 - 1])
def test_a_truncated_file_is_named_with_its_size(folder: Path, size: int) -> None:
    path = folder / TEST_FILE
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CifarError) as error:
        Cifar10(str(folder)).draw(Replicates(0, 1))
    one_line(error, str(path), f"{size} bytes", "cut short")


def test_a_label_beyond_9_means_a_foreign_file(folder: Path) -> None:
    path = folder / "data_batch_1.bin"
    content = bytearray(path.read_bytes())
    content[3073] = 77
    path.write_bytes(content)
    with pytest.raises(CifarError) as error:
        Cifar10(str(folder)).draw(Replicates(0, 1))
    one_line(error, str(path), "image 1 has label 77")


def test_the_files_that_measurements_depend_on_are_named(folder: Path) -> None:
    files = Cifar10(str(folder)).files
    assert sorted(files) == sorted(folder.iterdir())
