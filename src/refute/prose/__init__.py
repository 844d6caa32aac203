"""The one place that puts evidence, findings, corrections and problems into words."""
