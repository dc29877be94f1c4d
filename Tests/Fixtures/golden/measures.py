#!/usr/bin/env python3
"""Writes measures.h5, with which MeasuresGoldenTests compares: what established packages say of made-up masks and
probabilities.

    pip install monai==1.6.0 scikit-learn==1.9.1 picai_eval==1.4.13 torch numpy h5py
    ./measures.py measures.h5

Nothing here is random: the same packages give the same file.
"""
import sys
from importlib.metadata import version

import h5py
import numpy as np
import torch
from monai.metrics import (
    compute_confusion_matrix_metric,
    compute_surface_dice,
    get_confusion_matrix,
)
from monai.metrics.calibration import calibration_binning
from picai_eval.eval import evaluate_case
from scipy import ndimage
from sklearn.metrics import average_precision_score, roc_auc_score

SIDE = 32
TOLERANCES = [0.0, 1.0, 1.5, 2.0, 5.0]


def disc(y, x, radius):
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return (rows - y) ** 2 + (columns - x) ** 2 <= radius**2


def box(top, left, height, width):
    mask = np.zeros((SIDE, SIDE), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def noise(seed, share):
    """Blots of a linear congruential generator."""
    values, state = [], seed
    for _ in range(SIDE * SIDE):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state / 2**31)
    smooth = ndimage.uniform_filter(np.array(values).reshape(SIDE, SIDE), 3)
    return smooth > np.quantile(smooth, 1 - share)


EMPTY, FULL, DOT = box(0, 0, 0, 0), box(0, 0, SIDE, SIDE), box(7, 9, 1, 1)
MASKS = {
    "both empty": (EMPTY, EMPTY),
    "nothing predicted": (EMPTY, disc(12, 14, 6)),
    "nothing there": (disc(12, 14, 6), EMPTY),
    "full and full": (FULL, FULL),
    "full and empty": (FULL, EMPTY),
    "empty and full": (EMPTY, FULL),
    "full and disc": (FULL, disc(12, 14, 6)),
    "disc and full": (disc(12, 14, 6), FULL),
    "equal": (disc(12, 14, 6), disc(12, 14, 6)),
    "one pixel, equal": (DOT, DOT),
    "one pixel, beside": (DOT, box(7, 10, 1, 1)),
    "one pixel, far": (DOT, box(25, 25, 1, 1)),
    "one pixel in a disc": (DOT, disc(8, 10, 5)),
    "shifted by 2": (disc(12, 14, 6), disc(12, 16, 6)),
    "shifted diagonally": (disc(12, 14, 6), disc(14, 16, 6)),
    "larger": (disc(14, 14, 9), disc(14, 14, 6)),
    "at the border": (disc(0, 0, 9), disc(2, 1, 9)),
    "ring": (disc(15, 15, 10) & ~disc(15, 15, 5), disc(15, 15, 10)),
    "two of two": (disc(8, 8, 4) | disc(22, 22, 4), disc(8, 9, 4) | disc(22, 21, 5)),
    "one of two, one false": (disc(8, 8, 4) | disc(8, 24, 3), disc(8, 9, 4) | disc(22, 21, 5)),
    "split": (box(10, 4, 6, 8) | box(10, 14, 6, 8), box(10, 4, 6, 18)),
    "merged": (box(10, 4, 6, 18), box(10, 4, 6, 8) | box(10, 14, 6, 8)),
    # The candidate of both lesions must leave the left one to the other candidate.
    "contested": (
        box(4, 2, 8, 3) | box(4, 6, 8, 14),
        box(4, 2, 8, 11) | box(4, 14, 8, 6),
    ),
    # Overlap by a tenth of the union, and by less.
    "a tenth": (box(2, 2, 1, 1), box(2, 2, 1, 10)),
    "less than a tenth": (box(2, 2, 1, 1), box(2, 2, 1, 11)),
    "touching by a corner": (box(4, 4, 4, 4) | box(8, 8, 4, 4), box(4, 4, 4, 4)),
    **{f"blots {n}": (noise(n, 0.2), noise(n + 50, 0.3)) for n in range(1, 9)},
    **{
        f"like blots {n}": (noise(n, 0.2), noise(n, 0.2) ^ noise(n + 70, 0.05))
        for n in range(1, 9)
    },
}


