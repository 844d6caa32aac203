"""Units that start alike: do they stay alike?"""
