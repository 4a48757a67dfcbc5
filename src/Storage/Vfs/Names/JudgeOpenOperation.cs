namespace Hpc.Storage.Vfs.Names;

/// <summary>The judgement of <see cref="OpenOperation"/> without the opening; only a refusal is an event.</summary>
internal readonly struct JudgeOpenOperation(VirtualPath path, OpenFlags flags) : INameOperation<StorageResult, StorageResult>
{
    private readonly OpenOperation _open = new(path, flags, null);

    public OperationTraits Traits => _open.Traits;

    public StorageError Judge(in Location entry, in Location other) => _open.Judge(entry, other);

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct) => ValueTask.FromResult(StorageResult.Success);

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => _open.Describe(told, default);
}
