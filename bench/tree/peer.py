"""A class tree by single linkage over the whole matrix of distances in numpy, as one would write it by hand: the peer of 'bench/run tree'.

Arguments: features (.npy, rows of any length), labels (.npy), levels, neighbours. Reads a line and answers wall seconds, CPU seconds, the process's
peak of resident memory in MB, and the nodes at each level.
"""
import resource
import sys
import time

import numpy as np


def tree(features, labels, levels, neighbours):
    classes = labels.max() + 1
    rows = features.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels, minlength=classes)
    means = np.add.reduceat(rows[order], np.concatenate([[0], np.cumsum(counts)[:-1]])) / counts[:, None]
    several = counts > 1
    inner = 2 * counts / np.maximum(counts - 1, 1) * (1 - (means * means).sum(1))
    base = inner[several].mean()
    distances = 2 - 2 * (means @ means.T)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, neighbours, axis=1)[:, :neighbours]
    nearest = np.take_along_axis(nearest, np.argsort(np.take_along_axis(distances, nearest, 1), axis=1), 1)
    edges = prim(distances)
    thresholds = [base + level * (4 - base) / levels for level in range(levels)]
    return [int((edges >= threshold).sum()) + 1 for threshold in thresholds] + [1]


def prim(distances):
    """Lengths of the edges of the minimum spanning tree."""
    count = len(distances)
    near, open_ = distances[0].copy(), np.ones(count, dtype=bool)
    open_[0] = False
    edges = np.empty(count - 1)
    for step in range(count - 1):
        place = int(np.argmin(np.where(open_, near, np.inf)))
        edges[step] = near[place]
        open_[place] = False
        np.minimum(near, distances[place], out=near)
    return edges


features, labels = np.load(sys.argv[1]), np.load(sys.argv[2]).ravel()
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    nodes = tree(features, labels, int(sys.argv[3]), int(sys.argv[4]))
    print(time.perf_counter() - wall, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *nodes, flush=True)
