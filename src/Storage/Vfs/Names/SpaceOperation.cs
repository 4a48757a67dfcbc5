namespace Hpc.Storage.Vfs.Names;

/// <summary>Room of the mount that a path lies on.</summary>
internal readonly struct SpaceOperation : INameOperation<StorageResult<SpaceInfo>, StorageResult<SpaceInfo>>
{
    public OperationTraits Traits => new(FileEventKind.Stat, FollowsLink: true);

    public StorageError Judge(in Location entry, in Location other) => entry.MayUse(entry.Place.Allows(FileOperation.ReadSpace));

    public ValueTask<StorageResult<SpaceInfo>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Files.GetSpaceAsync(entry.Backend, entry.LeadsToMounts ? VirtualPath.Root : entry.Inner, ct);

    public StorageResult<SpaceInfo> Conclude(StorageResult<SpaceInfo> answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult<SpaceInfo> answer) => told;
}
