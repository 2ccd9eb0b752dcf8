"""The peer of the evaluation benchmark: Recall@K of embeddings, leave-one-out, in blocks, as one writes it in PyTorch.

python3 peer.py THREADS COUNT DIMENSION ROWS LABELS
ROWS holds COUNT x DIMENSION float32 of rows of length 1, LABELS COUNT int32. For each line on standard input everything is evaluated once;
the answer is wall seconds, CPU seconds, recall at 1, 10, 100 and 1000, and the largest resident memory so far in MiB.
"""
import resource
import sys
import time

import numpy as np
import torch

KS = (1, 10, 100, 1000)
BLOCK = 1000


def recall(rows, labels):
    """A query hits at K while fewer than K rows are more similar than its best positive: no sort and no top-k."""
    hits = torch.zeros(len(KS), dtype=torch.int64)
    for start in range(0, len(rows), BLOCK):
        end = min(start + BLOCK, len(rows))
        similar = rows[start:end] @ rows.T
        similar[torch.arange(end - start), torch.arange(start, end)] = -2
        same = labels[start:end, None] == labels[None, :]
        best = torch.where(same, similar, torch.tensor(-2.0)).max(dim=1).values
        better = (similar > best[:, None]).sum(dim=1)
        for i, k in enumerate(KS):
            hits[i] += ((better < k) & (best > -2)).sum()
    return hits.double() / len(rows)


def main():
    threads, count, dimension = map(int, sys.argv[1:4])
    torch.set_num_threads(threads)
    rows = torch.from_numpy(np.fromfile(sys.argv[4], dtype=np.float32).reshape(count, dimension))
    labels = torch.from_numpy(np.fromfile(sys.argv[5], dtype=np.int32))
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        values = recall(rows, labels)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(wall, cpu, *values.tolist(), peak, flush=True)


main()
