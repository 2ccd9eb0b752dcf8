"""Writes optimizers.json: where PyTorch's optimizers take two small parameters in six steps. Run with Debian's python3-torch."""
import json

import torch


def gradient(parameter, step, which):
    return torch.sin(torch.arange(parameter.numel(), dtype=torch.float64) * (which + 1) + step).reshape(parameter.shape) + 0.1 * parameter.detach()


def run(make):
    first = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(2, 3).requires_grad_(True)
    second = torch.linspace(0.5, 2, 4, dtype=torch.float64).requires_grad_(True)
    optimizer = make([{"params": [first]}, {"params": [second], "lr": 0.02, "weight_decay": 0.0}])
    for step in range(6):
        first.grad, second.grad = gradient(first, step, 0), gradient(second, step, 1)
        optimizer.step()
    return {"first": first.detach().flatten().tolist(), "second": second.detach().tolist()}


CASES = {
    "sgd": lambda groups: torch.optim.SGD(groups, lr=0.1),
    "sgd momentum": lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd nesterov": lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    "adam": lambda groups: torch.optim.Adam(groups, lr=0.1, weight_decay=0.01),
    "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.1, weight_decay=0.01, betas=(0.8, 0.95), eps=1e-6),
    "rmsprop": lambda groups: torch.optim.RMSprop(groups, lr=0.1, weight_decay=0.01, alpha=0.95, eps=1e-6),
}
with open("optimizers.json", "w") as file:
    json.dump({name: run(make) for name, make in CASES.items()}, file, indent=1)
