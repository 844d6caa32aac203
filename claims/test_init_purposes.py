"""How weights should start: what initializations were devised for, by the papers that did."""

from refute import claim


@claim(
    "init/purpose-unstable-gradients",
    "glorot2010, 4.2",
    "he2015, 2.2",
    documentary="SUPPORTED",
)
class TestDevisedAgainstUnstableGradients:
    """Glorot's and He's initializations were devised against gradients that vanish or explode."""


@claim("init/purpose-equal-std", "glorot2010, 4.2.1", "he2015, 2.2", documentary="SUPPORTED")
class TestDevisedToKeepTheStandardDeviation:
    """Glorot's and He's initializations aim at layers whose outputs have the standard deviation of
    their inputs."""
