namespace Hpc.LoadTests.Cli;

/// <summary>
/// Sessions of users as a client sees them: open from the moment that the server has said that the log-in is accepted, until the client begins to
/// close it or sees that the server did. A server that has ended a session counts it no more, and the client a little longer.
/// </summary>
internal sealed class OpenSessions(int users, int limit)
{
    private readonly int[] _open = new int[users];
    private long _most;
    private long _above;
    private long _all;
    private long _mostOfAll;

    /// <summary>The most that a user had at a time.</summary>
    public long Most => Interlocked.Read(ref _most);

    /// <summary>Log-ins that were accepted beyond the limit.</summary>
    public long Above => Interlocked.Read(ref _above);

    /// <summary>The most that all users had at a time.</summary>
    public long MostOfAll => Interlocked.Read(ref _mostOfAll);

    /// <summary>Sessions that are open now.</summary>
    public long Open => Interlocked.Read(ref _all);

    /// <summary>How many the user has now.</summary>
    public int Began(int user)
    {
        int now = Interlocked.Increment(ref _open[user]);
        Raise(ref _mostOfAll, Interlocked.Increment(ref _all));
        Raise(ref _most, now);
        if (now > limit)
        {
            Interlocked.Increment(ref _above);
        }

        return now;
    }

    public void Ended(int user)
    {
        Interlocked.Decrement(ref _open[user]);
        Interlocked.Decrement(ref _all);
    }

    private static void Raise(ref long most, long value)
    {
        long before = Interlocked.Read(ref most);
        while (value > before)
        {
            long seen = Interlocked.CompareExchange(ref most, value, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }
}
