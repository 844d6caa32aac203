"""Whether the bench and the torch that is installed agree, part by part, before anything trains."""
