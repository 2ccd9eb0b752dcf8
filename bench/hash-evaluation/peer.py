"""The peer of the benchmark of hash evaluation: mAP over the whole ranking as evaluators in the style of DeepHash-pytorch compute it, query by query in numpy.

python3 peer.py BITS LABELS QUERIES DATABASE QUERY_CODES QUERY_LABELS DATABASE_CODES DATABASE_LABELS
Codes are rows of BITS float32 of -1 and 1, labels rows of LABELS float32 of 0 and 1. For each line on standard input, which holds a number of queries, the first so many
are evaluated; the answer is wall seconds, CPU seconds, mAP in the order that the sort gave, and the largest resident memory so far in MiB.
"""
import resource
import sys
import time

import numpy as np


def mean_average_precision(queries, query_labels, database, database_labels):
    total = 0.0
    for code, label in zip(queries, query_labels):
        relevant = (np.dot(label, database_labels.T) > 0).astype(np.float32)
        distance = 0.5 * (database.shape[1] - np.dot(code, database.T))
        relevant = relevant[np.argsort(distance)]
        found = int(relevant.sum())
        if found == 0:
            continue
        ranks = np.asarray(np.where(relevant == 1)) + 1.0
        total += np.mean(np.linspace(1, found, found) / ranks)
    return total / len(queries)


def main():
    bits, labels, queries, database = map(int, sys.argv[1:5])
    query_codes, database_codes = (np.fromfile(sys.argv[k], dtype=np.float32).reshape(-1, bits) for k in (5, 7))
    query_labels, database_labels = (np.fromfile(sys.argv[k], dtype=np.float32).reshape(-1, labels) for k in (6, 8))
    assert len(query_codes) == len(query_labels) == queries and len(database_codes) == len(database_labels) == database
    for line in sys.stdin:
        count = int(line)
        cpu, wall = time.process_time(), time.perf_counter()
        value = mean_average_precision(query_codes[:count], query_labels[:count], database_codes, database_labels)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(wall, cpu, value, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


main()
