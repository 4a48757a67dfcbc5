using Hpc.Actors.Limits;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Server.Files;

/// <summary>The ledgers that a session counts in, held until it ends.</summary>
internal sealed class SessionLedgers(UsageKeeper usage) : IDisposable
{
    private readonly List<UsageLedger> _held = [];
    private int _released;

    public UsageLedger Of(string scope)
    {
        UsageLedger? ledger = _held.Find(held => held.Scope == scope);
        if (ledger is null)
        {
            ledger = usage.Acquire(scope);
            _held.Add(ledger);
        }

        return ledger;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _held.ForEach(usage.Release);
        }
    }
}
