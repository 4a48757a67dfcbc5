namespace Hpc.Actors.Sessions;

/// <summary>The sessions of this node, for changes of their accounts to be put in force.</summary>
public interface IAccountSessions
{
    /// <summary>The sessions that are open at this moment. One whose opening has not been answered may be among them.</summary>
    IReadOnlyCollection<IAccountSession> Open { get; }

    /// <summary>An open session; null if there is none of that id.</summary>
    IAccountSession? Find(string sessionId);

    /// <summary>Sessions opened so far.</summary>
    long Opened { get; }
}
