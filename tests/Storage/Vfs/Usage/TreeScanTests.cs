using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Tests.Vfs.Usage;

public sealed class TreeScanTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files;

    public TreeScanTests() => _files = LocalFileSystem.Open(_directory.Root);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_empty_tree_and_a_tree_that_is_not_there_hold_nothing()
    {
        (await ScanAsync()).ShouldBe(default);
    }

    [Fact]
    public async Task Files_count_with_their_length_and_one_with_several_names_counts_once()
    {
        Write("a", 100);
        Write("d/e/b", 20);
        Write("d/.hpc-upload.00000001-1.c", 3);
        Directory.CreateDirectory(_directory.Real("empty"));
        (await _files.CreateHardLinkAsync(FileSystemExtensions.P("/a"), FileSystemExtensions.P("/d/again"), Ct)).IsSuccess.ShouldBeTrue();
        File.CreateSymbolicLink(_directory.Real("link"), "a");
        Directory.CreateSymbolicLink(_directory.Real("d/loop"), "..");
        Directory.CreateSymbolicLink(_directory.Real("out"), _directory.Outside);
        using (FileStream sparse = File.Create(_directory.Real("sparse")))
        {
            sparse.SetLength(1L << 30);
        }

        TreeCount count = await ScanAsync();
        (count.Files, count.Bytes, count.Unreadable).ShouldBe((4, 123 + (1L << 30), 0));
        _directory.OutsideShouldBeUntouched();
    }

    [Fact]
    public async Task Excluded_directories_are_not_gone_into()
    {
        Write("a", 1);
        Write("mnt/b", 10);
        Write("mnt2/c", 100);
        Write("d/mnt/e", 1000);
        TreeCount count = await ScanAsync("/mnt", "/d/mnt", "/nowhere");
        (count.Files, count.Bytes).ShouldBe((2, 101));
        (await ScanAsync("/")).ShouldBe(default);
    }

    [Fact]
    public async Task A_tree_deeper_than_names_are_kept_is_counted_in_full()
    {
        string path = "";
        for (int i = 0; i < 500; i++)
        {
            path += "d/";
            Write(path + "f", i);
        }

        TreeCount count = await ScanAsync();
        (count.Files, count.Bytes).ShouldBe((500, 500 * 499 / 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task However_few_names_are_kept_random_trees_are_counted_like_by_a_plain_walk(int maxNames)
    {
        var random = new Random(maxNames);
        for (int i = 0; i < 300; i++)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"d{random.Next(6)}"));
            Write($"{path}/f{random.Next(4)}", random.Next(1000));
        }

        var scan = new TreeScan(_files, []) { MaxNames = maxNames };
        TreeCount count = (await scan.RunAsync(Ct)).Value;
        FileInfo[] plain = new DirectoryInfo(_directory.Root).GetFiles("*", SearchOption.AllDirectories);
        (count.Files, count.Bytes).ShouldBe((plain.Length, plain.Sum(file => file.Length)));

        // One object may walk again.
        (await scan.RunAsync(Ct)).Value.ShouldBe(count);
    }

    [Fact]
    public async Task A_directory_that_may_not_be_read_is_told()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("a", 1);
        Write("closed/b", 10);
        UnixFileMode before = File.GetUnixFileMode(_directory.Real("closed"));
        File.SetUnixFileMode(_directory.Real("closed"), UnixFileMode.None);
        try
        {
            TreeCount count = await ScanAsync();
            bool isRoot = Environment.UserName == "root";
            (count.Files, count.Unreadable).ShouldBe(isRoot ? (2, 0) : (1, 1));
        }
        finally
        {
            File.SetUnixFileMode(_directory.Real("closed"), before);
        }
    }

    [Fact]
    public async Task Temporaries_of_dead_runs_are_removed_and_those_of_others_stay()
    {
        Write(".hpc-upload.00000001-1.mine", 1);
        Write("d/.hpc-upload.00000002-1.running", 10);
        Write("d/.hpc-upload.00000003-1.foreign", 100);
        var scan = new TreeScan(_files, []) { LeftOvers = new LeftOverUploads(UploadMode.Atomic, "00000002", new HashSet<string> { "00000001" }) };
        (await scan.RunAsync(Ct)).Value.Removed.ShouldBe(1);
        TreeCount count = await ScanAsync();
        (count.Files, count.Bytes).ShouldBe((2, 110));
    }

    [Fact]
    public async Task A_walk_can_be_given_up()
    {
        Write("a", 1);
        await Should.ThrowAsync<OperationCanceledException>(async () => await new TreeScan(_files, []).RunAsync(new CancellationToken(true)));
    }

    private async Task<TreeCount> ScanAsync(params string[] excluded) =>
        (await new TreeScan(_files, [.. excluded.Select(FileSystemExtensions.P)]).RunAsync(Ct)).Value;

    private void Write(string below, int length)
    {
        string path = _directory.Real(below);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[length]);
    }
}
