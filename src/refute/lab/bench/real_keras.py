"""Keras itself, on its torch backend, for what code written for it does."""

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
    """The module ``keras``, as it is without settings of the user's own.

    Raises:
        SkipTest: it is not installed, is older than 3, or computes by another library here.
    """
    settings = {"KERAS_BACKEND": "torch"}
    if "keras" not in sys.modules:
        # A folder without settings: the user's may ask for another precision.
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
        raise SkipTest(f"this is Keras {keras.__version__}, and Keras 3 is asked for: {INSTALL}")
    if keras.config.backend() != "torch":
        raise SkipTest(
            f"Keras was imported with {keras.config.backend()}, and torch is asked for: "
            "set KERAS_BACKEND=torch"
        )
    return keras


@contextmanager
def own_warnings() -> Iterator[None]:
    """Let Keras's own warnings of what numpy will no longer take pass unseen, and no others."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        yield
