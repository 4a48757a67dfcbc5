using Hpc.Benchmarks.Support;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.Allocations.Tests.Operations;

internal static class StorageOperations
{
    private const int Length = 32 * 1024;

    public static IEnumerable<Operation> All =>
    [
        .. Of("local", static local => local),
        .. Of("user over local", static local => new UserFileSystem(local, PermissionSet.Full)),
    ];

    private static VirtualPath FilePath { get; } = VirtualPath.Root.Combine("file");

    private static IEnumerable<Operation> Of(string view, Func<LocalFileSystem, IFileSystem> makeView)
    {
        yield return Storage($"{view}, stat", makeView, static files => Measure.OnThread(() => Take(files.GetAttributesAsync(FilePath, CancellationToken.None))));
        yield return Storage($"{view}, open and close", makeView, static files => Measure.OnThread(() =>
            Take(Take(files.OpenFileAsync(FilePath, OpenFlags.Read, null, CancellationToken.None)).CloseAsync())));
        yield return Storage($"{view}, read 32 KiB", makeView, static files => Transfer(files, OpenFlags.Read, static (file, memory) =>
            file.TryRead(0, memory, out StorageResult<int> result) && result.Value == Length));
        yield return Storage($"{view}, write 32 KiB", makeView, static files => Transfer(files, OpenFlags.Write, static (file, memory) =>
            file.TryWrite(0, memory, out StorageResult<int> result) && result.Value == Length));
    }

    private static Operation Storage(string name, Func<LocalFileSystem, IFileSystem> makeView, Func<IFileSystem, long> measure) =>
        Operation.OnThread($"storage: {name}", () =>
        {
            using var tree = new TemporaryTree();
            tree.AddFile("file", Length);
            using LocalFileSystem local = LocalFileSystem.Open(tree.Root, new LocalFileSystemOptions { Time = FrozenTime.Instance });
            return measure(makeView(local));
        });

    private static long Transfer(IFileSystem files, OpenFlags flags, Func<IFileHandle, PinnedSegment[], bool> run)
    {
        IFileHandle file = Take(files.OpenFileAsync(FilePath, flags, null, CancellationToken.None));
        byte[] buffer = GC.AllocateArray<byte>(Length, pinned: true);
        PinnedSegment[] segments = PinnedSegments.Of(buffer);
        long bytes = Measure.OnThread(() => run(file, segments).ShouldBeTrue());
        Take(file.CloseAsync());
        GC.KeepAlive(buffer);
        return bytes;
    }

    // By the frozen clock nothing goes to a worker.
    private static T Take<T>(ValueTask<StorageResult<T>> task) => task.IsCompletedSuccessfully ? task.Result.Value : throw new InvalidOperationException("It went to a worker.");

    private static void Take(ValueTask<StorageResult> task)
    {
        if (!task.IsCompletedSuccessfully || !task.Result.IsSuccess)
        {
            throw new InvalidOperationException("It went to a worker, or failed.");
        }
    }
}
