"""Beyond one machine: chunks of replicates on a Dask cluster.

``client`` hands them out and needs the extra ``refute[dask]``; ``shipping`` packs a chunk with the
code that workers do not have; ``worker`` is what runs over there.
"""
