"""Keras on its torch backend, or one line that says what to do."""

import os
import subprocess
import sys
from unittest import SkipTest

import pytest

from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras


@pytest.fixture
def afresh():
    real_keras.cache_clear()
    yield
    real_keras.cache_clear()


def test_without_the_extra_there_is_a_reason_with_what_to_install(afresh, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)  # an import of it fails
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    with pytest.raises(SkipTest, match=r"pip install 'refute\[keras\]'") as error:
        real_keras()
    assert "\n" not in str(error.value)
    assert "KERAS_BACKEND" not in os.environ


class Stub:
    """Stands for a module ``keras``."""

    def __init__(self, version, backend):
        self.__version__ = version
        self.config = self
        self._backend = backend

    def backend(self):
        return self._backend


@pytest.mark.parametrize(
    ("stub", "reason"),
    [
        (Stub("2.15.0", "tensorflow"), "this is Keras 2.15.0, but Keras 3 is needed"),
        (Stub("3.15.1", "jax"), "imported with the backend jax.*set KERAS_BACKEND=torch"),
    ],
)
def test_another_keras_is_not_taken_for_it(afresh, monkeypatch, stub, reason):
    monkeypatch.setitem(sys.modules, "keras", stub)
    with pytest.raises(SkipTest, match=reason):
        real_keras()


def test_it_computes_by_torch_in_the_precision_of_its_own_default(tmp_path):
    real_keras()
    (tmp_path / "keras.json").write_text('{"backend": "numpy", "floatx": "float16"}')
    code = (
        "from refute.lab.bench.real_keras import real_keras; keras = real_keras();"
        "print(keras.config.backend(), keras.config.floatx())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["torch", "float32"]


def test_only_kerass_own_warning_is_unseen():
    import warnings

    with numpy_deprecations_ignored():
        warnings.warn("__array__ implementation doesn't ...", DeprecationWarning, stacklevel=1)
        with pytest.raises(UserWarning):
            warnings.warn("another", UserWarning, stacklevel=1)
