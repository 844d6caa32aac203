"""All wording of evidence, results, corrections and problems, for every renderer."""
