namespace Hpc.Actors.Sessions;

/// <summary>Why a session was not opened.</summary>
public enum SessionRefusal
{
    /// <summary>The node has as many sessions as it may.</summary>
    TotalLimit,

    /// <summary>The user has as many sessions as they may.</summary>
    UserLimit,

    /// <summary>The server is being drained.</summary>
    Draining,

    /// <summary>The user's files could not be opened.</summary>
    FilesUnavailable,

    /// <summary>It took longer than <see cref="SessionLimits.OpenTimeout"/>.</summary>
    Timeout,

    /// <summary>The peer went away meanwhile.</summary>
    Cancelled,

    /// <summary>Too many sessions are being opened at once.</summary>
    Busy,

    /// <summary>A fault of the server.</summary>
    Fault,

    /// <summary>The host has as many sessions as it may.</summary>
    HostLimit,

    /// <summary>Who counts the sessions of all nodes cannot be asked, and sessions are refused then.</summary>
    EngineAway,
}
