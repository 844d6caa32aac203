"""The accuracy of the most frequent class is counted on each replicate's own split."""

import numpy as np

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.initialization.class_frequencies import MostFrequentClass


def test_the_most_frequent_training_class_is_counted_in_the_test_images():
    replicates = Replicates(0, 3)
    counted = MostFrequentClass().run(replicates).samples["test accuracy"]
    assert counted.per == 360
    drawn = Digits().draw(replicates)
    for k in replicates:
        classes, counts = np.unique(drawn.labels[drawn.train[k]], return_counts=True)
        most = classes[counts.argmax()]
        assert counted.lower[k] == int((drawn.labels[drawn.test[k]] == most).sum())
