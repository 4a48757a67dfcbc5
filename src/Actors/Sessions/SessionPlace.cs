namespace Hpc.Actors.Sessions;

/// <summary>One of the node's places. Whoever holds it may give it back, and it goes back once.</summary>
internal class SessionPlace(SessionTable table)
{
    private int _returned;

    protected SessionTable Table { get; } = table;

    public void Return()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            OnReturned();
            Table.ReturnPlace();
        }
    }

    /// <summary>Runs once.</summary>
    protected virtual void OnReturned()
    {
    }
}
