"""Blurhashes: a picture's colours in some thirty letters (https://blurha.sh), as pixels."""

from __future__ import annotations

import math

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
Pixels = list[list[list[float]]]


def _number(text: str) -> int:
    value = 0
    for letter in text:
        if letter not in _VALUES:
            raise ValueError(f"{letter!r} is no letter of a blurhash")
        value = value * 83 + _VALUES[letter]
    return value


def components(text: str) -> tuple[int, int]:
    """How many components it has, across and down. ValueError for what is no blurhash."""
    if len(text) < 6:
        raise ValueError("a blurhash has at least six letters")
    down, across = divmod(_number(text[0]), 9)
    if len(text) != 4 + 2 * (across + 1) * (down + 1):
        raise ValueError("the blurhash is not as long as it says")
    return across + 1, down + 1


def decode(text: str, width: int, height: int, linear: bool = True) -> Pixels:
    """[height][width][3]: linear RGB from 0 to 1, or sRGB from 0 to 255."""
    across, down = components(text)
    colours = [_base(_number(text[2:6]))]
    strongest = (_number(text[1]) + 1) / 166
    colours += [_detail(_number(text[at : at + 2]), strongest) for at in range(6, len(text), 2)]
    over_x = [[math.cos(math.pi * x * i / width) for i in range(across)] for x in range(width)]
    over_y = [[math.cos(math.pi * y * j / height) for j in range(down)] for y in range(height)]
    rows = []
    for wave_y in over_y:
        # The sums over the lines of components first: they are the same for a whole row of pixels.
        sums = [
            [sum(wave_y[j] * colours[i + j * across][c] for j in range(down)) for c in range(3)]
            for i in range(across)
        ]
        row = [[sum(wave[i] * sums[i][c] for i in range(across)) for c in range(3)] for wave in over_x]
        rows.append(row if linear else [[_to_srgb(value) for value in pixel] for pixel in row])
    return rows


def _base(value: int) -> tuple[float, float, float]:
    return _to_linear(value >> 16), _to_linear((value >> 8) & 255), _to_linear(value & 255)


def _detail(value: int, strongest: float) -> tuple[float, float, float]:
    parts = (value // 361, value // 19 % 19, value % 19)
    red, green, blue = (math.copysign(((part - 9) / 9) ** 2, part - 9) * strongest for part in parts)
    return red, green, blue


def _to_linear(value: int) -> float:
    """sRGB (IEC 61966-2-1), 0 to 255, as light from 0 to 1."""
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _to_srgb(value: float) -> float:
    light = max(0.0, min(1.0, value))
    part = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return int(part * 255 + 0.5)
