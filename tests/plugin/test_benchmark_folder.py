"""pytest-benchmark's folder does not stay behind if there is nothing in it."""

import pytest

SAVES = "def test_it(benchmark):\n    benchmark(len, 'words')\n"


@pytest.mark.parametrize("arguments", [(), ("--collect-only",)])
def test_an_empty_folder_is_removed(stranger, arguments):
    stranger.pytester.makepyfile("def test_it():\n    pass\n")
    stranger.pytester.runpytest(*arguments)

    assert not (stranger.pytester.path / ".benchmarks").exists()


def test_results_are_kept(stranger):
    stranger.pytester.makepyfile(SAVES)
    stranger.pytester.runpytest("--benchmark-autosave", "--benchmark-max-time=0.01")

    assert [*(stranger.pytester.path / ".benchmarks").rglob("*.json")]


@pytest.mark.parametrize("storage", [".benchmarks", "file://kept"])
def test_a_folder_that_was_there_before_is_kept(stranger, storage):
    folder = stranger.pytester.mkdir(storage.rpartition("/")[2])
    stranger.pytester.makepyfile("def test_it():\n    pass\n")
    stranger.pytester.runpytest(f"--benchmark-storage={storage}")

    assert folder.is_dir()


def test_without_pytest_benchmark_there_is_nothing_to_remove(stranger):
    stranger.pytester.makepyfile("def test_it():\n    pass\n")

    assert stranger.pytester.runpytest("-p", "no:benchmark").ret == pytest.ExitCode.OK
