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

    /// <summary>The account was changed, disabled or removed while the session began; another login is judged by what it is now.</summary>
    AccountChanged,
}
