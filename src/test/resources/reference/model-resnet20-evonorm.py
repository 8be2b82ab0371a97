"""Makes model-resnet20-evonorm.json with PyTorch alone: python3 model-resnet20-evonorm.py > model-resnet20-evonorm.json

ResNet-20 with EvoNorm-S0 in place of batch norm and ReLU, and convolutions with bias where no activation follows.
Parameters and input by the formulas in model-resnet20.json; scale and v of an EvoNorm as the weight of a batch norm.
"""
import json
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
CONVOLUTION, BIAS, SCALE, SHIFT, DENSE = "conv weight", "conv bias", "batchnorm weight", "batchnorm bias", "linear weight"


def tensors():
    """Name, kind, shape and fan-in of every parameter, in order."""
    found = []

    def convolution(name, i, o, k, bias):
        found.append((name + ".weight", CONVOLUTION, (o, i, k, k), i * k * k))
        if bias:
            found.append((name + ".bias", BIAS, (o,), None))

    def evonorm(name, c):
        for part, kind in (("weight", SCALE), ("bias", SHIFT), ("v", SCALE)):
            found.append((name + "." + part, kind, (c,), None))

    convolution("conv1", 3, 16, 3, False)
    evonorm("evonorm1", 16)
    channels = 16
    for stage, out in enumerate((16, 32, 64)):
        for block in range(3):
            name = f"layer{stage + 1}.{block}"
            convolution(name + ".conv1", channels, out, 3, False)
            evonorm(name + ".evonorm1", out)
            convolution(name + ".conv2", out, out, 3, True)
            if channels != out:
                convolution(name + ".shortcut.conv", channels, out, 1, True)
            channels = out
    found.append(("linear.weight", DENSE, (10, 64), 64))
    found.append(("linear.bias", "linear bias", (10,), None))
    return found


def value(kind, fan_in, size, k):
    i = np.arange(size, dtype=np.float64)
    if kind == SCALE:
        return 1 + 0.1 * np.sin(i + k)
    if kind == SHIFT:
        return 0.05 * np.cos(i + k)
    if kind in (BIAS, "linear bias"):
        return 0.01 * np.sin(0.3 * i + k)
    h = (np.arange(size, dtype=np.uint64) + np.uint64(2654435769 * (k + 1) % 2**32)) % 2**32
    for shift, factor in ((16, 2246822507), (13, 3266489909)):
        h = (h ^ (h >> np.uint64(shift))) * np.uint64(factor) % 2**32
    h ^= h >> np.uint64(16)
    return np.sqrt(6 / fan_in) * (h.astype(np.float64) / 2**31 - 1)


def evonorm(x, scale, shift, v):
    b, c, h, w = x.shape
    groups = min(c, 32)
    variance = x.view(b, groups, -1).var(2, unbiased=False, keepdim=True)
    swish = x * torch.sigmoid(v.view(1, c, 1, 1) * x)
    normalised = (swish.view(b, groups, -1) / torch.sqrt(variance + 1e-5)).view(b, c, h, w)
    return normalised * scale.view(1, c, 1, 1) + shift.view(1, c, 1, 1)


def forward(p, x):
    x = evonorm(F.conv2d(x, p["conv1.weight"], padding=1), *(p["evonorm1." + s] for s in ("weight", "bias", "v")))
    for stage in (1, 2, 3):
        for block in range(3):
            name = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            y = F.conv2d(x, p[name + ".conv1.weight"], stride=stride, padding=1)
            y = evonorm(y, *(p[f"{name}.evonorm1.{s}"] for s in ("weight", "bias", "v")))
            y = F.conv2d(y, p[name + ".conv2.weight"], p[name + ".conv2.bias"], padding=1)
            if stride == 2:
                x = F.conv2d(x, p[name + ".shortcut.conv.weight"], p[name + ".shortcut.conv.bias"], stride=2)
            x = F.relu(x + y)
    return F.linear(x.mean((2, 3)), p["linear.weight"], p["linear.bias"])


def run(dtype, update=None):
    parameters = {}
    for k, (name, kind, shape, fan_in) in enumerate(tensors()):
        rounded = value(kind, fan_in, int(np.prod(shape)), k).astype(np.float32)
        parameters[name] = torch.tensor(rounded.reshape(shape)).to(dtype)
        if update:
            parameters[name] -= 0.001 * (update[name] + 0.0001 * parameters[name])
        parameters[name].requires_grad_()
    j = np.arange(4 * 3 * 32 * 32, dtype=np.float64)
    x = torch.tensor((np.sin(0.013 * j) * 1.5 + 0.2 * np.cos(1.7 * j)).astype(np.float32)).view(4, 3, 32, 32).to(dtype)
    logits = forward(parameters, x)
    loss = F.cross_entropy(logits, torch.tensor([3, 1, 4, 1]))
    loss.backward()
    return logits.detach().double(), loss.item(), {name: p.grad.double() for name, p in parameters.items()}


exact_logits, exact_loss, exact = run(torch.float64)
logits, loss, gradients = run(torch.float32)
with torch.backends.mkldnn.flags(enabled=False):
    other = run(torch.float32)
after = run(torch.float64, exact)


def error(gradient, names):
    squares = sum(((gradient[n] - exact[n]) ** 2).sum().item() for n in names)
    return (squares / sum((exact[n] ** 2).sum().item() for n in names)) ** 0.5


names = [name for name, *_ in tensors()]
report = {
    "labels": [3, 1, 4, 1],
    "num_parameters": sum(g.numel() for g in exact.values()),
    "float64": {"logits": exact_logits.tolist(), "loss": exact_loss},
    "rounding": {
        "logits_max_abs_difference": max((logits - exact_logits).abs().max().item(),
                                         (other[0] - exact_logits).abs().max().item()),
        "loss_abs_difference": max(abs(loss - exact_loss), abs(other[1] - exact_loss)),
        "whole_grad_relative_l2_error": max(error(gradients, names), error(other[2], names))},
    "after_one_step": {"learning_rate": 0.001, "weight_decay": 0.0001,
                       "float64": {"logits": after[0].tolist(), "loss": after[1]}},
}
parameters = [{
    "name": name, "kind": kind, "shape": shape, "fan_in": fan_in,
    "float64": {"grad_l2": exact[name].norm().item(), "grad_sum": exact[name].sum().item(),
                "grad_first5": exact[name].flatten()[:5].tolist()},
    "grad_relative_l2_error_float32": [error(gradients, [name]), error(other[2], [name])]}
    for name, kind, shape, fan_in in tensors()]
lines = ",\n".join(json.dumps(parameter) for parameter in parameters)
print(json.dumps(report)[:-1] + ', "parameters": [\n' + lines + "]}")
