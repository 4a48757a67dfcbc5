using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Tests.Vfs.Uploads;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Exchange;

/// <summary>Exchanges against operations: what begins after one is decided by it, and everything is let go in the end.</summary>
public sealed class ExchangeRaceTests
{
    private const int Exchanges = 300;
    private const int Workers = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_operation_that_begins_after_an_exchange_is_decided_by_what_was_there_before()
    {
        var bench = new ExchangeBench();
        var session = new SessionFiles(bench.Over(await OfGenerationAsync(0)));
        IFileSystem[] views = [session, session.For("SCP"), session.Tentative];
        int inForce = 0;
        bool isOver = false;
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            while (!Volatile.Read(ref isOver))
            {
                IFileSystem view = views[random.Next(views.Length)];
                int atLeast = Volatile.Read(ref inForce);
                StorageResult<EntryAttributes> seen = await view.GetAttributesAsync(P("/generation"), Ct);
                seen.Value.Size.ShouldBeGreaterThanOrEqualTo(atLeast);
                atLeast = Volatile.Read(ref inForce);
                IFileHandle file = (await view.OpenFileAsync(P("/generation"), OpenFlags.Read, null, Ct)).Value;
                (await file.GetAttributesAsync(Ct)).Value.Size.ShouldBeGreaterThanOrEqualTo(atLeast);
                if (random.Next(2) == 0)
                {
                    await Task.Yield();
                }

                await file.CloseAsync();
                IDirectoryReader reader = (await view.OpenDirectoryAsync(P("/"), Ct)).Value;
                await reader.DisposeAsync();
            }
        }))];

        for (int i = 1; i <= Exchanges; i++)
        {
            session.Exchange(bench.Over(await OfGenerationAsync(i))).ShouldBeTrue();
            Volatile.Write(ref inForce, i);
            await Task.Yield();
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(workers);
        session.Earlier.ShouldBe(0);
        session.Dispose();
        bench.Backends.ShouldAllBe(backend => backend.Disposals == 1 && backend.Late == 0);
    }

    [Fact]
    public async Task Uploads_during_changes_of_the_quota_are_counted_exactly_and_leave_nothing_held()
    {
        var bench = new ExchangeBench();
        var session = new SessionFiles(bench.Files(maxBytes: 100_000));
        bool isOver = false;
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (int i = 0; !Volatile.Read(ref isOver) || i < 3; i++)
            {
                StorageResult<IFileHandle> opened = await session.OpenFileAsync(P($"/w{worker}-{i % 5}"), UploadBench.Upload, null, Ct);
                if (opened.IsSuccess)
                {
                    for (int n = 0; n < 4; n++)
                    {
                        (await UploadBench.WriteAsync(opened.Value, n * 100, 100)).Error.ShouldBeOneOf(StorageError.None, StorageError.QuotaExceeded);
                    }

                    await (random.Next(4) == 0 ? opened.Value.DisposeAsync() : CloseAsync(opened.Value));
                }

                _ = await session.DeleteFileAsync(P($"/w{worker}-{random.Next(5)}"), Ct);
                await Task.Yield();
            }
        }))];

        var choice = new Random(7);
        for (int i = 0; i < Exchanges; i++)
        {
            session.Exchange(bench.Files(maxBytes: choice.Next(3) switch { 0 => 500, 1 => 2000, _ => 100_000 }));
            await Task.Yield();
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(workers);
        session.Dispose();
        long bytes = 0;
        List<DirectoryEntry> left = await bench.Content.ListAsync("/", 1000);
        foreach (DirectoryEntry entry in left)
        {
            bytes += entry.Attributes.Size;
        }

        (bench.Ledger.Bytes.Value, bench.Ledger.Files.Value).ShouldBe((bytes, left.Count));
        bench.State.IsInUse.ShouldBeFalse();
        bench.Backends.ShouldAllBe(backend => backend.Disposals == 1 && backend.Late == 0);
    }

    private static async ValueTask CloseAsync(IFileHandle file) => await file.CloseAsync();

    /// <summary>Files in which the size of one says which they are.</summary>
    private static async Task<IFileSystem> OfGenerationAsync(int generation)
    {
        var files = new MemoryFileSystem(new MemoryFileSystemOptions());
        await files.WriteFileAsync("/generation", new string('x', generation));
        return files;
    }
}
