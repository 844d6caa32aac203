"""Is the average of several models better than one?"""

from averaging import variance_of_error
from hypothesis import strategies as st

from refute import claim, control, reading
from refute.wording import roughly

PREDICTIONS = st.lists(st.integers(-100, 100), min_size=2, max_size=10)
"""What several models predict where 0 would be right: whole numbers, so that sums are exact."""


@claim(
    "ensembles/ten-divide-the-variance",
    "goodfellow2016, 7.11",
    depends="holds for models that err independently, not for models that share their errors",
    correction="It does so only where the models err independently: where they share half of the "
    "variance, ten of them divide it by {half of the variance is shared}.",
)
class TestTenModelsDivideTheVariance:
    """Averaging ten models divides the variance of their error by roughly ten."""

    @reading("the models err independently", models=10, shared=0.0)
    @reading("half of the variance is shared", models=10, shared=0.5, published="fails")
    @control("one model against another one", models=1, shared=0.0)
    def test_variance(self, measure, models, shared):
        single, averaged = variance_of_error(1, shared), variance_of_error(models, shared)
        measure(single / averaged, claimed=roughly(10))


@claim(
    "ensembles/average-beats-the-best",
    "krogh1994, 2",
    correction="It can be worse, as for {every set of predictions:counterexample}; what holds is "
    "that its squared error is at most the mean of theirs.",
)
class TestAverageBeatsTheBest:
    """The average of several models is at least as good as the best of them."""

    @reading("every set of predictions", errors=PREDICTIONS, than="best", published="fails")
    @control("than the worst of them", errors=PREDICTIONS, than="worst")
    def test_squared_error(self, errors, than):
        squares = [error**2 for error in errors]
        bound = min(squares) if than == "best" else max(squares)
        assert sum(errors) ** 2 <= len(errors) ** 2 * bound
