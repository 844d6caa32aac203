"""Canonical names for what libraries offer under several names."""

from __future__ import annotations

_MODULES = {
    "tensorflow.keras": "keras",
    "tensorflow.python.keras": "keras",
    "tf_keras": "keras",
    "keras.api": "keras",
    "torch.nn.modules": "torch.nn",
}
_NAMES = {
    "pytorch_lightning.LightningModule": "torch.nn.Module",
    "lightning.LightningModule": "torch.nn.Module",
    "lightning.pytorch.LightningModule": "torch.nn.Module",
    "keras.models.Sequential": "keras.Sequential",
    "keras.models.Model": "keras.Model",
    "keras.layers.Input": "keras.Input",
    "keras.layers.InputLayer": "keras.Input",
    "keras.engine.sequential.Sequential": "keras.Sequential",
    "keras.layers.experimental.preprocessing.Normalization": "keras.layers.Normalization",
    "keras.models.clone_model": "keras.clone_model",
}


def canonical(dotted: str) -> str:
    """Return the canonical form of a dotted name.

    ``tensorflow.keras.models.Sequential`` becomes ``keras.Sequential``.
    """
    for module, name in _MODULES.items():
        if dotted == module or dotted.startswith(module + "."):
            dotted = name + dotted[len(module) :]
    parts = dotted.split(".")
    # Keras also exposes layers and optimizers in private modules: keras.layers.core.Dense.
    if parts[:2] == ["keras", "layers"] and len(parts) > 3:
        dotted = f"keras.layers.{parts[-1]}"
    if parts[:2] == ["keras", "optimizers"] and len(parts) > 3:
        dotted = f"keras.optimizers.{parts[-1]}"
    return _NAMES.get(dotted, dotted)


_IN_MODULE = {
    "keras.models": ("Sequential", "Model"),
    "keras.callbacks": ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "TensorBoard",
                        "LearningRateScheduler", "Callback"),
    "keras.optimizers": ("SGD", "Adam", "Nadam", "RMSprop", "Adamax", "Adagrad", "AdamW"),
    "torch.optim": ("SGD", "Adam", "NAdam", "RMSprop", "Adamax", "Adagrad", "AdamW"),
    "keras.layers": ("Dense", "Dropout", "AlphaDropout", "BatchNormalization", "Flatten", "Input",
                     "Activation", "Conv2D", "MaxPooling2D", "GlobalAveragePooling2D"),
    "torch.nn": ("Linear", "Dropout", "AlphaDropout", "BatchNorm1d", "BatchNorm2d", "Conv2d",
                 "Flatten", "ReLU", "SELU", "Sequential", "Module", "CrossEntropyLoss"),
}  # fmt: skip
"""The usual names of modules that programs import everything from."""


def starred(name: str, modules: list[str]) -> str | None:
    """Return the canonical name of what ``from module import *`` usually imports, else ``None``."""
    for module in reversed(modules):
        if name in _IN_MODULE.get(module, ()):
            return canonical(f"{module}.{name}")
    return None
