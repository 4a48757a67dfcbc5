using Hpc.Accounts.Data;

namespace Hpc.Accounts.Services;

/// <summary>Is told of every change that this process made, after it is committed and before whoever asked for it gets the answer.</summary>
public interface IAccountChangeListener
{
    /// <summary>Returns when the changes are in force in this process. It must not throw and takes at most a few seconds.</summary>
    ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct);
}
