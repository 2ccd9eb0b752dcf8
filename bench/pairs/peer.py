"""Pair losses in plain PyTorch over the whole matrix of similarities, as one would write them by hand: the peer of 'bench/run pairs'.

Reads a line: "memory" answers the peak of one step above the inputs in MB, a number N the seconds of a step over N steps.
"""
import sys
import time

import torch


def multi_similarity(s, same, other, alpha=2.0, beta=50.0, base=0.5, epsilon=0.1):
    with torch.no_grad():
        least = s.masked_fill(~same, float("inf")).amin(1, keepdim=True)
        most = s.masked_fill(~other, float("-inf")).amax(1, keepdim=True)
        same, other = same & (s < most + epsilon), other & (s > least - epsilon)
    zero = s.new_zeros(len(s), 1)
    pull = torch.cat([zero, (-alpha * (s - base)).masked_fill(~same, float("-inf"))], 1).logsumexp(1) / alpha
    push = torch.cat([zero, (beta * (s - base)).masked_fill(~other, float("-inf"))], 1).logsumexp(1) / beta
    return (pull + push).mean()


def contrastive(s, same, other):
    d = (2 - 2 * s).clamp(min=1e-12).sqrt()
    pull, push = d.masked_fill(~same, 0), (1 - d).clamp(min=0).masked_fill(~other, 0)
    return pull.sum() / (pull > 0).sum().clamp(min=1) + push.sum() / (push > 0).sum().clamp(min=1)


def triplet(s, same, other, margin=0.05):
    d = (2 - 2 * s).clamp(min=1e-12).sqrt()
    total, count = 0, 0
    for anchor in range(len(s)):
        terms = (d[anchor, same[anchor]].unsqueeze(1) - d[anchor, other[anchor]].unsqueeze(0) + margin).clamp(min=0)
        total, count = total + terms.sum(), count + (terms > 0).sum()
    return total / count.clamp(min=1)


def step(loss, z, same, other):
    z.grad = None
    x = torch.nn.functional.normalize(z)
    loss(x @ x.t(), same, other).backward()


def kilobytes(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":"))


def main():
    name, size, width, per_class, threads = sys.argv[1], *map(int, sys.argv[2:6])
    torch.set_num_threads(threads)
    torch.manual_seed(size)
    loss = {"multi-similarity": multi_similarity, "contrastive": contrastive, "triplet": triplet}[name]
    few = torch.randn(300, width, requires_grad=True)
    classes = torch.arange(300) // per_class
    pairs = classes.unsqueeze(1) == classes.unsqueeze(0)
    step(loss, few, pairs & ~torch.eye(300).bool(), ~pairs)  # what a first step loads is not its memory
    z = torch.randn(size, width, requires_grad=True)
    labels = torch.arange(size) // per_class
    same = labels.unsqueeze(1) == labels.unsqueeze(0)
    other = ~same
    same.fill_diagonal_(False)
    for line in sys.stdin:
        if line.strip() == "memory":
            with open("/proc/self/clear_refs", "w") as refs:
                refs.write("5")
            before = kilobytes("VmRSS")
            step(loss, z, same, other)
            print((kilobytes("VmHWM") - before) / 1024, flush=True)
        else:
            repeats = int(line)
            start = time.perf_counter()
            for _ in range(repeats):
                step(loss, z, same, other)
            print((time.perf_counter() - start) / repeats, flush=True)


main()
