"""What Keras code does, in Keras itself and rebuilt."""