def one_hot(mask):
    return torch.tensor(np.stack([~mask, mask])[None].astype(np.float32))


def detection(prediction, label):
    components, count = ndimage.label(prediction[None], structure=np.ones((3, 3, 3)))
    if not count:
        _, lesions = ndimage.label(label[None], structure=np.ones((3, 3, 3)))
        return lesions, 0, 0
    # Each candidate has a confidence of its own.
    lesions, _, _, _ = evaluate_case(components / (count + 1), label[None], min_overlap=0.1)
    there = [entry for entry in lesions if entry[0] == 1]
    return len(there), sum(entry[1] > 0 for entry in there), len(lesions) - len(there)


def write_masks(file):
    predictions = np.stack([pair[0] for pair in MASKS.values()])
    labels = np.stack([pair[1] for pair in MASKS.values()])
    for name, masks in [("prediction", predictions), ("label", labels)]:
        file.create_dataset(f"masks/{name}", data=masks.astype(np.uint8), compression="gzip")
    file["masks/tolerance"] = TOLERANCES
    surface, rates, found = [], [], []
    for prediction, label in MASKS.values():
        pair = one_hot(prediction), one_hot(label)
        surface.append([float(compute_surface_dice(*pair, [t])[0, 0]) for t in TOLERANCES])
        matrix = get_confusion_matrix(*pair, include_background=False)
        rates.append(
            [
                float(compute_confusion_matrix_metric(name, matrix)[0, 0])
                for name in ["sensitivity", "precision", "specificity"]
            ]
        )
        found.append(detection(prediction, label))
    file["masks/nsd"] = surface
    for index, name in enumerate(["sensitivity", "precision", "specificity"]):
        file[f"masks/{name}"] = [row[index] for row in rates]
    for index, name in enumerate(["lesions", "found_lesions", "false_lesions"]):
        file[f"masks/{name}"] = np.array([row[index] for row in found], np.float64)


def probabilities():
    """Levels of 16 bits, none at the border of two of 15 bins, and masks."""
    state, values = 7, []
    for _ in range(4096):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state / 2**31)
    uniform = np.array(values)
    labels = uniform < np.roll(uniform, 1) * 0.4
    spread = np.clip(0.35 * labels + 0.6 * np.roll(uniform, 2) ** 2, 0, 1)
    coarse = np.round(spread * 20) / 20
    sets = {
        "usual": (spread, labels),
        "ties": (coarse, labels),
        "perfect": (np.where(labels, 0.9, 0.1), labels),
        "inverted": (np.where(labels, 0.1, 0.9), labels),
        "constant": (np.full(4096, 0.3), labels),
        "certain": (labels * 1.0, np.roll(labels, 3)),
        "one pixel": (spread, np.arange(4096) == 99),
        "all lesion": (spread, np.ones(4096, bool)),
        "no lesion": (spread, np.zeros(4096, bool)),
    }
    for name, (values, labels) in sets.items():
        levels = np.round(values * 65535).astype(np.uint16)
        levels = levels + ((levels % 4369 == 0) & (levels > 0) & (levels < 65535))
        yield name, levels.astype(np.uint16), labels


def write_probabilities(file):
    for name, levels, labels in probabilities():
        group = file.create_group(f"probabilities/{name}")
        values = levels / 65535
        group.create_dataset("levels", data=levels.astype(np.int32), compression="gzip")
        group.create_dataset("label", data=labels.astype(np.uint8), compression="gzip")
        both = labels.any() and not labels.all()
        group["roc_auc"] = roc_auc_score(labels, values) if both else np.nan
        group["average_precision"] = (
            average_precision_score(labels, values) if labels.any() else np.nan
        )
        mean, share, count = calibration_binning(
            torch.tensor(values[None, None]),
            torch.tensor(labels[None, None].astype(np.float64)),
            num_bins=15,
        )
        error = torch.nansum((mean - share).abs() * count) / count.sum()
        group["calibration_error"] = float(error)
        group["bin_count"] = count[0, 0].numpy().astype(np.float64)


with h5py.File(sys.argv[1], "w") as file:
    write_masks(file)
    write_probabilities(file)
    for name in ["monai", "scikit-learn", "picai_eval", "torch"]:
        file.attrs[name] = version(name)
