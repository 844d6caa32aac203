"""Who computes which replicates: chunks, jobs, worker processes, a cluster."""
