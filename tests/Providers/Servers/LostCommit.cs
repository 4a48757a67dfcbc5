namespace Hpc.Providers.Tests.Servers;

/// <summary>A connection that is lost at one commit: before it reached the server, or after.</summary>
internal sealed class LostCommit(bool isDone) : IStatementObserver
{
    private int _armed;
    private int _lost;

    public int Lost => _lost;

    public void Arm() => Volatile.Write(ref _armed, 1);

    public void OnStatement(string text, bool isInTransaction)
    {
    }

    public void OnCommit() => LoseIf(!isDone);

    public void OnCommitted() => LoseIf(isDone);

    private void LoseIf(bool isNow)
    {
        if (isNow && Interlocked.Exchange(ref _armed, 0) == 1)
        {
            Interlocked.Increment(ref _lost);
            throw new IOException("The connection was lost.");
        }
    }
}
