"""Keras itself, on its torch backend, for claims about code that is written for it."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import SkipTest

INSTALL = "pip install 'refute[keras]'"


@cache
def real_keras() -> Any:
    """Import and return the module ``keras`` with its default configuration.

    Raises:
        SkipTest: Keras is not installed, is older than 3, or already uses another backend.
    """
    settings = {"KERAS_BACKEND": "torch"}
    if "keras" not in sys.modules:
        # An empty folder, because the user's configuration may set another precision.
        settings["KERAS_HOME"] = tempfile.mkdtemp(prefix="refute-keras-")
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        keras = importlib.import_module("keras")
    except ImportError as error:
        raise SkipTest(f"Keras cannot be imported ({error}): {INSTALL}") from None
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    if int(keras.__version__.split(".")[0]) < 3:
        raise SkipTest(f"this is Keras {keras.__version__}, but Keras 3 is needed: {INSTALL}")
    if keras.config.backend() != "torch":
        raise SkipTest(
            f"Keras was imported with the backend {keras.config.backend()}, but torch is needed: "
            "set KERAS_BACKEND=torch"
        )
    return keras


@contextmanager
def numpy_deprecations_ignored() -> Iterator[None]:
    """Ignore the warnings about deprecated numpy usage in Keras itself, and no others."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        yield
