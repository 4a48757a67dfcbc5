using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Random operations: what is there never passes the limits nor what is counted, and when all is closed both are the same.</summary>
public sealed class UploadModelTests
{
    private const int Operations = 40;
    private const int MaxBytes = 2000;
    private const int MaxFiles = 6;
    private static readonly string[] Names = ["/a", "/b", "/c", "/d/a", "/d/b"];

    public static TheoryData<bool, UploadMode, bool> Kinds => new MatrixTheoryData<bool, UploadMode, bool>(
        [false, true], [UploadMode.Standard, UploadMode.Atomic, UploadMode.AtomicWithResume], [false, true]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Counts_are_exact_whatever_is_done(bool isLocal, UploadMode mode, bool hashes)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = MaxBytes, MaxFiles = MaxFiles, ReserveStep = 100, Hashes = hashes });
            await RunAsync(bench, new Random(seed), seed);
        }
    }

    private static async Task RunAsync(UploadBench bench, Random random, int seed)
    {
        var open = new List<IFileHandle>();
        await bench.Backend.CreateDirectoryAsync(P("/d"), null, default);
        for (int i = 0; i < Operations; i++)
        {
            string done = await StepAsync(bench, random, open);
            string context = $"seed {seed}, step {i}: {done}";
            (long bytes, long files, _) = await bench.WalkAsync();
            bytes.ShouldBeLessThanOrEqualTo(MaxBytes, context);
            files.ShouldBeLessThanOrEqualTo(MaxFiles, context);
            bench.Ledger.Bytes.Value.ShouldBeInRange(bytes, MaxBytes, context);
            bench.Ledger.Files.Value.ShouldBe(files, context);
        }

        foreach (IFileHandle file in open)
        {
            await EndAsync(file, random);
        }

        await bench.LedgerShouldBeRightAsync();
        (await bench.WalkAsync()).Names.ShouldNotContain(name => name.Contains(".hpc-upload."));
    }

    private static async Task<string> StepAsync(UploadBench bench, Random random, List<IFileHandle> open)
    {
        string name = random.GetItems(Names, 1)[0];
        string other = random.GetItems(Names, 1)[0];
        int kind = random.Next(16);
        if (kind < 4 && open.Count < 4)
        {
            OpenFlags flags = RandomFlags(random);
            StorageResult<IFileHandle> opened = await bench.TryOpenAsync(name, flags);
            if (opened.IsSuccess)
            {
                open.Add(opened.Value);
            }

            return $"open {name} {flags}: {opened.Error}";
        }

        if (kind < 9 && open.Count > 0)
        {
            return await UseAsync(random, open);
        }

        AttributeChanges size = new() { Size = random.Next(MaxBytes) };
        return kind switch
        {
            <= 10 => $"delete {name}: {await bench.DeleteAsync(name)}",
            11 => $"rename {name} {other}: {await bench.RenameAsync(name, other, random.Next(3) == 0 ? RenameMode.NoReplace : RenameMode.Replace)}",
            12 => $"link {name} {other}: {await bench.Files.LinkAsync(bench.Backend, P(name), P(other), default).ErrorAsync()}",
            13 => $"copy {name} {other}: {await MountFiles.CopyToAsync(bench.Backend, P(name), bench.Files, bench.Backend, P(other), RenameMode.Replace, default).ErrorAsync()}",
            14 => $"setstat {name} {size.Size}: {await bench.Files.SetAttributesAsync(bench.Backend, P(name), size, true, default).ErrorAsync()}",
            _ => await MoveDirectoryAsync(bench),
        };
    }

    private static async Task<string> MoveDirectoryAsync(UploadBench bench)
    {
        StorageError there = await bench.RenameAsync("/d", "/e");
        StorageError back = await bench.RenameAsync("/e", "/d");
        return $"rename /d /e: {there}, and back: {back}";
    }

    private static async Task<string> UseAsync(Random random, List<IFileHandle> open)
    {
        int index = random.Next(open.Count);
        IFileHandle file = open[index];
        int kind = random.Next(8);
        if (kind < 5)
        {
            int length = random.Next(1, 600);
            int offset = random.Next(3) == 0 ? random.Next(MaxBytes) : random.Next(400);
            return $"write {offset} {length}: {(await WriteAsync(file, offset, length, random.Next(1, 300))).Error}";
        }

        if (kind == 5)
        {
            long size = random.Next(MaxBytes);
            return $"resize {size}: {await file.SetAttributesAsync(new AttributeChanges { Size = size }, default).ErrorAsync()}";
        }

        open.RemoveAt(index);
        return $"close: {await EndAsync(file, random)}";
    }

    private static async Task<StorageError> EndAsync(IFileHandle file, Random random)
    {
        StorageError error = random.Next(3) > 0 ? (await file.CloseAsync()).Error : StorageError.None;
        await file.DisposeAsync();
        return error;
    }

    private static OpenFlags RandomFlags(Random random) => random.Next(8) switch
    {
        0 => OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive,
        1 => OpenFlags.Write | OpenFlags.Create,
        2 => OpenFlags.Write | OpenFlags.Read,
        3 => OpenFlags.Write | OpenFlags.Append | OpenFlags.Create,
        4 => OpenFlags.Write | OpenFlags.Truncate,
        _ => Upload,
    };
}
