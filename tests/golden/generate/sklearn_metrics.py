"""sklearn_metrics.json: metrics of classification and regression. Versions: scikit-learn 1.9.1, numpy (CPU).

Run: python sklearn_metrics.py > ../sklearn_metrics.json
"""
import json, warnings
import numpy as np, sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")
rng = np.random.default_rng(8)
cases = []


def plain(x):
    x = np.asarray(x, dtype=float)
    return ["NaN" if v != v else float(v) for v in x.reshape(-1)] if x.ndim else ("NaN" if x != x else float(x))


def add(metric, inputs, options, value):
    cases.append({"metric": metric, "inputs": {k: np.asarray(v).tolist() for k, v in inputs.items()}, "options": options, "value": plain(value)})


for n, classes in ((7, 2), (40, 3), (60, 5), (5, 6)):
    labels = rng.integers(0, classes, n)
    predictions = np.where(rng.random(n) < 0.6, labels, rng.integers(0, classes, n))
    if classes == 6:
        labels, predictions = np.array([0, 1, 1, 3, 0]), np.array([0, 1, 2, 3, 3])
    given = {"predictions": predictions, "labels": labels}
    every = list(range(classes))
    add("confusionMatrix", given, {"classes": classes}, m.confusion_matrix(labels, predictions, labels=every))
    for average in ("macro", "micro", "weighted", "none"):
        for zero in (0, 1):
            shared = {"labels": every, "average": None if average == "none" else average, "zero_division": zero}
            options = {"classes": classes, "average": average, "zeroDivision": zero}
            add("precision", given, options, m.precision_score(labels, predictions, **shared))
            add("recall", given, options, m.recall_score(labels, predictions, **shared))
            for beta in (0.5, 1, 2):
                add("fScore", given, options | {"beta": beta}, m.fbeta_score(labels, predictions, beta=beta, **shared))
    scores = np.round(rng.standard_normal((n, classes)), 1)
    scores += np.arange(classes) * 1e-3  # no two scores of a row are equal
    logits = {"scores": scores, "labels": labels}
    add("accuracy", logits, {}, m.accuracy_score(labels, scores.argmax(1)))
    if classes > 2:
        for k in (1, 2, 3):
            add("topKAccuracy", logits, {"k": k}, m.top_k_accuracy_score(labels, scores, k=k, labels=every))

for n in (6, 50, 200):
    labels = rng.integers(0, 2, n)
    labels[:2] = [0, 1]
    for digits in (0, 1, 6):  # fewer digits, more ties
        scores = np.round(rng.standard_normal(n) + labels, digits)
        add("rocArea", {"scores": scores, "labels": labels}, {}, m.roc_auc_score(labels, scores))
for n, classes in ((30, 3), (80, 5)):
    labels = np.r_[np.arange(classes), rng.integers(0, classes, n - classes)]
    for digits in (1, 3):
        p = rng.dirichlet(np.ones(classes), n)
        p = np.round(p, digits) + 1e-9
        p /= p.sum(1, keepdims=True)
        for average in ("macro", "weighted", "none"):
            value = m.roc_auc_score(labels, p, multi_class="ovr", average=None if average == "none" else average)
            add("rocArea", {"scores": p, "labels": labels}, {"average": average}, value)

for shape in ((9,), (50,), (20, 3)):
    target = np.round(rng.standard_normal(shape) * 3 + 10, 3)
    prediction = np.round(target + rng.standard_normal(shape), 3)
    given = {"prediction": prediction, "target": target}
    add("meanAbsoluteError", given, {}, m.mean_absolute_error(target, prediction))
    add("meanSquaredError", given, {}, m.mean_squared_error(target, prediction))
    for average, name in (("uniform", "uniform_average"), ("variance", "variance_weighted"), ("none", "raw_values")):
        if average == "none" and len(shape) == 1:
            continue
        add("r2Score", given, {"average": average}, m.r2_score(target, prediction, multioutput=name))
add("r2Score", {"prediction": [2.0, 2.0, 3.0], "target": [2.0, 2.0, 2.0]}, {}, m.r2_score([2, 2, 2], [2, 2, 3]))
add("r2Score", {"prediction": [2.0, 2.0], "target": [2.0, 2.0]}, {}, m.r2_score([2, 2], [2, 2]))

for n, classes in ((10, 4), (33, 7)):
    logits = np.round(rng.standard_normal((n, classes)) * 2, 3)
    labels = rng.integers(0, classes, n)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    add("perplexity", {"scores": logits, "labels": labels}, {}, np.exp(m.log_loss(labels, p, labels=list(range(classes)))))

head = {"format": 1, "generators": {"sklearn_metrics.py": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}}}
print(json.dumps(head | {"metrics": cases}))
