"""Makes the files model-NAME.json with PyTorch alone: python3 models.py NAME > model-NAME.json

The models as PyTorch's own layers, with parameters and input by the formulas in model-resnet20.json; scale and v of an
EvoNorm, and scale of a group norm, as the weight of a batch norm. Numbers of channels are multiplied by a width.
"""
import json
import sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class EvoNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias, self.v = (nn.Parameter(torch.empty(channels)) for _ in range(3))

    def forward(self, x):
        b, c, h, w = x.shape
        groups = min(c, 32)
        variance = x.view(b, groups, -1).var(2, unbiased=False, keepdim=True)
        swish = x * torch.sigmoid(self.v.view(1, c, 1, 1) * x)
        normalised = (swish.view(b, groups, -1) / torch.sqrt(variance + 1e-5)).view(b, c, h, w)
        return normalised * self.weight.view(1, c, 1, 1) + self.bias.view(1, c, 1, 1)


def groupnorm(channels):
    return nn.GroupNorm(2, channels)


def conv(i, o, k, stride=1, bias=False):
    return nn.Conv2d(i, o, k, stride, k // 2, bias=bias)


class Block(nn.Module):
    """Of a ResNet; an EvoNorm is an activation as well, and stands only where one is."""

    def __init__(self, i, o, stride, norm):
        super().__init__()
        evo = norm is EvoNorm
        self.conv1, self.norm1 = conv(i, o, 3, stride), norm(o)
        self.conv2, self.norm2 = conv(o, o, 3, bias=evo), nn.Identity() if evo else norm(o)
        self.activation = nn.Identity() if evo else nn.ReLU()
        self.shortcut = nn.Identity()
        if stride != 1 or i != o:
            self.shortcut = nn.Sequential(conv(i, o, 1, stride, bias=evo), nn.Identity() if evo else norm(o))

    def forward(self, x):
        return F.relu(self.norm2(self.conv2(self.activation(self.norm1(self.conv1(x))))) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, stages, blocks, norm):
        super().__init__()
        self.conv1, self.norm1 = conv(3, stages[0], 3), norm(stages[0])
        self.activation = nn.Identity() if norm is EvoNorm else nn.ReLU()
        all_blocks = []
        channels = stages[0]
        for stage, out in enumerate(stages):
            for block in range(blocks):
                all_blocks.append(Block(channels, out, 2 if stage > 0 and block == 0 else 1, norm))
                channels = out
        self.blocks = nn.Sequential(*all_blocks)
        self.linear = nn.Linear(channels, 10)

    def forward(self, x):
        return self.linear(self.blocks(self.activation(self.norm1(self.conv1(x)))).mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(i), conv(i, o, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(o), conv(o, o, 3)
        self.shortcut = conv(i, o, 1, stride) if i != o else None

    def forward(self, x):
        activated = F.relu(self.bn1(x))
        branch = self.conv2(F.relu(self.bn2(self.conv1(activated))))
        return branch + (self.shortcut(activated) if self.shortcut else x)


class WideResNet(nn.Module):
    def __init__(self, stem, stages, blocks):
        super().__init__()
        self.conv1 = conv(3, stem, 3)
        all_blocks = []
        channels = stem
        for stage, out in enumerate(stages):
            for block in range(blocks):
                all_blocks.append(WideBlock(channels, out, 2 if stage > 0 and block == 0 else 1))
                channels = out
        self.blocks = nn.Sequential(*all_blocks)
        self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, 10)

    def forward(self, x):
        return self.linear(F.relu(self.bn(self.blocks(self.conv1(x)))).mean((2, 3)))


class LayerNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Positions(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.bias = nn.Parameter(torch.empty(shape))

    def forward(self, x):
        return x + self.bias


class TransformerBlock(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.qkv, self.proj = LayerNorm(c), conv(c, 3 * c, 1, bias=True), conv(c, c, 1, bias=True)
        self.norm2, self.fc1, self.fc2 = LayerNorm(c), conv(c, 4 * c, 1, bias=True), conv(4 * c, c, 1, bias=True)

    def attention(self, x):
        b, c, h, w = x.shape
        q, k, v = self.qkv(x).view(b, 3, self.heads, c // self.heads, h * w).transpose(3, 4).unbind(1)
        weights = torch.softmax(q @ k.transpose(2, 3) / (c // self.heads) ** 0.5, -1)
        return self.proj((weights @ v).transpose(2, 3).reshape(b, c, h, w))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    def __init__(self, channels_of_head, heads, blocks):
        super().__init__()
        c = channels_of_head * heads
        self.patches, self.positions = nn.Conv2d(3, c, 4, 4), Positions(c, 8, 8)
        self.blocks = nn.Sequential(*(TransformerBlock(c, heads) for _ in range(blocks)))
        self.norm, self.linear = LayerNorm(c), nn.Linear(c, 10)

    def forward(self, x):
        return self.linear(self.norm(self.blocks(self.positions(self.patches(x)))).mean((2, 3)))


def plain(plan, kernel, norm, *head):
    """Convolutions with bias, ReLU, and "M" for the maximum of squares."""
    layers = []
    channels = 3
    for out in plan:
        if out == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [conv(channels, out, kernel, bias=True), norm(out), nn.ReLU()]
            channels = out
    return nn.Sequential(*layers, nn.Flatten(), *head)


def widths(width, *channels):
    return [c if c == "M" else round(c * width) for c in channels]


def lenet(norm, width):
    a, b, c = widths(width, 32, 32, 64)
    return plain((a, "M", b, "M", c, "M"), 5, norm, nn.Linear(16 * c, 10))


def vgg11(norm, width):
    plan = widths(width, 64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")
    u = plan[-2]
    return plain(plan, 3, norm, nn.Linear(u, u), nn.ReLU(), nn.Linear(u, u), nn.ReLU(), nn.Linear(u, 10))


MODELS = {
    "resnet20-evonorm": (1, lambda w: ResNet(widths(w, 16, 32, 64), 3, EvoNorm)),
    "resnet20-groupnorm": (1, lambda w: ResNet(widths(w, 16, 32, 64), 3, groupnorm)),
    "resnet18": (0.25, lambda w: ResNet(widths(w, 64, 128, 256, 512), 2, nn.BatchNorm2d)),
    "resnet18-groupnorm": (0.25, lambda w: ResNet(widths(w, 64, 128, 256, 512), 2, groupnorm)),
    "wide-resnet": (0.25, lambda w: WideResNet(*widths(w, 16), widths(w, 64, 128, 256), 2)),
    "vit-tiny": (0.25, lambda w: VisionTransformer(*widths(w, 64), 3, 6)),
    "lenet": (1, lambda w: lenet(lambda c: nn.Identity(), w)),
    "lenet-groupnorm": (1, lambda w: lenet(groupnorm, w)),
    "vgg11-groupnorm": (0.125, lambda w: vgg11(groupnorm, w)),
    "logistic": (1, lambda w: nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))),
}


def kind(name, module):
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        return ("conv " if isinstance(module, nn.Conv2d) else "linear ") + name
    return "batchnorm bias" if name == "bias" else "batchnorm weight"


def tensors(model):
    """Name, kind, parameter and fan-in, in order."""
    for module_name, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            fan_in = parameter[0].numel() if parameter.dim() > 1 else None
            yield f"{module_name}.{name}", kind(name, module), parameter, fan_in


def value(kind, fan_in, size, k):
    i = np.arange(size, dtype=np.float64)
    if kind == "batchnorm weight":
        return 1 + 0.1 * np.sin(i + k)
    if kind == "batchnorm bias":
        return 0.05 * np.cos(i + k)
    if kind in ("conv bias", "linear bias"):
        return 0.01 * np.sin(0.3 * i + k)
    h = (np.arange(size, dtype=np.uint64) + np.uint64(2654435769 * (k + 1) % 2**32)) % 2**32
    for shift, factor in ((16, 2246822507), (13, 3266489909)):
        h = (h ^ (h >> np.uint64(shift))) * np.uint64(factor) % 2**32
    h ^= h >> np.uint64(16)
    return np.sqrt(6 / fan_in) * (h.astype(np.float64) / 2**31 - 1)


def run(width, make, dtype, update=None):
    model = make(width).to(dtype)
    with torch.no_grad():
        for k, (name, kind, parameter, fan_in) in enumerate(tensors(model)):
            rounded = value(kind, fan_in, parameter.numel(), k).astype(np.float32)
            parameter.copy_(torch.tensor(rounded).view(parameter.shape))
            if update:
                parameter -= 0.001 * (update[name] + 0.0001 * parameter)
    j = np.arange(4 * 3 * 32 * 32, dtype=np.float64)
    x = torch.tensor((np.sin(0.013 * j) * 1.5 + 0.2 * np.cos(1.7 * j)).astype(np.float32)).view(4, 3, 32, 32).to(dtype)
    logits = model(x)
    loss = F.cross_entropy(logits, torch.tensor([3, 1, 4, 1]))
    loss.backward()
    gradients = {name: parameter.grad.double() for name, _, parameter, _ in tensors(model)}
    return logits.detach().double(), loss.item(), gradients


width, make = MODELS[sys.argv[1]]
exact_logits, exact_loss, exact = run(width, make, torch.float64)
logits, loss, gradients = run(width, make, torch.float32)
with torch.backends.mkldnn.flags(enabled=False):
    other = run(width, make, torch.float32)
after = run(width, make, torch.float64, exact)


def error(gradient, names):
    squares = sum(((gradient[n] - exact[n]) ** 2).sum().item() for n in names)
    return (squares / sum((exact[n] ** 2).sum().item() for n in names)) ** 0.5


names = list(exact)
report = {
    "width": width,
    "labels": [3, 1, 4, 1],
    "num_parameters": sum(g.numel() for g in exact.values()),
    "num_parameters_at_width_1": sum(p.numel() for p in make(1).parameters()),
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
    "name": name, "kind": kind, "shape": list(parameter.shape), "fan_in": fan_in,
    "float64": {"grad_l2": exact[name].norm().item(), "grad_sum": exact[name].sum().item(),
                "grad_first5": exact[name].flatten()[:5].tolist()},
    "grad_relative_l2_error_float32": [error(gradients, [name]), error(other[2], [name])]}
    for name, kind, parameter, fan_in in tensors(make(width))]
lines = ",\n".join(json.dumps(parameter) for parameter in parameters)
print(json.dumps(report)[:-1] + ', "parameters": [\n' + lines + "]}")
