"""Results as a run leaves them, small."""


def rounds(*values, figure="cpu_per_gib", disturbed=(), **raw):
    return {"rounds": [{"round": i + 1, "rss_peak": 10 << 20, "disturbed": i + 1 in disturbed, "values": {figure: v}, **raw}
                       for i, v in enumerate(values)]}


def case(key="download.aes128-gcm.1", workload="big", figures=("cpu_per_gib",), scale=1024, **peers):
    return {"key": key, "workload": workload, "title": f"title of {key}", "figures": list(figures), "scale": scale, "run": 0, "peers": peers}


def run(**peers):
    return {"machine": {"cpu": "Some <CPU>", "cores": 2, "memory_gib": 4, "os": "Linux", "kernel": "6.1", "files_on": "tmpfs",
                        "date": "2026-01-02T03:04:05+00:00"},
            "commit": "abc", "accounting": "cgroup", "options": {"rounds": 5},
            "peers": {name: {"version": v, "idle_rss": 5 << 20} for name, v in peers.items()}}


def results(*cases):
    return {"format": 1, "runs": [run(hpc="hpc 1", openssh="OpenSSH 9")], "cases": {c["key"]: c for c in cases}}
