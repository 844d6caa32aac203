"""Why training with dropout takes longer, and whether leaving units out saves time."""

from refute import claim, control, reading
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.quantities import steps_to_loss
from refute.lab.bench.timing import TimedStack, forward, training_step
from refute.lab.dropout.noise import steps_to_loss_with_noise
from refute.wording import about_as_long, faster, nearly_as_fast, slower

TRAINED = 0.1
"""The training loss at which a network counts as trained; 97 or 98 % of digits are then right."""

NARROW, HALF_AS_NARROW = (61, 100, 100, 10), (61, 50, 50, 10)
WIDE, HALF_AS_WIDE = (784, 512, 512, 10), (784, 256, 256, 10)
VERY_WIDE = (784, 1024, 1024, 10)
BATCH = 32

NOISE_OF_HALF = steps_to_loss_with_noise(TRAINED, rate=0.5)
NOISE_OF_A_FIFTH = steps_to_loss_with_noise(TRAINED, rate=0.2)
HALF_THE_UNITS = steps_to_loss(TRAINED, hidden=(50, 50))


@claim("dropout/slow-because-random", "srivastava2014, 10", "srivastava2014, 11")
class TestRandomnessSlowsTraining:
    """Dropout slows training down because it introduces randomness."""

    @reading("noise as large as that of dropout 0.5, no unit dropped", rate=0.5, optimizer=SGD())
    @reading("noise as large as that of dropout 0.2, no unit dropped", rate=0.2, optimizer=SGD())
    @reading(
        "noise as large as that of dropout 0.2, no unit dropped, Adam", rate=0.2, optimizer=Adam()
    )
    @control("noise as small as that of dropout 0.01", rate=0.01, optimizer=SGD())
    def test_noise_alone_slows_training(self, measure, rate, optimizer):
        noisy = steps_to_loss_with_noise(TRAINED, rate=rate, optimizer=optimizer)
        measure(noisy / steps_to_loss(TRAINED, optimizer=optimizer), claimed=slower())

    @reading("as much as dropout 0.5", noisy=NOISE_OF_HALF, rate=0.5)
    @reading("as much as dropout 0.2", noisy=NOISE_OF_A_FIFTH, rate=0.2)
    @control("dropout 0.5, less noise", noisy=NOISE_OF_A_FIFTH, rate=0.5)
    def test_noise_slows_as_much(self, measure, noisy, rate):
        measure(noisy / steps_to_loss(TRAINED, dropout=rate), claimed=about_as_long())


@claim(
    "dropout/slow-because-capacity",
    "srivastava2014, 11",
    depends=(
        "explains only part of the slowdown: half as many units, without any randomness, slow "
        "training too, but by far less than dropout does"
    ),
    correction=(
        "Half as many units, without any randomness, take {half of the units, SGD} times as many "
        "steps as all of them ({half of the units, Adam} times with Adam), but only {half of the "
        "units, as much as dropout 0.5} times as many as dropout at rate 0.5. What makes dropout "
        "slow is its randomness: noise of the same size, with every unit in use, takes as long as "
        "dropout (Srivastava et al. 2014, 11, name the noise as the cause)."
    ),
)
class TestLessCapacitySlowsTraining:
    """Dropout slows training down because it leaves the network with less capacity."""

    @reading("half of the units, SGD", hidden=(50, 50), optimizer=SGD())
    @reading("half of the units, Adam", hidden=(50, 50), optimizer=Adam())
    @control("twice as many units", hidden=(200, 200), optimizer=SGD())
    def test_fewer_units_slow_training(self, measure, hidden, optimizer):
        fewer = steps_to_loss(TRAINED, hidden=hidden, optimizer=optimizer)
        measure(fewer / steps_to_loss(TRAINED, optimizer=optimizer), claimed=slower())

    @reading("half of the units, as much as dropout 0.5", instead=HALF_THE_UNITS, published="fails")
    @control("all of the units with noise, as much as dropout 0.5", instead=NOISE_OF_HALF)
    def test_they_slow_as_much(self, measure, instead):
        measure(instead / steps_to_loss(TRAINED, dropout=0.5), claimed=about_as_long())


