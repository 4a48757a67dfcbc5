using Hpc.Actors.Limits.Bandwidth;
using Hpc.Storage.Vfs.Bandwidth;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

/// <summary>Transfers in virtual time: each step is a millisecond, and then every transfer moves as much as it may.</summary>
internal sealed class BandwidthFixture : IDisposable
{
    private readonly List<BandwidthLease> _leases = [];

    public BandwidthFixture() => Keeper = new BandwidthKeeper(Time, NullLogger<BandwidthKeeper>.Instance);

    public ManualTimeProvider Time { get; } = new();

    public BandwidthKeeper Keeper { get; }

    public List<RunningTransfer> Transfers { get; } = [];

    public BandwidthLease Open(string user, long download, params GroupTotal[] groups) => Open(new SessionBandwidth { UserName = user, Download = download, Groups = groups })!;

    public BandwidthLease? Open(SessionBandwidth limits)
    {
        BandwidthLease? lease = Keeper.Open(limits);
        if (lease is not null)
        {
            _leases.Add(lease);
        }

        return lease;
    }

    public RunningTransfer Download(string user, long limit, int operation, params GroupTotal[] groups) => Download(Open(user, limit, groups), operation);

    public RunningTransfer Download(BandwidthLease lease, int operation)
    {
        var transfer = new RunningTransfer(lease.Bandwidth.Download!.Begin(), operation);
        Transfers.Add(transfer);
        return transfer;
    }

    public BandwidthScope Scope(string name) => Keeper.List().Single(scope => scope.Name == name);

    public void Run(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(1))
        {
            Transfers.ForEach(static transfer => transfer.Move());
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Bytes that each transfer moved in this time.</summary>
    public long[] Measure(TimeSpan time)
    {
        long[] before = [.. Transfers.Select(static transfer => transfer.Moved)];
        Run(time);
        return [.. Transfers.Select((transfer, i) => transfer.Moved - before[i])];
    }

    public void Dispose()
    {
        Transfers.ForEach(static transfer => transfer.Pace.Dispose());
        _leases.ForEach(static lease => lease.Dispose());
        Keeper.Dispose();
    }
}

#pragma warning disable CA2012 // Looked at in virtual time: a task of it would end on another thread, at another time.

/// <summary>A client that takes whatever it gets, in operations of one size.</summary>
internal sealed class RunningTransfer(ITransferPace pace, int operation)
{
    private ValueTask<bool>? _wait;

    public ITransferPace Pace => pace;

    public long Moved { get; private set; }

    public bool IsWaiting => _wait is { IsCompleted: false };

    public Exception? Failure { get; private set; }

    /// <summary>Most bytes that the client takes in a millisecond.</summary>
    public long PerStep { get; init; } = long.MaxValue;

    public void Move()
    {
        for (long moved = 0; moved < PerStep && Failure is null && TryGoOn(); moved += operation)
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

    private bool TryGoOn()
    {
        if (_wait is not { } wait)
        {
            return true;
        }

        if (!wait.IsCompleted)
        {
            return false;
        }

        _wait = null;
        try
        {
            return wait.GetAwaiter().GetResult();
        }
        catch (InvalidOperationException error)
        {
            Failure = error;
            return false;
        }
    }
}
