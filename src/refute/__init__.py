"""Refute: claims of answer keys as experiments, and answer keys handed back fact-checked."""
