"""Links of a key proposed: which claim a statement may make; a person confirms."""
