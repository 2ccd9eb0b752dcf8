"""The peer of the benchmark of sub-linear Hamming search: FAISS's binary indexes, as Debian packs them, one thread.

python3 peer.py BITS CODES QUERIES LAST_DISTANCES K INDEX [FOLDER]
CODES and QUERIES are files of packed rows, LAST_DISTANCES the true distance of the K-th neighbour of each query as int32. INDEX is "multihash TABLES BITS" or
"hnsw M EF_CONSTRUCTION", in one argument; an HNSW graph is kept in FOLDER, since it takes minutes to build. The first answer is what building took: wall and CPU
seconds, and the resident memory afterwards in MiB. Then each line on standard input holds an effort (flips or efSearch) and a number of queries; the answer is
wall seconds, CPU seconds, and the recall of the first so many queries: the share of results no farther than the K-th neighbour.
"""
import os
import resource
import sys
import time

import faiss
import numpy as np


def build(kind, bits, codes, folder):
    if kind[0] == "multihash":
        index = faiss.IndexBinaryMultiHash(bits, int(kind[1]), int(kind[2]))
        index.add(codes)
        return index
    kept = os.path.join(folder, "hnsw-%s-%s-%d-%d.faiss" % (kind[1], kind[2], bits, len(codes)))
    if os.path.exists(kept):
        return faiss.read_index_binary(kept)
    index = faiss.IndexBinaryHNSW(bits, int(kind[1]))
    index.hnsw.efConstruction = int(kind[2])
    index.add(codes)
    faiss.write_index_binary(index, kept + ".part")
    os.rename(kept + ".part", kept)
    return index


def main():
    bits, k, kind = int(sys.argv[1]), int(sys.argv[5]), sys.argv[6].split()
    codes, queries = (np.fromfile(name, dtype=np.uint8).reshape(-1, bits // 8) for name in sys.argv[2:4])
    last = np.fromfile(sys.argv[4], dtype=np.int32)
    faiss.omp_set_num_threads(1)
    cpu, wall = time.process_time(), time.perf_counter()
    index = build(kind, bits, codes, sys.argv[7] if len(sys.argv) > 7 else ".")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sys.stdin.readline()
    print(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
    for line in sys.stdin:
        effort, count = map(int, line.split())
        if kind[0] == "multihash":
            index.nflip = effort
        else:
            index.hnsw.efSearch = effort
        cpu, wall = time.process_time(), time.perf_counter()
        distances, ids = index.search(queries[:count], k)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(wall, cpu, float(np.mean((distances <= last[:count, None]) & (ids >= 0))), flush=True)


main()
