using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>The scopes that the transfers of a session pass in one direction. The first is that of the user, at which its transfers queue, whether it has a limit of its own or not.</summary>
internal sealed class BandwidthPath(BandwidthPacer pacer, BandwidthScope[] scopes) : IBandwidth
{
    // A fiftieth of a second of the lowest rate makes a transfer smooth, and operations below a page are waste.
    private const int OperationsPerSecond = 50;
    private const int LeastLength = 4096;

    public BandwidthPacer Pacer => pacer;

    public BandwidthScope User => scopes[0];

    public BandwidthScope[] Scopes => scopes;

    /// <summary>Under the pacer's lock: nobody waits here any more.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>The last of those who wait here, each with the one before it; under the pacer's lock.</summary>
    public BandwidthWait? LastWait { get; set; }

    /// <summary>The lowest rate of all, or <see cref="BandwidthScope.Unlimited"/>.</summary>
    public long LowestRate
    {
        get
        {
            long lowest = BandwidthScope.Unlimited;
            foreach (BandwidthScope scope in scopes)
            {
                lowest = Math.Min(lowest, scope.Rate);
            }

            return lowest;
        }
    }

    public long? RateOfNext
    {
        get
        {
            long lowest = BandwidthScope.Unlimited;
            foreach (BandwidthScope scope in scopes)
            {
                if (scope.Rate is not BandwidthScope.Unlimited and var rate)
                {
                    // A share that was not granted yet says nothing.
                    long expected = rate == 0 && scope.Share is not null ? scope.Limit : rate;
                    lowest = Math.Min(lowest, expected / (scope.Waiting + 1));
                }
            }

            return lowest == BandwidthScope.Unlimited ? null : lowest;
        }
    }

    public ITransferPace Begin() => new BandwidthTransfer(this);

    public void Supersede() => pacer.Supersede(this);

    public int LengthOf(int most)
    {
        long length = Math.Max(LeastLength, LowestRate / OperationsPerSecond / LeastLength * LeastLength);
        return (int)Math.Min(most, length);
    }

    /// <summary>Takes from all scopes if nobody waits and each has something; cut to what is there, but not below <paramref name="least"/>. 0 if it has to be waited for.</summary>
    public long TryDraw(long least, long most, long now)
    {
        long bytes = most;
        foreach (BandwidthScope scope in scopes)
        {
            long room = scope.Room(now);
            if (room == 0)
            {
                return 0;
            }

            bytes = Math.Min(bytes, Math.Max(least, room));
        }

        for (int i = 0; i < scopes.Length; i++)
        {
            if (!scopes[i].TryTake(bytes))
            {
                while (--i >= 0)
                {
                    scopes[i].Give(bytes);
                }

                return 0;
            }
        }

        return bytes;
    }

    /// <summary>Gives back what is not used, and has those looked at again who wait for it.</summary>
    public void GiveBack(long bytes)
    {
        Give(bytes);
        foreach (BandwidthScope scope in scopes)
        {
            if (scope.IsContended)
            {
                pacer.LookAgain();
                return;
            }
        }
    }

    private void Give(long bytes)
    {
        foreach (BandwidthScope scope in scopes)
        {
            scope.Give(bytes);
        }
    }
}
