using Hpc.Storage.Memory;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>What a walk before a rename keeps, and what it makes of uploads under way.</summary>
public sealed class RenameWalkTests
{
    [Fact]
    public async Task Directories_yet_to_come_are_kept_by_name_and_not_by_path()
    {
        VirtualPath top = VirtualPath.Root;
        for (int i = 0; i < 15; i++)
        {
            top = top.Combine(new string('x', 240));
        }

        var backend = new WideFiles(width: 10_000) { Measures = true };
        var renamed = new RenamedPath(top, top);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (await Walk(backend).JudgeAsync(top, renamed, renamed, default)).Error.ShouldBe(StorageError.None);
        backend.Opened.ShouldBe(10_001);
        (backend.PeakBytes - before).ShouldBeLessThan(100_000_000);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(1, 40)]
    public async Task Every_directory_is_come_to_once_however_deep(int width, int depth)
    {
        var backend = new WideFiles(width, depth);
        VirtualPath top = VirtualPath.Root.Combine("top");
        var renamed = new RenamedPath(top, VirtualPath.Root.Combine("other"));
        (await Walk(backend).JudgeAsync(top, renamed, renamed, default)).Error.ShouldBe(StorageError.None);
        backend.Paths.Distinct().Count().ShouldBe(backend.Opened);
        backend.Opened.ShouldBe(Enumerable.Range(0, depth + 1).Sum(level => (int)Math.Pow(width, level)));
    }

    [Theory]
    [InlineData(35, StorageError.None)]
    [InlineData(34, StorageError.LimitReached)]
    public async Task Names_yet_to_come_have_a_bound_in_characters(int most, StorageError expected)
    {
        // Four of five characters in each: three wait while one is gone into.
        var backend = new WideFiles(width: 4, depth: 2) { Prefix = "abcd" };
        var renamed = new RenamedPath(VirtualPath.Root, VirtualPath.Root);
        var walk = new RenameWalk(Everything, backend, new PendingUploads()) { MaxNameLength = most };
        (await walk.JudgeAsync(VirtualPath.Root, renamed, renamed, default)).Error.ShouldBe(expected);
    }

    [Fact]
    public async Task What_is_judged_below_is_judged_by_its_own_path()
    {
        PermissionSet.TryCreate(["*"], [("/b/d2/d1", [])], out PermissionSet permissions, out _).ShouldBeTrue();
        var policy = PathPolicy.Create(permissions, PatternSet.Empty, [VirtualPath.Root]);
        foreach ((string to, StorageError expected) in ((string, StorageError)[])[("a", StorageError.None), ("b", StorageError.AccessDenied)])
        {
            var renamed = new RenamedPath(VirtualPath.Root.Combine("top"), VirtualPath.Root.Combine(to));
            var same = new RenamedPath(renamed.From, renamed.From);
            foreach ((RenamedPath real, RenamedPath written) in ((RenamedPath, RenamedPath)[])[(renamed, same), (same, renamed), (renamed, renamed)])
            {
                var walk = new RenameWalk(policy, new WideFiles(width: 2, depth: 3), new PendingUploads());
                (await walk.JudgeAsync(renamed.From, real, written, default)).Error.ShouldBe(expected);
            }
        }
    }

    [Fact]
    public async Task A_user_has_one_walk_at_a_time_and_waits_for_it_no_longer_than_wanted()
    {
        PermissionSet.TryCreate(["*"], [("/b", ["list", "rename"])], out PermissionSet permissions, out _).ShouldBeTrue();
        var state = new MountState("user:ann");
        var backend = new MemoryFileSystem();
        using var files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = backend, State = state }],
            Permissions = permissions,
            Source = new FileEventSource { UserName = "ann", Protocol = "SFTP" },
        });
        foreach (string directory in (string[])["/a", "/a/d", "/a/e", "/b"])
        {
            (await files.MakeAsync(directory)).ShouldBe(StorageError.None);
        }

        using var leaving = new CancellationTokenSource();
        Task<StorageError> waiting;
        using (await state.Walks.EnterAsync(default))
        {
            waiting = files.MoveAsync("/a/d", "/b/d");
            ValueTask<StorageResult> left = files.RenameAsync(VirtualPath.Root.Combine("a"), VirtualPath.Root.Combine("b").Combine("a"), RenameMode.Replace, leaving.Token);
            (await files.MoveAsync("/a/e", "/a/f")).ShouldBe(StorageError.None);
            await leaving.CancelAsync();
            (await left).Error.ShouldBe(StorageError.Cancelled);
            waiting.IsCompleted.ShouldBeFalse();
        }

        (await waiting).ShouldBe(StorageError.None);
    }

    private static PathPolicy Everything => PathPolicy.Create(PermissionSet.Full, PatternSet.Empty, [VirtualPath.Root]);

    private static RenameWalk Walk(IFileSystem backend) => new(Everything, backend, new PendingUploads());
}
