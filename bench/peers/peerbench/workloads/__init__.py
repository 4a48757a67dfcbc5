"""The workloads by name."""
from . import big, ftp, idle, listing, logins, small

WORKLOADS = {"big": big.cases, "small": small.cases, "list": listing.cases, "logins": logins.cases, "idle": idle.cases,
             "ftp-big": ftp.big, "ftp-small": ftp.small, "ftp-logins": ftp.logins, "ftp-idle": ftp.idle}


def cases_of(names, options):
    """All cases of the named workloads; a name may also be a case's key (download.aes128-gcm.1)."""
    everything = [case for make in WORKLOADS.values() for case in make(options)]
    unknown = [n for n in names if n not in WORKLOADS and n not in {c.key for c in everything}]
    if unknown:
        raise SystemExit(f"no such workload: {', '.join(unknown)}; there are {', '.join(WORKLOADS)} and single cases: "
                         + ", ".join(c.key for c in everything))
    return [c for c in everything if c.workload in names or c.key in names]
