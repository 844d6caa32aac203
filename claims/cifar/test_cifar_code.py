"""The CIFAR-10 exercise: what the code of the answer says, read and never run."""

from refute import claim, control, reading
from refute.key_code import DenseLayer, key_code
from refute.keys.code.rules.comparing import curves_not_compared

ANSWER = key_code(__file__, "answers/004.md")

STANDARDISED = ANSWER.changed(
    "images, unseen = images / 255, unseen / 255",
    "images = (images - images.mean(axis=0)) / images.std(axis=0)",
)


@claim("cifar/a-architecture", "geron2019, chapter 11", "keras2026, keras/src/layers/core/dense.py")
class TestCodeBuildsTwentyEluLayers:
    """The code builds twenty hidden layers of 100 ELU units with He's initialization, and a softmax
    layer for ten classes."""

    @reading("as answered", code=ANSWER)
    @control("19 layers", code=ANSWER.changed("20, 100", "19, 100"))
    @control("99 units", code=ANSWER.changed("20, 100", "20, 99"))
    @control("Keras's usual weights", code=ANSWER.changed(
        ', kernel_initializer="he_normal"', "", step="a"))  # fmt: skip
    @control("no activation", code=ANSWER.changed(
        "layers.append(keras.layers.ELU())", "pass", step="a"))  # fmt: skip
    def test_layers_of_the_network_of_step_a(self, code):
        *hidden, output = code.dense_layers("a")
        assert hidden == [DenseLayer(100, "he_normal", ("elu",))] * 20
        assert output == DenseLayer(10, None, ("softmax",))


@claim(
    "cifar/b-nadam",
    "geron2019, chapter 11",
    "dozat2016",
    "keras2026, keras/src/optimizers/nadam.py",
)
class TestNetworkIsTrainedWithNadam:
    """The network is trained with Nadam."""

    @reading("as answered", code=ANSWER)
    @control("Adam", code=ANSWER.changed('"nadam"', '"adam"'))
    def test_optimizer_that_the_network_is_compiled_with(self, code):
        network = code.network("a")
        (compiled,) = code.calls(network, "compile")
        assert compiled.argument("optimizer", 0) == "nadam"
        assert code.calls(network, "fit")[0].line > compiled.line


@claim("cifar/b-scaling", "keras2026, keras/src/datasets/cifar10.py")
class TestPixelsAreDividedBy255:
    """The code scales the pixels to the range from 0 to 1, and fits every network to the scaled
    pixels."""

    @reading("as answered", code=ANSWER)
    @control("standardised pixels", code=STANDARDISED)
    @control("pixels as they are", code=ANSWER.changed(
        "images, unseen = images / 255, unseen / 255", "pass"))  # fmt: skip
    def test_what_each_network_is_fitted_to(self, code):
        assert [code.inputs(step) for step in ("a", "c", "d", "e")] == [["divided"]] * 4


@claim(
    "cifar/c-compares-learning-curves",
    "geron2019, chapter 11",
    "keras2026, keras/src/callbacks/history.py",
    correction=(
        "The code drops what each fit returns: the two curves do not appear together in any plot "
        "or table. Keep both histories and plot their val_loss in one figure."
    ),
)
class TestLearningCurvesAreSetSideBySide:
    """The code puts the learning curves with and without batch normalization side by side."""

    @reading("as answered", code=ANSWER, published="fails")
    @control(
        "both histories kept and plotted",
        code=ANSWER.changed("network.fit(", "return network.fit(")
        .changed("train(net)", "without = train(net)", step="b")
        .changed(
            "train(net)",
            "normalized = train(net)\n"
            "import matplotlib.pyplot as plt\n"
            'plt.plot(without.history["val_loss"])\n'
            'plt.plot(normalized.history["val_loss"])',
            step="c",
        ),
    )
    def test_both_curves_are_shown(self, code):
        faults = code.faults(curves_not_compared)
        assert not faults, "; ".join(faults)


@claim(
    "cifar/d-uses-selu",
    "geron2019, chapter 11",
    "klambauer2017, eq. 2",
    correction=(
        "The hidden layers of this step are ELU again, and no layer of the answer is SELU: the "
        "code removes batch normalization and puts no SELU in its place. Write "
        '`keras.layers.Activation("selu")`.'
    ),
)
class TestSeluTakesThePlaceOfBatchNormalization:
    """The code of this step uses SELU in place of batch normalization."""

    @reading("as answered", code=ANSWER, published="fails")
    @control("SELU layers", code=ANSWER.changed(
        "keras.layers.ELU()", 'keras.layers.Activation("selu")', step="d"))  # fmt: skip
    def test_what_follows_each_hidden_layer(self, code):
        *hidden, _ = code.dense_layers("d")
        used = " and ".join(sorted({name for layer in hidden for name in layer.then}))
        assert [layer.then for layer in hidden] == [("selu",)] * 20, f"the hidden layers use {used}"


@claim(
    "cifar/d-adjustments-made",
    "geron2019, chapter 11",
    "klambauer2017, Theorem 1",
    "klambauer2017, Initialization",
    correction=(
        "LeCun's weights are there, and the layers are a plain stack. But the inputs, which have "
        "to be standardized for SELU, are still pixels divided by 255, whose mean is far from 0 "
        "and whose variance is far below 1."
    ),
)
class TestWhatSeluNeedsIsChanged:
    """Besides the activation, the code changes what self-normalization needs: LeCun's weights,
    standardized inputs, and dense layers alone."""

    @reading("as answered", code=ANSWER, published="fails")
    @control("standardised inputs", code=STANDARDISED)
    def test_weights_inputs_and_layers(self, code):
        *hidden, _ = code.dense_layers("d")
        asked = {
            "LeCun's weights": {layer.weights for layer in hidden} == {"lecun_normal"},
            "standardised inputs": set(code.inputs("d")) == {"standardised"},
            "dense layers alone": {len(layer.then) for layer in hidden} == {1},
        }
        missing = [name for name, made in asked.items() if not made]
        assert not missing, f"not changed: {', '.join(missing)}"
