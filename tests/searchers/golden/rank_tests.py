# scipy.stats.wilcoxon, mannwhitneyu, kruskal, friedmanchisquare; exact p-values with ties by listing
# all arrangements; intervals by brute force over all pairs with the exact distributions so listed.
# Versions and command: golden.py.
import itertools

import numpy as np
from scipy import stats

from golden import sample, show

TAILS = ["two-sided", "greater", "less"]
signed, signed_ties, centre, whitney, whitney_ties, shift, kruskal, kruskal_exact, friedman, friedman_exact = ([] for _ in range(10))


def tails(values, observed, tail):
    """p of a list of equally likely values."""
    values = np.asarray(values)
    upper, lower = np.mean(values >= observed - 1e-9), np.mean(values <= observed + 1e-9)
    return {"greater": upper, "less": lower, "two-sided": min(1, 2 * min(upper, lower))}[tail]


for seed, n in [(41, 1), (42, 5), (43, 6), (44, 15), (45, 30), (46, 50)]:
    d = sample(seed, n, digits=6, shift=0.4)
    for tail in TAILS:
        exact = stats.wilcoxon(d, alternative=tail, mode="exact")
        row = {"d": d, "tail": tail, "w": float(sum(np.compress(np.array(d) > 0, stats.rankdata(np.abs(d))))), "exact": exact.pvalue}
        if n >= 15:
            row["limit"] = stats.wilcoxon(d, alternative=tail, mode="approx", correction=True).pvalue
        signed.append(row)
for d in [[1, 1, -1, 2, 3], [0, 0, 1, 2, -2, 3, 4], [0.5, -0.5, 1.5, 1.5, 2, 2, 2, -1], [0, 1], [1, 2, 3, 4, 5, 0, 0, -1, -1, 2, 6]]:
    for zeros in ["wilcox", "pratt"]:
        kept = [v for v in d if v != 0] if zeros == "wilcox" else list(d)
        ranks = [r for r, v in zip(stats.rankdata(np.abs(kept)), kept) if v != 0]
        signs = [v > 0 for v in kept if v != 0]
        w = sum(r for r, s in zip(ranks, signs) if s)
        sums = [sum(r for r, b in zip(ranks, bits) if b) for bits in itertools.product([0, 1], repeat=len(ranks))]
        for tail in TAILS:
            signed_ties.append({"d": d, "zeros": zeros, "tail": tail, "w": w, "p": tails(sums, w, tail)})
for seed, n in [(51, 30), (52, 60), (53, 40)]:  # many ties and zeros: the limit with its corrections
    d = sample(seed, n, digits=0 if seed != 53 else 1, scale=2, shift=0.5)
    for zeros in ["wilcox", "pratt"]:
        for tail in TAILS:
            test = stats.wilcoxon(d, zero_method=zeros, alternative=tail, mode="approx", correction=True)
            signed_ties.append({"d": d, "zeros": zeros, "tail": tail, "limit": test.pvalue})
