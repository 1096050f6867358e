"""The loops that numpy cannot do: the depth buffer and the cloth. Compiled by Numba, which nothing else here imports.

Everything works on contiguous ``float64`` and ``int64`` arrays and writes into its first arguments.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "bend",
    "collide",
    "depth_only",
    "gather",
    "rasterise",
    "self_collide",
    "strand",
    "stretch",
]

_RIM = -1e-9
"""A share as small as this counts as none: no sample falls between two triangles."""


@njit(cache=True)
def strand(u, v, seed):
    """Whether a point of a hair card is hair: strands of uneven length, thinner towards their ends."""
    lane = np.floor(u * 300.0)
    noise = np.sin(lane * 12.9898 + seed * 78.233) * 43758.5453
    noise -= np.floor(noise)
    return noise > v


@njit(cache=True)
def rasterise(depth, owner, first, second, points, triangles, fuzz, fray):
    """Which triangle each sample sees.

    Args:
        depth: ``(H, W)``, 1 / depth so far, 0 where nothing is.
        owner: ``int64 (H, W)``, the triangle.
        first, second: ``(H, W)``, perspective-true shares of the triangle's first two corners.
        points: ``(V, 3)``, x and y in samples, depth in metres.
        triangles: ``(T, 3)``.
        fuzz: ``(T, 3)``, at each corner how far along its strand a hair is, negative for all else.
        fray: ``(T, 3)``, at each corner the place across the strands.
    """
    height, width = depth.shape
    for t in range(len(triangles)):
        i, j, k = triangles[t]
        za, zb, zc = points[i, 2], points[j, 2], points[k, 2]
        if za < 0.05 or zb < 0.05 or zc < 0.05:
            continue
        ax, ay, bx, by, cx, cy = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-12:
            continue
        wa, wb, wc = 1.0 / za, 1.0 / zb, 1.0 / zc
        x0, x1 = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(np.floor(max(ax, bx, cx))), width - 1)
        y0, y1 = max(int(np.ceil(min(ay, by, cy))), 0), min(int(np.floor(max(ay, by, cy))), height - 1)
        hairy = fuzz[t, 0] >= 0
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                p = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                q = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                r = 1.0 - p - q
                if p < _RIM or q < _RIM or r < _RIM:
                    continue
                w = p * wa + q * wb + r * wc
                if w <= depth[y, x]:
                    continue
                p, q = p * wa / w, q * wb / w
                if hairy:
                    r = 1.0 - p - q
                    along = p * fuzz[t, 0] + q * fuzz[t, 1] + r * fuzz[t, 2]
                    if not strand(p * fray[t, 0] + q * fray[t, 1] + r * fray[t, 2], along, 1.0):
                        continue
                depth[y, x], owner[y, x], first[y, x], second[y, x] = w, t, p, q


@njit(cache=True)
def depth_only(depth, points, triangles):
    """The nearest depth along z in a parallel projection; ``depth (H, W)`` starts at infinity."""
    height, width = depth.shape
    for t in range(len(triangles)):
        i, j, k = triangles[t]
        ax, ay, bx, by, cx, cy = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-12:
            continue
        x0, x1 = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(np.floor(max(ax, bx, cx))), width - 1)
        y0, y1 = max(int(np.ceil(min(ay, by, cy))), 0), min(int(np.floor(max(ay, by, cy))), height - 1)
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                p = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                q = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                r = 1.0 - p - q
                if p >= _RIM and q >= _RIM and r >= _RIM:
                    z = p * points[i, 2] + q * points[j, 2] + r * points[k, 2]
                    if z < depth[y, x]:
                        depth[y, x] = z


@njit(cache=True)
def gather(key, alpha, mean, depth, owner, first, second, kinds, corners, factor):
    """Samples into pixels: the kind that covers most of a pixel, and the mean of its values there.

    Args:
        key: ``int64 (h, w)``, the kind of most samples, 0 where nothing is.
        alpha: ``(h, w)``, the covered share.
        mean: ``(h, w, K + 1)``, the values of that kind's samples and, last, their depth.
        kinds: ``int64 (T,)``, from 1 on.
        corners: ``(T, 3, K)``, values at the triangles' corners.
        factor: samples a side of a pixel.
    """
    height, width = key.shape
    size = corners.shape[2]
    count = np.zeros(kinds.max() + 1, np.int64)
    for y in range(height):
        for x in range(width):
            covered, best = 0, 0
            for a in range(factor):
                for b in range(factor):
                    t = owner[y * factor + a, x * factor + b]
                    if t >= 0:
                        covered += 1
                        kind = kinds[t]
                        count[kind] += 1
                        if count[kind] > count[best] or best == 0:
                            best = kind
            if covered == 0:
                continue
            key[y, x] = best
            alpha[y, x] = covered / (factor * factor)
            weight = 1.0 / count[best]
            for a in range(factor):
                for b in range(factor):
                    sy, sx = y * factor + a, x * factor + b
                    t = owner[sy, sx]
                    if t >= 0:
                        kind = kinds[t]
                        count[kind] = 0
                        if kind == best:
                            p, q = first[sy, sx], second[sy, sx]
                            r = 1.0 - p - q
                            for k in range(size):
                                mean[y, x, k] += weight * (
                                    p * corners[t, 0, k] + q * corners[t, 1, k] + r * corners[t, 2, k]
                                )
                            mean[y, x, size] += weight / depth[sy, sx]


@njit(cache=True)
def stretch(x, mass, pairs, rest, compliance):
    """One Gauss-Seidel pass of XPBD over distances (Macklin et al., "Small Steps in Physics Simulation", 2019).

    Args:
        x: ``(V, 3)``, positions.
        mass: ``(V,)``, inverse masses.
        pairs: ``(E, 2)``.
        rest: ``(E,)``, lengths.
        compliance: ``(E,)``, divided by the squared time step.
    """
    for e in range(len(pairs)):
        i, j = pairs[e]
        weight = mass[i] + mass[j] + compliance[e]
        if mass[i] + mass[j] == 0.0:
            continue
        dx, dy, dz = x[i, 0] - x[j, 0], x[i, 1] - x[j, 1], x[i, 2] - x[j, 2]
        length = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
        s = (length - rest[e]) / (weight * length)
        x[i, 0] -= mass[i] * s * dx
        x[i, 1] -= mass[i] * s * dy
        x[i, 2] -= mass[i] * s * dz
        x[j, 0] += mass[j] * s * dx
        x[j, 1] += mass[j] * s * dy
        x[j, 2] += mass[j] * s * dz


@njit(cache=True)
def bend(x, mass, quads, shape, stiffness):
    """One pass over hinges: the two triangles of an edge keep the curvature that they had at rest.

    Args:
        quads: ``(H, 4)``: the edge's ends and the two opposite corners.
        shape: ``(H, 5)``: the weights of the four points in the curvature vector (Bergou et al., "A Quadratic Bending
            Model for Inextensible Surfaces", 2006), which sum to zero, and the rest curvature along the hinge's normal.
        stiffness: ``(H,)``, in [0, 1], the share that one pass corrects.
    """
    for h in range(len(quads)):
        a, b, c, d = quads[h]
        ka, kb, kc, kd = shape[h, 0], shape[h, 1], shape[h, 2], shape[h, 3]
        total = mass[a] * ka * ka + mass[b] * kb * kb + mass[c] * kc * kc + mass[d] * kd * kd
        if total < 1e-12:
            continue
        # The normal of the hinge: that of the quadrilateral, from its diagonals.
        ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
        fx, fy, fz = x[d, 0] - x[c, 0], x[d, 1] - x[c, 1], x[d, 2] - x[c, 2]
        nx, ny, nz = ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx
        size = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
        kx = ka * x[a, 0] + kb * x[b, 0] + kc * x[c, 0] + kd * x[d, 0] - shape[h, 4] * nx / size
        ky = ka * x[a, 1] + kb * x[b, 1] + kc * x[c, 1] + kd * x[d, 1] - shape[h, 4] * ny / size
        kz = ka * x[a, 2] + kb * x[b, 2] + kc * x[c, 2] + kd * x[d, 2] - shape[h, 4] * nz / size
        s = stiffness[h] / total
        kx, ky, kz = s * kx, s * ky, s * kz
        for v, w in ((a, ka), (b, kb), (c, kc), (d, kd)):
            x[v, 0] -= mass[v] * w * kx
            x[v, 1] -= mass[v] * w * ky
            x[v, 2] -= mass[v] * w * kz


@njit(cache=True, inline="always")
def _closest(px, py, pz, a, b, c):
    """The shares of the corners at a triangle's nearest point (Ericson, "Real-Time Collision Detection", 5.1.5)."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = px - a[0], py - a[1], pz - a[2]
    d1, d2 = ux * x + uy * y + uz * z, vx * x + vy * y + vz * z
    if d1 <= 0 and d2 <= 0:
        return 1.0, 0.0, 0.0
    x, y, z = px - b[0], py - b[1], pz - b[2]
    d3, d4 = ux * x + uy * y + uz * z, vx * x + vy * y + vz * z
    if d3 >= 0 and d4 <= d3:
        return 0.0, 1.0, 0.0
    vc = d1 * d4 - d3 * d2
    if vc <= 0 and d1 >= 0 and d3 <= 0:
        s = d1 / (d1 - d3)
        return 1 - s, s, 0.0
    x, y, z = px - c[0], py - c[1], pz - c[2]
    d5, d6 = ux * x + uy * y + uz * z, vx * x + vy * y + vz * z
    if d6 >= 0 and d5 <= d6:
        return 0.0, 0.0, 1.0
    vb = d5 * d2 - d1 * d6
    if vb <= 0 and d2 >= 0 and d6 <= 0:
        s = d2 / (d2 - d6)
        return 1 - s, 0.0, s
    va = d3 * d6 - d5 * d4
    if va <= 0 and d4 - d3 >= 0 and d5 - d6 >= 0:
        s = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return 0.0, 1 - s, s
    scale = 1.0 / (va + vb + vc)
    return 1 - (vb + vc) * scale, vb * scale, vc * scale


@njit(cache=True)
def collide(x, before, mass, nearest, start, around, triangles, body, normal, gap, friction, reach):
    """Push points out of a closed body that stands still, and let it hold them back.

    Args:
        x: ``(V, 3)``, positions.
        before: ``(V, 3)``, positions at the start of the step.
        mass: ``(V,)``, inverse masses; what has none stays.
        nearest: ``(V, N)``, the nearest vertices of the body; a negative one is too far away.
        start, around: the triangles at the body's vertex ``b`` are ``around[start[b]:start[b + 1]]``.
        triangles: ``(T, 3)`` of the body.
        body, normal: ``(B, 3)``, its vertices and their normals.
        gap: ``(V,)``, the distance to keep, metres.
        friction: the share of the sliding that contact takes away.
        reach: how deep inside a point may be to be pushed out, metres.
    """
    for v in range(len(x)):
        if mass[v] == 0.0 or nearest[v, 0] < 0:
            continue
        px, py, pz = x[v, 0], x[v, 1], x[v, 2]
        best, found = 1e9, -1
        qx, qy, qz, sa, sb, sc = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for n in range(nearest.shape[1]):
            vertex = nearest[v, n]
            if vertex < 0:
                break
            for s in range(start[vertex], start[vertex + 1]):
                t = around[s]
                i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
                a, b, c = _closest(px, py, pz, body[i], body[j], body[k])
                cx = a * body[i, 0] + b * body[j, 0] + c * body[k, 0]
                cy = a * body[i, 1] + b * body[j, 1] + c * body[k, 1]
                cz = a * body[i, 2] + b * body[j, 2] + c * body[k, 2]
                far = (px - cx) ** 2 + (py - cy) ** 2 + (pz - cz) ** 2
                if far < best:
                    best, found = far, t
                    qx, qy, qz, sa, sb, sc = cx, cy, cz, a, b, c
        if found < 0:
            continue
        i, j, k = triangles[found, 0], triangles[found, 1], triangles[found, 2]
        nx = sa * normal[i, 0] + sb * normal[j, 0] + sc * normal[k, 0]
        ny = sa * normal[i, 1] + sb * normal[j, 1] + sc * normal[k, 1]
        nz = sa * normal[i, 2] + sb * normal[j, 2] + sc * normal[k, 2]
        size = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
        nx, ny, nz = nx / size, ny / size, nz / size
        height = (px - qx) * nx + (py - qy) * ny + (pz - qz) * nz
        if height >= gap[v] or height < -reach:
            continue
        push = gap[v] - height
        px, py, pz = px + push * nx, py + push * ny, pz + push * nz
        dx, dy, dz = px - before[v, 0], py - before[v, 1], pz - before[v, 2]
        along = dx * nx + dy * ny + dz * nz
        x[v, 0] = px - friction * (dx - along * nx)
        x[v, 1] = py - friction * (dy - along * ny)
        x[v, 2] = pz - friction * (dz - along * nz)


@njit(cache=True)
def self_collide(x, before, mass, pairs, gap, friction):
    """Keep points apart that lie far from each other on the cloth.

    Args:
        pairs: ``(N, 2)``, that came near.
        gap: the distance to keep, metres.
        friction: the share of the sliding that contact takes away.
    """
    for e in range(len(pairs)):
        i, j = pairs[e]
        total = mass[i] + mass[j]
        if total == 0.0:
            continue
        dx, dy, dz = x[i, 0] - x[j, 0], x[i, 1] - x[j, 1], x[i, 2] - x[j, 2]
        length = np.sqrt(dx * dx + dy * dy + dz * dz)
        if length >= gap or length < 1e-9:
            continue
        s = (gap - length) / (total * length)
        for a, d in ((0, dx), (1, dy), (2, dz)):
            slide = (x[i, a] - before[i, a]) - (x[j, a] - before[j, a])
            shift = s * d - friction * 0.5 * slide / total
            x[i, a] += mass[i] * shift
            x[j, a] -= mass[j] * shift
