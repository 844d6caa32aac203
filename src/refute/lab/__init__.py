"""The lab: the parts that experiments are made of.

``bench`` has the networks, data, optimizers and trainings that all experiments share.  Each other
folder has the experiments on one phenomenon.  The usual setting is a network of 61-100-100-10 units
with ReLU, He normal weights and zero biases, trained on digits for 15 epochs in minibatches of 32,
by SGD with momentum 0.9 and learning rate 0.01.  The name of a quantity says what differs from it.
"""