for seed, n in [(54, 5), (55, 6), (56, 12), (57, 17)]:
    d = sample(seed, n, shift=1)
    averages = sorted((a + b) / 2 for a, b in itertools.combinations_with_replacement(d, 2))
    sums = np.zeros(n * (n + 1) // 2 + 1)
    sums[0] = 1
    for r in range(1, n + 1):
        sums[r:] = sums[r:] + sums[:-r].copy()
    lower = np.cumsum(sums) / 2.0**n
    k = int(np.sum(lower < 0.025))  # sums 0 … k − 1 are rejected
    row = {"d": d, "estimate": float(np.median(averages))}
    if k > 0:
        row.update({"low": averages[k - 1], "high": averages[len(averages) - k]})
    centre.append(row)
for seed, n, m in [(61, 1, 1), (62, 1, 8), (63, 3, 4), (64, 10, 7), (65, 25, 30)]:
    x, y = sample(seed, n, digits=6, shift=0.7), sample(seed + 50, m, digits=6)
    for tail in TAILS:
        exact = stats.mannwhitneyu(x, y, alternative=tail, method="exact")
        limit = stats.mannwhitneyu(x, y, alternative=tail, method="asymptotic")
        whitney.append({"x": x, "y": y, "tail": tail, "u": exact.statistic, "exact": exact.pvalue, "limit": limit.pvalue})
for x, y in [([1, 2, 2, 3], [2, 3, 4, 4, 5]), ([1, 1, 1], [1, 2]), ([0, 0, 1, 1, 1, 2], [1, 2, 2, 3, 3])]:
    ranks = stats.rankdata(x + y)
    us = [sum(c) - len(x) * (len(x) + 1) / 2 for c in itertools.combinations(ranks, len(x))]
    u = sum(ranks[:len(x)]) - len(x) * (len(x) + 1) / 2
    for tail in TAILS:
        limit = stats.mannwhitneyu(x, y, alternative=tail, method="asymptotic")
        whitney_ties.append({"x": x, "y": y, "tail": tail, "u": u, "p": tails(us, u, tail), "limit": limit.pvalue})
for seed, n, m in [(66, 3, 3), (67, 4, 5), (68, 9, 12)]:
    x, y = sample(seed, n, shift=1), sample(seed + 50, m)
    differences = sorted(a - b for a in x for b in y)
    us = np.array([sum(c) - n * (n + 1) // 2 for c in itertools.combinations(range(1, n + m + 1), n)])
    k = sum(1 for u in range(n * m + 1) if np.mean(us <= u) < 0.025)
    row = {"x": x, "y": y, "estimate": float(np.median(differences))}
    if k > 0:
        row.update({"low": differences[k - 1], "high": differences[n * m - k]})
    shift.append(row)
for seed, sizes, digits in [(71, (5, 6, 7), 3), (72, (20, 25, 15, 30), 1), (73, (8, 8), 0)]:
    groups = [sample(seed + 7 * i, size, digits=digits, shift=0.3 * i) for i, size in enumerate(sizes)]
    test = stats.kruskal(*groups)
    kruskal.append({"groups": groups, "h": test.statistic, "p": test.pvalue})
for groups in [[[1, 2, 3], [4, 5, 6], [7, 8]], [[2.9, 3.0, 2.5], [3.8, 2.7, 4.0], [2.8, 3.4, 3.7]], [[1, 1, 2], [2, 2, 3], [3, 4]], [[5], [6], [7]]]:
    flat = [v for g in groups for v in g]
    h = stats.kruskal(*groups).statistic
    sizes = [len(g) for g in groups]
    hits = total = 0
    for order in set(itertools.permutations([i for i, s in enumerate(sizes) for _ in range(s)])):
        dealt = [[v for v, g in zip(flat, order) if g == i] for i in range(len(groups))]
        total += 1
        hits += stats.kruskal(*dealt).statistic >= h - 1e-9
    kruskal_exact.append({"groups": groups, "h": h, "p": hits / total})
for seed, n, k, digits in [(81, 10, 4, 3), (82, 30, 6, 1), (83, 12, 3, 0)]:
    rows = [sample(seed * 100 + i, k, digits=digits) for i in range(n)]
    rows = [[round(v + 0.3 * j, digits) for j, v in enumerate(row)] for row in rows]
    test = stats.friedmanchisquare(*np.array(rows).T)
    f = (n - 1) * test.statistic / (n * (k - 1) - test.statistic)
    friedman.append({"rows": rows, "chi2": test.statistic, "p": test.pvalue, "f": f,
                     "f_p": stats.f.sf(f, k - 1, (k - 1) * (n - 1)), "w": test.statistic / (n * (k - 1)),
                     "ranks": np.mean([stats.rankdata(row) for row in rows], axis=0)})
for rows in [[[1, 2, 3], [1, 3, 2], [1, 2, 3], [2, 1, 3]], [[1, 2, 3], [1, 2, 3]], [[1, 1, 2], [1, 2, 2], [3, 1, 2], [1, 2, 4]],
             [[1, 4, 2, 3], [1, 2, 3, 4], [2, 1, 3, 4]], [[1, 1, 2], [5, 5, 6], [0, 0, 1]]]:
    ranked = [stats.rankdata(row) for row in rows]
    spread = lambda table: float(np.sum((np.sum(table, axis=0)) ** 2))
    observed, hits, total = spread(ranked), 0, 0
    for table in itertools.product(*[list(itertools.permutations(row)) for row in ranked]):
        total += 1
        hits += spread(table) >= observed - 1e-9
    friedman_exact.append({"rows": rows, "p": hits / total})
show("rank_tests", {"signed": signed, "signed_ties": signed_ties, "centre": centre, "whitney": whitney, "whitney_ties": whitney_ties,
                    "shift": shift, "kruskal": kruskal, "kruskal_exact": kruskal_exact, "friedman": friedman,
                    "friedman_exact": friedman_exact})
