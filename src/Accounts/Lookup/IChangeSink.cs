using Hpc.Accounts.Data;

namespace Hpc.Accounts.Lookup;

/// <summary>Keeps what was read and is told what may no longer be right.</summary>
internal interface IChangeSink
{
    /// <summary>These objects changed; null: any may have.</summary>
    void Invalidate(IReadOnlyCollection<ObjectKey>? keys);
}
