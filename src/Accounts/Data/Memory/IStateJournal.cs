namespace Hpc.Accounts.Data.Memory;

/// <summary>
/// Learns of every change of a state, under the state's lock and in order, and blocks nobody. The tasks end when what was written survives a crash;
/// they fail if it does not, and then the state is taken back too.
/// </summary>
internal interface IStateJournal
{
    /// <summary>Throws if it cannot take a change of about this length now; asked before the state is changed.</summary>
    void ThrowIfClosed(long bytes);

    /// <summary>Changes that were made as a whole.</summary>
    Task Write(IReadOnlyList<ObjectChange> changes, ObjectStoreResult result);

    /// <summary>Numbers that are others now.</summary>
    Task Write(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> activity);

    /// <summary>A value that was put.</summary>
    Task WritePut(string name, ReadOnlyMemory<byte> value, long expiresAt);

    /// <summary>A value that was removed.</summary>
    Task WriteRemove(string name);
}
