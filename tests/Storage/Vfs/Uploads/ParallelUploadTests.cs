using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Many at once.</summary>
public sealed class ParallelUploadTests
{
    private const int Writers = 16;

    public static TheoryData<bool, UploadMode> Kinds =>
        new MatrixTheoryData<bool, UploadMode>([false, true], [UploadMode.Standard, UploadMode.Atomic]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Sixteen_writers_reach_the_limit_and_never_pass_it(bool isLocal, UploadMode mode)
    {
        const int Limit = 1_000_003;
        const int Piece = 997;
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = Limit, ReserveStep = 4096 });
        for (int i = 0; i < Writers; i++)
        {
            await bench.PutAsync($"/{i}", 0);
        }

        using var ended = new CancellationTokenSource();
        Task watcher = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                (await bench.WalkAsync()).Bytes.ShouldBeLessThanOrEqualTo(Limit);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(async () =>
        {
            // What is resumed is not removed when it is refused, so that the sum can be looked at.
            await using IFileHandle file = await bench.OpenAsync($"/{i}", OpenFlags.Write);
            byte[] content = new byte[Piece];
            long offset = 0;
            while ((await WriteAsync(file, offset, content)) is { IsSuccess: true } written)
            {
                offset += written.Value;
            }
        })));
        await ended.CancelAsync();
        await watcher;

        (long bytes, _, _) = await bench.WalkAsync();
        bytes.ShouldBeInRange(Limit - Piece, Limit);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Writers_and_truncations_of_one_file_never_lose_count(bool isLocal, UploadMode mode)
    {
        const int Limit = 200_000;
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = Limit, ReserveStep = 4096 });
        await bench.PutAsync("/a", 10);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            OpenFlags flags = i == 7 ? OpenFlags.Write | OpenFlags.Append : OpenFlags.Write;
            await using IFileHandle file = await bench.OpenAsync("/a", flags);
            for (int n = 0; n < 300; n++)
            {
                if (i < 6)
                {
                    await WriteAsync(file, random.Next(Limit), random.Next(1, 3000));
                }
                else if (n % 5 == 0)
                {
                    (await file.SetAttributesAsync(new AttributeChanges { Size = random.Next(Limit / 2) }, default)).Error
                        .ShouldBeOneOf(StorageError.None, StorageError.QuotaExceeded);
                }
                else
                {
                    await WriteAsync(file, 0, random.Next(1, 100));
                }

                (await bench.SizeAsync("/a")).ShouldBeLessThanOrEqualTo(Limit);
            }
        })));

        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Creating_deleting_and_replacing_the_same_names_at_once_counts_each_file_once(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = 1_000_000, MaxFiles = 100, ReserveStep = 100 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            for (int n = 0; n < 100; n++)
            {
                string name = $"/{random.Next(4)}";
                string other = $"/{random.Next(4)}";
                switch (random.Next(6))
                {
                    case 0:
                        await bench.DeleteAsync(name);
                        break;
                    case 1:
                        await bench.RenameAsync(name, other);
                        break;
                    case 2:
                        await bench.Files.LinkAsync(bench.Backend, P(name), P(other), default);
                        break;
                    default:
                        StorageResult<IFileHandle> file = await bench.TryOpenAsync(name, random.Next(2) == 0 ? Upload : OpenFlags.Write | OpenFlags.Create);
                        if (file.IsSuccess)
                        {
                            await WriteAsync(file.Value, random.Next(100), random.Next(1, 500));
                            if (random.Next(2) == 0)
                            {
                                await file.Value.CloseAsync();
                            }

                            await file.Value.DisposeAsync();
                        }

                        break;
                }
            }
        })));

        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_handle_that_is_disposed_while_it_is_written_leaves_no_claim(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = 100_000_000, ReserveStep = 1000 });
        bench.Reserver.Before = async () => await Task.Yield();
        await bench.PutAsync("/a", 10);
        for (int i = 0; i < 50; i++)
        {
            IFileHandle file = await bench.OpenAsync("/a", i % 2 == 0 ? OpenFlags.Write : Upload);
            var started = new TaskCompletionSource();
            Task writing = Task.Run(async () =>
            {
                for (int n = 0; n < 20; n++)
                {
                    try
                    {
                        await WriteAsync(file, n * 700, 700);
                    }
                    catch (ObjectDisposedException)
                    {
                        break;
                    }

                    started.TrySetResult();
                }

                started.TrySetResult();
            });
            await started.Task;
            await file.DisposeAsync();
            await writing;
            await bench.LedgerShouldBeRightAsync();
        }
    }

    [Fact]
    public async Task What_is_moved_both_ways_at_once_never_passes_the_limit_of_the_sum()
    {
        const long Limit = 500_000;
        using var bench = new UploadBench(new Setup { Transfer = (0, 0, Limit), ReserveStep = 10_000 });
        await bench.Backend.OpenAsync("/read", Upload);
        await using (IFileHandle whole = await bench.Backend.OpenAsync("/read", OpenFlags.Write))
        {
            await WriteAsync(whole, 0, 100_000);
        }

        long moved = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await using IFileHandle file = await bench.OpenAsync(i % 2 == 0 ? "/read" : $"/{i}", i % 2 == 0 ? OpenFlags.Read : Upload);
            StorageResult<int> result = 0;
            for (int n = 0; result.IsSuccess; n++)
            {
                result = i % 2 == 0 ? await ReadAsync(file, n % 90 * 1000, 1000) : await WriteAsync(file, n * 1000, 1000);
                if (result.IsSuccess)
                {
                    Interlocked.Add(ref moved, result.Value);
                }
            }
        })));

        moved.ShouldBe(Limit);
        bench.TransferLedger.Transferred.Value.ShouldBe(Limit);
        (bench.TransferLedger.Uploaded.Value + bench.TransferLedger.Downloaded.Value).ShouldBe(Limit);
    }
}
