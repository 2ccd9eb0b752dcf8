"""The peer of the benchmark of Hamming search: FAISS's flat binary index, one thread.

python3 peer.py BYTES CODES QUERIES
Both files hold packed codes of BYTES bytes. Each line on standard input is answered by one line:
"search N TIMES K": wall and CPU seconds of a query, when N queries are asked together, so many times, each time the next N.
"distances N K": the distances of the K nearest of the first N queries, query after query.
"memory": resident memory in MiB.
"""
import sys
import time

import faiss
import numpy as np


def main():
    size, codes, queries = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(8 * size)
    index.add(np.fromfile(codes, dtype=np.uint8).reshape(-1, size))
    queries = np.fromfile(queries, dtype=np.uint8).reshape(-1, size)
    at = 0
    for line in sys.stdin:
        words = line.split()
        numbers = [int(word) for word in words[1:]]
        if words[0] == "search":
            count, times, k = numbers
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(times):
                at = 0 if at + count > len(queries) else at
                index.search(queries[at:at + count], k)
                at += count
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(wall / count / times, cpu / count / times, flush=True)
        elif words[0] == "distances":
            distances, _ = index.search(queries[:numbers[0]], numbers[1])
            print(*distances.ravel(), flush=True)
        else:
            resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
            print(int(resident.split()[1]) / 1024, flush=True)


main()
