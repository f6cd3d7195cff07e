"""Two tiny nets of one build: a ladder down to a 32nd of the picture and up to a quarter again.

Fresh photographs and many surfaces matter more than size: about 350 000 weights each.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _layer(inward: int, outward: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inward, outward, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outward),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.one = _layer(width, width)
        self.two = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.two(self.one(x)))


class Net(nn.Module):
    """A picture → maps (a quarter of its size) and claims, both before sigmoid or softmax."""

    def __init__(self, maps: int, claims: int) -> None:
        super().__init__()
        self.to_4 = nn.Sequential(_layer(3, 16, 2), _layer(16, 28, 2), _Residual(28))
        self.to_8 = nn.Sequential(_layer(28, 48, 2), _Residual(48))
        self.to_16 = nn.Sequential(_layer(48, 64, 2), _Residual(64))
        self.to_32 = nn.Sequential(_layer(64, 64, 2), _Residual(64))
        self.context = nn.Linear(64, 64)
        self.up_16, self.at_16 = nn.Conv2d(64, 64, 1), _layer(64, 64)
        self.up_8, self.at_8 = nn.Conv2d(64, 48, 1), _layer(48, 48)
        self.up_4, self.at_4 = nn.Conv2d(48, 28, 1), _layer(28, 28)
        self.maps = nn.Conv2d(28, maps, 1)
        self.claims = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, claims))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        four = self.to_4(x)
        eight = self.to_8(four)
        sixteen = self.to_16(eight)
        deep = self.to_32(sixteen)
        overall = deep.mean((2, 3))
        deep = deep + self.context(overall)[:, :, None, None]
        up = self.at_16(sixteen + _grown(self.up_16(deep), sixteen))
        claims = self.claims(torch.cat([overall, up.amax((2, 3))], 1))
        up = self.at_8(eight + _grown(self.up_8(up), eight))
        up = self.at_4(four + _grown(self.up_4(up), four))
        return self.maps(up), claims


def _grown(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[2:], mode="nearest")


def locator() -> Net:
    """Maps: card, corners. Claims: there is a card, all of it is in the picture."""
    return Net(2, 2)


def refiner() -> Net:
    """Maps: upper, right, lower, left side. Claims: this is a card, it is upright."""
    return Net(4, 2)


def locator_loss(maps: Tensor, claims: Tensor, want: dict[str, Tensor]) -> dict[str, Tensor]:
    """Area as yes or no per place, corners as one distribution over all places."""
    area = F.binary_cross_entropy_with_logits(maps[:, 0], want["maps"][:, 0])
    wanted = want["maps"][:, 1].flatten(1)
    there = (wanted.sum(1) > 0).float()
    told = -(wanted * F.log_softmax(maps[:, 1].flatten(1), 1)).sum(1)
    corners = (told * there).sum() / there.sum().clamp(min=1)
    return {"area": 2 * area, "corners": corners, "claims": 0.4 * _claimed(claims, want)}


def refiner_loss(maps: Tensor, claims: Tensor, want: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each side as a distribution across it, at every place along it."""
    told = torch.zeros(())
    for side in range(4):
        axis = 1 if side % 2 == 0 else 2
        wanted = want["maps"][:, side]
        places = wanted.sum().clamp(min=1)
        told = told - (wanted * F.log_softmax(maps[:, side], axis)).sum() / places / 4
    return {"sides": 1.5 * told, "claims": 0.4 * _claimed(claims, want)}


def _claimed(claims: Tensor, want: dict[str, Tensor]) -> Tensor:
    return F.binary_cross_entropy_with_logits(claims, want["claims"], weight=want["known"])


def export(weights: Path, net: Net, size: tuple[int, int], file: Path) -> None:
    """The net as ONNX, as OpenCV reads it: one picture at a time."""
    net.load_state_dict(torch.load(weights)["smooth"])
    net.eval()
    example = torch.zeros(1, 3, size[1], size[0])
    names = {"input_names": ["picture"], "output_names": ["maps", "claims"]}
    torch.onnx.export(net, (example,), str(file), opset_version=13, dynamo=False, **names)
