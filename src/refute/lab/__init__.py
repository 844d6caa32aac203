"""The lab: what experiments are made of.

``bench`` has the networks, data, optimizers and trainings that every experiment is built on; beside
it stands one folder for each phenomenon.  The usual setting is a network of 61-100-100-10 units,
ReLU, He normal weights and zero biases, trained on the digits with batches of 32 and SGD of
momentum 0.9 and learning rate 0.01 for 15 epochs; a quantity's name states what differs from it.
"""
