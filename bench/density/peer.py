# The numpy way: the whole matrix of distances of each class, sorted; then k-means on the densities.
# Reads "classes FILE CLASSES EACH WIDTH SOME" on a line, answers wall and CPU seconds of SOME classes, peak memory in MB,
# the cut-off of the first class and the sum of all densities.
import sys, time
import numpy as np

try:
    from sklearn.cluster import KMeans
except ImportError:
    KMeans = None


def lloyd(values, k, rounds=100):
    centres = np.quantile(values, (np.arange(k) + 0.5) / k)
    for _ in range(rounds):
        nearest = np.abs(values[:, None] - centres).argmin(1)
        moved = np.array([values[nearest == c].mean() if (nearest == c).any() else centres[c] for c in range(k)])
        if np.array_equal(moved, centres):
            break
        centres = moved
    return nearest


def density(rows, t=0.6):
    square = (rows * rows).sum(1)
    distances = np.sqrt(np.abs(square[:, None] + square[None, :] - 2 * (rows @ rows.T)))
    n = len(rows)
    cutoff = np.sort(distances, axis=None)[int(n * n * t)]
    found = (distances < cutoff).sum(1) - 1
    if KMeans is None:
        lloyd(found.astype(np.float64), 3)
    else:
        KMeans(3, n_init=10, random_state=0).fit(found[:, None])
    return cutoff, found


def peak():
    # Not ru_maxrss, which begins with what the parent process had.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:")) / 1024


for line in sys.stdin:
    _, path, classes, each, width, some = line.split()
    classes, each, width, some = int(classes), int(each), int(width), int(some)
    features = np.memmap(path, np.float32, "r", shape=(classes * each, width))
    wall, cpu = time.perf_counter(), time.process_time()
    total, first = 0, None
    for c in range(some):
        cutoff, found = density(np.array(features[c * each:(c + 1) * each]))
        first = cutoff if first is None else first
        total += int(found.sum())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(wall, cpu, peak(), first, total, 0 if KMeans is None else 1, flush=True)
