using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Cluster.Tests.Wiring;

#pragma warning disable CA2012 // Looked at in virtual time: a task of it would end on another thread, at another time.

/// <summary>A client that takes whatever it gets, while it is active.</summary>
internal sealed class GreedyTransfer(ITransferPace pace, int operation) : IDisposable
{
    private ValueTask<bool>? _wait;

    public bool IsActive { get; set; } = true;

    public long Moved { get; private set; }

    /// <summary>Most bytes that the client takes in a step.</summary>
    public long PerStep { get; init; } = long.MaxValue;

    public void Move()
    {
        for (long moved = 0; moved < PerStep && IsActive && IsFree(); moved += operation)
        {
            long taken = pace.TryTake(operation, operation);
            if (taken == 0)
            {
                _wait = pace.WaitAsync(operation, CancellationToken.None);
                if (!_wait.Value.IsCompleted)
                {
                    return;
                }

                continue;
            }

            Moved += taken;
        }
    }

    public void Dispose() => pace.Dispose();

    private bool IsFree()
    {
        if (_wait is { IsCompleted: false })
        {
            return false;
        }

        bool isFree = _wait?.GetAwaiter().GetResult() ?? true;
        _wait = null;
        return isFree;
    }
}
