"""Learning rates of PyTorch's schedulers, against which the schedules are tested.

    /usr/bin/python3 schedules.py > schedules.json
"""
import json
import warnings

import torch
from torch.optim import lr_scheduler as torch_schedules

warnings.simplefilter("ignore")


def rates(make, steps):
    """Factors that a scheduler gives at steps 0 to steps - 1."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = make(optimizer)
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return factors


def after_warmup(optimizer, start, warmup, then):
    rise = torch_schedules.LinearLR(optimizer, start_factor=start, total_iters=warmup)
    return torch_schedules.SequentialLR(optimizer, [rise, then(optimizer)], milestones=[warmup])


def one_cycle(optimizer, warmup, steps, start, final):
    return torch_schedules.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=steps + 1, pct_start=(warmup + 1) / (steps + 1),
        div_factor=1 / start, final_div_factor=start / final, cycle_momentum=False)


CASES = [
    ("cosine", dict(kind="cosine"), 20,
     lambda o: torch_schedules.CosineAnnealingLR(o, T_max=20)),
    ("cosine to a tenth after a warm-up", dict(kind="cosine", warmup=5, warmupFrom=0.2, final=0.1), 20,
     lambda o: after_warmup(o, 0.2, 5, lambda p: torch_schedules.CosineAnnealingLR(p, T_max=15, eta_min=0.1))),
    ("milestones", dict(kind="step", milestones=[6, 12, 13], gamma=0.5), 16,
     lambda o: torch_schedules.MultiStepLR(o, [6, 12, 13], gamma=0.5)),
    ("milestones with a warm-up over the first", dict(kind="step", warmup=8, warmupFrom=1 / 3, milestones=[6, 12]), 16,
     lambda o: torch_schedules.ChainedScheduler([torch_schedules.LinearLR(o, start_factor=1 / 3, total_iters=8), torch_schedules.MultiStepLR(o, [6, 12])])),
    ("line to 0", dict(kind="linear"), 16,
     lambda o: torch_schedules.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=16)),
    ("line to a quarter after a warm-up", dict(kind="linear", warmup=4, warmupFrom=0.5, final=0.25), 16,
     lambda o: after_warmup(o, 0.5, 4, lambda p: torch_schedules.LinearLR(p, start_factor=1.0, end_factor=0.25, total_iters=12))),
    ("constant after a warm-up", dict(kind="constant", warmup=4, warmupFrom=0.25), 8,
     lambda o: torch_schedules.LinearLR(o, start_factor=0.25, total_iters=4)),
    ("one cycle", dict(kind="one-cycle", warmup=6, warmupFrom=0.04, final=0.001), 20,
     lambda o: one_cycle(o, 6, 20, 0.04, 0.001)),
]

print(json.dumps(
    {"source": f"PyTorch {torch.__version__}", "cases": [
        {"name": name, **settings, "steps": steps, "factors": rates(make, steps)} for name, settings, steps, make in CASES]},
    indent=1))
