namespace Hpc.Accounts.Sessions;

/// <summary>Why a session may not begin, as far as that is for the peer.</summary>
public enum SessionObstacle
{
    /// <summary>There are as many sessions as there may be.</summary>
    Limit,

    /// <summary>The files of the account cannot be opened.</summary>
    FilesUnavailable,

    /// <summary>The server is busy, stops, or has a fault.</summary>
    ServerUnavailable,
}
