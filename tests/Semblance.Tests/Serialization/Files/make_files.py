#!/usr/bin/python3
"""Writes the weight files that the tests read, with Debian's python3-torch 1.13.1, and what is in them as JSON.

Run in this folder: python3 make_files.py
The values are small whole numbers or halves, so that every type holds them exactly.
"""
import collections
import json

import torch


def describe(tensors):
    return [{"name": name, "type": str(value.dtype).removeprefix("torch."), "shape": list(value.shape),
             "values": [float(x) for x in value.detach().double().flatten()]} for name, value in tensors.items()]


def types():
    base = torch.arange(6).reshape(2, 3)
    state = collections.OrderedDict()
    for kind in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64, torch.bfloat16):
        state[str(kind).removeprefix("torch.")] = base.to(kind)
    state["bool"] = base % 2 == 0
    state["negative"] = -base.float() / 2
    state["scalar"] = torch.tensor(2.5)
    state["empty"] = torch.zeros(0, 4)
    return state


def views():
    flat = torch.arange(24).float()
    matrix = flat.reshape(4, 6)
    return {
        "flat": flat,
        "transposed": matrix.t(),
        "row": matrix[1],
        "column": matrix[:, 2],
        "block": matrix[1:3, 2:5],
        "every_other": flat[1::2],
        "permuted": flat.reshape(2, 3, 4).permute(2, 0, 1),
        "expanded": torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 3),
        "channels_last": flat.reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
    }


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 2, 3)
        self.bn = torch.nn.BatchNorm2d(2)
        with torch.no_grad():
            self.conv.weight.copy_(torch.arange(18).reshape(2, 1, 3, 3) / 2)
            self.conv.bias.copy_(torch.tensor([0.5, -1.5]))

    def forward(self, x):
        return self.bn(self.conv(x))


expected = {}


def save(file, value, tensors, **options):
    torch.save(value, file, **options)
    expected[file] = describe(tensors)


net = Net()
save("types.pth", types(), types())
save("views.pth", views(), views())
save("module.pth", net.state_dict(), net.state_dict())
save("parameters.pth", dict(net.named_parameters()), dict(net.named_parameters()))
save("protocol4.pth", net.state_dict(), net.state_dict(), pickle_protocol=4)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
save("checkpoint.pth", {"epoch": 3, "best": 0.75, "state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "names": ["a", "b"], "size": torch.Size([1, 2])},
     net.state_dict())
save("nested.pth", {"model": {"state_dict": net.state_dict()}, "step": 10}, net.state_dict())
old = {"_use_new_zipfile_serialization": False}
save("legacy.pth", net.state_dict(), net.state_dict(), **old)
save("legacy_views.pth", views(), views(), **old)
save("legacy_checkpoint.pth", {"epoch": 3, "state_dict": net.state_dict(), "optimizer": {"momentum": torch.zeros(5)}}, net.state_dict(), **old)
torch.save(net, "whole_model.pth")
torch.jit.script(torch.nn.Linear(1, 1)).save("script.pt")
torch.save({"epoch": 3, "accuracy": 0.5}, "no_tensors.pth")
torch.save(torch.zeros(2), "bare_tensor.pth")
torch.save({"weight": torch.zeros(2), "sparse": torch.zeros(2).to_sparse()}, "sparse.pth")

with open("expected.json", "w", encoding="utf-8") as output:
    json.dump({"source": "make_files.py, python3-torch " + torch.__version__, "files": expected}, output, indent=1)
    output.write("\n")
