"""What code written for Keras does: in Keras itself, and rebuilt."""
