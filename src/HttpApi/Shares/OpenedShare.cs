using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Files;
using Hpc.Storage;

namespace Hpc.HttpApi.Shares;

/// <summary>A share that the request may use, with the user whose files they are.</summary>
internal sealed record OpenedShare(Share Share, UserAccount Owner)
{
    /// <summary>Its paths. Those that are none (from a dump that was edited) are left out.</summary>
    public IReadOnlyList<VirtualPath> Paths { get; } =
        [.. Share.Paths.Select(text => VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path) ? path : (VirtualPath?)null).OfType<VirtualPath>()];

    /// <summary>A path below the only path of the share; null if there are several. What is asked for is read as if the share were all there is, so that nothing leads out of it.</summary>
    public VirtualPath? Find(string asked) =>
        Paths is [var top] && VirtualPath.TryParse(asked, VirtualPath.Root, out VirtualPath within) && VirtualPath.TryParse(top + within.ToString(), VirtualPath.Root, out VirtualPath path)
            ? path
            : null;

    /// <summary>True if a path lies within the share also by where its links lead.</summary>
    public async ValueTask<bool> HoldsAsync(FileSession session, VirtualPath path)
    {
        StorageResult<VirtualPath> place = await session.Files.LookWhereAsync(path, session.Lifetime).ConfigureAwait(false);
        foreach (VirtualPath top in Paths)
        {
            StorageResult<VirtualPath> topPlace = await session.Files.LookWhereAsync(top, session.Lifetime).ConfigureAwait(false);
            if (path.IsBelowOrEqual(top) && place.IsSuccess && topPlace.IsSuccess && place.Value.IsBelowOrEqual(topPlace.Value))
            {
                return true;
            }
        }

        return false;
    }
}