@claim(
    "dropout/slow-because-computation",
    "goodfellow2016, 7.12",
    "graham2015, 1",
    depends=(
        "holds for the time per step, on a processor like this one, but not for the number of "
        "steps, which grows as well"
    ),
    correction=(
        "A step with dropout takes {time per step, 512 units} times as long ({time per step, 100 "
        "units} times with layers of 100 units). But training also takes {number of steps, rate "
        "0.5} times as many steps, which extra computation does not explain. (Graham et al. 2015, "
        "1, note both for a network made ten times as wide for dropout; Goodfellow et al. 2016, "
        "7.12, call the cost that dropout adds to a step negligible.)"
    ),
)
class TestMasksSlowTraining:
    """Dropout slows training down because drawing the units to drop is extra computation in every
    step."""

    @reading("time per step, 100 units", widths=NARROW, rate=0.5)
    @reading("time per step, 512 units", widths=WIDE, rate=0.5)
    @control("time per step, 512 units, rate 0", widths=WIDE, rate=0.0)
    def test_time_per_step(self, race, widths, rate):
        dropping = training_step(TimedStack(widths, dropout=rate), BATCH)
        race(dropping, training_step(TimedStack(widths), BATCH), claimed=slower())

    @reading("number of steps, rate 0.5", rate=0.5, published="fails")
    @reading("number of steps, rate 0.2", rate=0.2, published="fails")
    @control("number of steps, rate 0.01", rate=0.01)
    def test_no_more_steps_are_needed(self, measure, rate):
        dropping = steps_to_loss(TRAINED, dropout=rate)
        measure(dropping / steps_to_loss(TRAINED), claimed=nearly_as_fast())


@claim(
    "dropout/saves-computation",
    "graham2015, 1",
    "goodfellow2016, 7.12",
    correction=(
        "Every unit is computed and then masked: a step takes {time per step, 512 units} times as "
        "long as without dropout ({time per step, 100 units} times with layers of 100 units), and "
        "training takes {number of steps, rate 0.5} times as many steps. (Graham et al. 2015 save "
        "computation by dropping the same units for a whole minibatch, which needs special code.)"
    ),
)
class TestDropoutSavesComputation:
    """Dropout speeds training up, since the units that are dropped need not be computed."""

    @reading("time per step, 512 units", widths=WIDE, other=TimedStack(WIDE, dropout=0.5),
             published="fails")  # fmt: skip
    @reading("time per step, 100 units", widths=NARROW, other=TimedStack(NARROW, dropout=0.5),
             published="fails")  # fmt: skip
    @control("time per step, 512 units, half of them removed for good", widths=WIDE,
             other=TimedStack(HALF_AS_WIDE))  # fmt: skip
    def test_time_per_step(self, race, widths, other):
        step = training_step(TimedStack(widths), BATCH)
        race(training_step(other, BATCH), step, claimed=faster())

    @reading("number of steps, rate 0.5", instead={"dropout": 0.5}, published="fails")
    @control("number of steps, twice the learning rate", instead={"optimizer": SGD(lr=0.02)})
    def test_fewer_steps_are_needed(self, measure, instead):
        measure(steps_to_loss(TRAINED, **instead) / steps_to_loss(TRAINED), claimed=faster())


@claim(
    "dropout/speeds-up-inference",
    "goodfellow2016, 7.12",
    correction=(
        "Predictions use all the units, with dropout off: they take {1024 units} times as long as "
        "those of the same network trained without dropout. Dropout sets no weight to zero, so "
        "there is nothing to skip either."
    ),
)
class TestDropoutSpeedsPredictionsUp:
    """A network trained with dropout predicts faster than the same network trained without it."""

    @reading("1024 units", widths=VERY_WIDE, other=TimedStack(VERY_WIDE, dropout=0.5),
             published="fails")  # fmt: skip
    @reading("100 units", widths=NARROW, other=TimedStack(NARROW, dropout=0.5),
             published="fails")  # fmt: skip
    @control("1024 units, half of them removed", widths=VERY_WIDE, other=TimedStack(WIDE))
    def test_time_of_a_prediction(self, race, widths, other):
        plain = forward(TimedStack(widths), BATCH, "evaluation")
        race(forward(other, BATCH, "evaluation"), plain, claimed=faster())
