"""All wording of evidence, findings, corrections and problems, for every renderer."""
