"""results.json: written after every case, so that what was measured is never lost."""
import json
import os

FORMAT = 1


def new(run):
    return {"format": FORMAT, "runs": [run], "cases": {}}


def load(path):
    try:
        with open(path) as f:
            results = json.load(f)
    except OSError as e:
        raise SystemExit(f"{path} cannot be read: {e.strerror}") from None
    except ValueError as e:
        raise SystemExit(f"{path} holds no results: {e}") from None
    if results.get("format") != FORMAT:
        raise SystemExit(f"{path}: format {results.get('format')} is not {FORMAT}")
    return results


def save(results, path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    temporary = path + ".new"
    with open(temporary, "w") as f:
        json.dump(results, f, indent=1, ensure_ascii=False)
        f.write("\n")
    os.replace(temporary, path)


def begin(path, run, merge):
    """The results that a run adds its cases to: new ones, or with merge those that are there."""
    if merge and os.path.exists(path):
        results = load(path)
        results["runs"].append(run)
        return results
    return new(run)


def add_case(results, case):
    """Takes a case of the newest run in; runs of which no case is left are dropped."""
    results["cases"][case["key"]] = {**case, "run": len(results["runs"]) - 1}
    prune(results)


def prune(results):
    newest = len(results["runs"]) - 1
    used = sorted({c["run"] for c in results["cases"].values()} | {newest})
    renumber = {old: new for new, old in enumerate(used)}
    results["runs"] = [results["runs"][old] for old in used]
    for case in results["cases"].values():
        case["run"] = renumber[case["run"]]


def peers_of(results):
    """Names in the order of the first run that has them; ours first."""
    names = []
    for run in results["runs"]:
        names += [n for n in run["peers"] if n not in names]
    return sorted(names, key=lambda n: n != "hpc")
