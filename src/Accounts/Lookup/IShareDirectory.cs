using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Lookup;

/// <summary>The shares as those who end what runs through them see them. An exception means that the store does not work.</summary>
public interface IShareDirectory
{
    /// <summary>The share of exactly this id, or null, as of one that cannot be read; without its uses, which are counted elsewhere.</summary>
    ValueTask<Share?> FindShareAsync(string id, CancellationToken ct);
}
