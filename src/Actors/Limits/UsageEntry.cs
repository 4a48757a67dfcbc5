using Hpc.Accounts.Usage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>A scope in use on this node.</summary>
internal sealed class UsageEntry
{
    public UsageEntry(UsageLedger ledger)
    {
        Ledger = ledger;
        Files = new UsageHold(ledger.Files, UsageChunk.Files);
        Bytes = new UsageHold(ledger.Bytes, UsageChunk.Bytes);
        Uploaded = new UsageHold(ledger.Uploaded, UsageChunk.Transfers);
        Downloaded = new UsageHold(ledger.Downloaded, UsageChunk.Transfers);
        Holds = [Files, Bytes, Uploaded, Downloaded];
    }

    public UsageLedger Ledger { get; }

    // Both under the book's gate.
    public int References { get; set; }

    public long IdleSince { get; set; }

    // The rest is the actor's.
    public UsageHold Files { get; }

    public UsageHold Bytes { get; }

    public UsageHold Uploaded { get; }

    public UsageHold Downloaded { get; }

    public IReadOnlyList<UsageHold> Holds { get; }

    /// <summary>Callers that wait, in the order they came.</summary>
    public List<UsageWaiter> Waiting { get; } = [];

    /// <summary>Limit of both ways together, as the last caller had it.</summary>
    public long MaxTransferred { get; set; }

    /// <summary>True once files were changed, or are about to be.</summary>
    public bool ChangesFiles { get; set; }

    /// <summary>True once something was moved that is limited.</summary>
    public bool CountsTransfers { get; set; }

    /// <summary>What the store knows of this node's use.</summary>
    public UsageUse KnownUse { get; set; }

    /// <summary>When its files were counted last, as of the last answer.</summary>
    public DateTimeOffset? ScannedAt { get; set; }

    /// <summary>Ticks since the store was told or asked anything of the scope.</summary>
    public int QuietTicks { get; set; }

    /// <summary>True if a way of transfer has to give up what it does not need, because the sum leaves the other nothing.</summary>
    public bool IsSqueezed { get; set; }

    /// <summary>True while all who wait lack only what other nodes hold: it is asked for once a second.</summary>
    public bool WaitsForOthers { get; set; }

    /// <summary>When somebody was refused last, as a time stamp.</summary>
    public long? RefusedAt { get; set; }

    public UsageUse Use => ChangesFiles ? UsageUse.Files : CountsTransfers ? UsageUse.Transfers : UsageUse.None;

    public UsageLimits Limits => new(Files.Limit, Bytes.Limit, Uploaded.Limit, Downloaded.Limit, MaxTransferred);

    public bool IsUnsettled => Ledger.Files.IsUnsettled || Ledger.Bytes.IsUnsettled || Ledger.Uploaded.IsUnsettled || Ledger.Downloaded.IsUnsettled;

    /// <summary>Whether other nodes may give back files and bytes. What is moved is given back by a reset alone.</summary>
    public void SetShared(bool isShared)
    {
        Ledger.Files.SetShared(isShared);
        Ledger.Bytes.SetShared(isShared);
    }

    /// <summary>Adds up what the waiting callers need, and takes over their limits: of different ones the largest, since each caller keeps to its own when it takes.</summary>
    public void CollectNeeds()
    {
        Collect(Files, waiter => (waiter.Need.Files, waiter.Need.MaxFiles));
        Collect(Bytes, waiter => (waiter.Need.Bytes, waiter.Need.MaxBytes));
        Collect(Uploaded, waiter => (waiter.Need.Uploaded, waiter.Need.MaxUploaded));
        Collect(Downloaded, waiter => (waiter.Need.Downloaded, waiter.Need.MaxDownloaded));
        CountsTransfers |= Uploaded.Need > 0 || Downloaded.Need > 0;
        if (Uploaded.Need > 0 || Downloaded.Need > 0)
        {
            UsageWaiter[] moving = [.. Waiting.Where(waiter => waiter.Need.Uploaded > 0 || waiter.Need.Downloaded > 0)];
            MaxTransferred = moving.Any(waiter => waiter.Need.MaxTransferred <= 0) ? 0 : moving.Max(waiter => waiter.Need.MaxTransferred);
        }

        Uploaded.IsFree = Uploaded.Limit <= 0 && MaxTransferred <= 0;
        Downloaded.IsFree = Downloaded.Limit <= 0 && MaxTransferred <= 0;
    }

    /// <summary>Takes the store's answer to a statement that this entry was prepared for.</summary>
    public void Settle(UsageAnswer answer)
    {
        UsageAmount used = answer.Used;
        UsageAmount granted = answer.Granted;
        UsageAmount others = answer.Reserved - granted;
        UsageAmount taken = used + others;

        // The sum before its parts: nothing can be taken of them before it is right.
        Ledger.Transferred.Correct(used.Uploaded - Uploaded.Snapshot + used.Downloaded - Downloaded.Snapshot);
        Ledger.Transferred.SetCeiling(long.MaxValue);
        long moved = taken.Uploaded + taken.Downloaded;
        Uploaded.Settle(used.Uploaded, granted.Uploaded, Left(Uploaded.Limit, taken.Uploaded, moved + granted.Downloaded), others.Uploaded + others.Downloaded);
        Downloaded.Settle(used.Downloaded, granted.Downloaded, Left(Downloaded.Limit, taken.Downloaded, moved + granted.Uploaded), others.Uploaded + others.Downloaded);
        Files.Settle(used.Files, granted.Files, Left(Files.Limit, taken.Files), others.Files);
        Bytes.Settle(used.Bytes, granted.Bytes, Left(Bytes.Limit, taken.Bytes), others.Bytes);
    }

    /// <summary>The run of the node has ended: what it held is gone, and no statement has marked the scope.</summary>
    /// <param name="wasTold">True if the last statement told of it, and was taken.</param>
    public void Abandon(bool wasTold)
    {
        Files.Abandon(wasTold, isTakenForUsed: false);
        Bytes.Abandon(wasTold, isTakenForUsed: false);
        Uploaded.Abandon(wasTold, isTakenForUsed: true);
        Downloaded.Abandon(wasTold, isTakenForUsed: true);
        KnownUse = UsageUse.None;
        Ledger.SetInUse(false);
    }

    private static long Left(long limit, long taken) => limit <= 0 ? long.MaxValue : Math.Max(0, limit - taken);

    private long Left(long limit, long taken, long moved) => Math.Min(Left(limit, taken), Left(MaxTransferred, moved));

    private void Collect(UsageHold hold, Func<UsageWaiter, (long Need, long Limit)> select)
    {
        hold.Need = 0;
        long limit = 0;
        bool isUnlimited = false;
        foreach (UsageWaiter waiter in Waiting)
        {
            (long need, long own) = select(waiter);
            if (need > 0)
            {
                hold.Need = need > long.MaxValue - hold.Need ? long.MaxValue : hold.Need + need;
                isUnlimited |= own <= 0;
                limit = Math.Max(limit, own);
            }
        }

        if (hold.Need > 0)
        {
            hold.Limit = isUnlimited ? 0 : limit;
        }
    }
}
