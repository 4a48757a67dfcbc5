namespace Hpc.Actors.Sessions;

/// <summary>One of the node's places. Whoever holds it may give it back, and it goes back once.</summary>
internal sealed class SessionPlace(SessionTable table)
{
    private int _returned;

    public void Return()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            table.ReturnPlace();
        }
    }
}
