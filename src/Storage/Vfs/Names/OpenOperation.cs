namespace Hpc.Storage.Vfs.Names;

/// <summary>Opens a file as the permissions allow (<see cref="OpenPlan"/>).</summary>
internal readonly struct OpenOperation(VirtualPath path, OpenFlags flags, uint? permissions)
    : INameOperation<StorageResult<IFileHandle>, StorageResult<IFileHandle>>
{
    private const OpenFlags Writes = OpenFlags.Write | OpenFlags.Append | OpenFlags.Truncate;

    public OperationTraits Traits =>
        new((flags & Writes) != 0 ? FileEventKind.Upload : flags.HasFlag(OpenFlags.Hash) ? FileEventKind.Hash : FileEventKind.Download, FollowsLink: true, IsToldLater: true);

    public StorageError Judge(in Location entry, in Location other)
    {
        bool isAllowed = !PlanFor(entry).IsDenied;
        StorageError refusal = flags.HasFlag(OpenFlags.Create) && !OnlyReads(entry) ? entry.MayCreate(isAllowed)
            : (flags & Writes) != 0 ? entry.MayChange(isAllowed)
            : entry.MayUse(isAllowed);
        return refusal != StorageError.None ? refusal
            : ChangesWithoutWriting ? StorageError.InvalidArgument
            : entry.LeadsToMounts ? StorageError.IsDirectory
            : StorageError.None;
    }

    public ValueTask<StorageResult<IFileHandle>> RunAsync(in Location entry, in Location other, CancellationToken ct)
    {
        OpenFlags planned = PlanFor(entry).Flags;
        return entry.Files.OpenAsync(entry.Backend, entry.Inner, path, planned, permissions, entry.Held, ct);
    }

    public StorageResult<IFileHandle> Conclude(StorageResult<IFileHandle> answer, in Location entry, in Location other)
    {
        if (answer.Error == StorageError.NotFound && OnlyReads(entry))
        {
            return StorageError.ReadOnly;
        }

        StorageError deniedWhen = PlanFor(entry).DeniedWhen;
        return answer.Error != StorageError.None && answer.Error == deniedWhen ? StorageError.AccessDenied : answer;
    }

    public FileEvent Describe(in FileEvent told, in StorageResult<IFileHandle> answer) => told with { Size = told.Kind == FileEventKind.Hash ? -1 : 0 };

    private bool ChangesWithoutWriting => (flags & Writes) != 0 && !flags.HasFlag(OpenFlags.Write);

    // Where nothing can be created, reading or creating reads what exists, as with open(2).
    private bool OnlyReads(in Location entry) => entry.IsReadOnly && (flags & (Writes | OpenFlags.Create | OpenFlags.Exclusive)) == OpenFlags.Create;

    private OpenPlan PlanFor(in Location entry) => OpenPlan.For(OnlyReads(entry) ? flags & ~OpenFlags.Create : flags, entry.Place.Around);
}
