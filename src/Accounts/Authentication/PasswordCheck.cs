namespace Hpc.Accounts.Authentication;

/// <summary>What became of a password that was given to <see cref="PasswordWorkers"/>. Everything but <see cref="Match"/> refuses.</summary>
public enum PasswordCheck
{
    /// <summary>The password does not fit the hash.</summary>
    Mismatch,

    /// <summary>It does.</summary>
    Match,

    /// <summary>Too many passwords wait already.</summary>
    QueueFull,

    /// <summary>It was not done in time, or the caller gave up.</summary>
    TimedOut,

    /// <summary>The verification failed (no memory, or the server stops).</summary>
    Failed,
}
