using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Server.Files;
using Hpc.Server.Tests.Support;
using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.Server.Tests.Files;

public sealed class ScopeTreesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryUserStore _store = new();
    private readonly MemoryUsageStore _usage = new(TimeProvider.System);
    private readonly LineLogger<ScopeTrees> _logger = new();
    private readonly ScopeTrees _trees;

    public ScopeTreesTests()
    {
        _trees = new ScopeTrees(_store, _store, _usage, new LocalFileSystemOptions(), new MountStates(), _logger);
        foreach (string name in (string[])["home", "own", "inner"])
        {
            Directory.CreateDirectory(_directory[name]);
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_tree_of_a_user_is_the_home_and_what_counts_in_the_users_quota_each_without_what_is_covered()
    {
        await AddFolderAsync("own");
        await AddFolderAsync("inner");
        await AddUserAsync(
            new FolderMount { FolderName = "own", VirtualPath = "/inner/own", QuotaBytes = 5 },
            new FolderMount { FolderName = "inner", VirtualPath = "/inner", QuotaBytes = FolderMount.InUserQuota, QuotaFiles = FolderMount.InUserQuota });
        ScopeTree tree = (await _trees.OpenAsync("user:ann", Ct)).Value;
        tree.Excluded.Select(path => path.ToString()).Order().ShouldBe(["/inner", "/inner/own"]);
        tree.Others.ShouldHaveSingleItem().Excluded.Select(path => path.ToString()).ShouldBe(["/own"]);
        ScopeTrees.Dispose(tree);
    }

    [Fact]
    public async Task The_tree_of_a_folder_is_its_directory()
    {
        await AddFolderAsync("own");
        await File.WriteAllTextAsync(_directory["own/x"], "abc", Ct);
        ScopeTree tree = (await _trees.OpenAsync("folder:own", Ct)).Value;
        (await tree.Files.GetAttributesAsync(FilesFixture.PathOf("/x"), Ct)).Value.Size.ShouldBe(3);
        tree.Excluded.ShouldBeEmpty();
        tree.Others.ShouldBeEmpty();
        ScopeTrees.Dispose(tree);
    }

    [Fact]
    public async Task A_user_that_is_gone_is_told_from_one_whose_files_cannot_be_reached()
    {
        (await _trees.OpenAsync("user:nobody", Ct)).Error.ShouldBe(StorageError.NotFound);
        (await _trees.ExistsAsync("user:nobody", Ct)).ShouldBeFalse();
        (await _trees.OpenAsync("folder:none", Ct)).Error.ShouldBe(StorageError.NotFound);
        (await _trees.ExistsAsync("folder:none", Ct)).ShouldBeFalse();
        (await _trees.OpenAsync("nonsense", Ct)).Error.ShouldBe(StorageError.NotFound);
        (await _trees.ExistsAsync("nonsense", Ct)).ShouldBeFalse();
        await AddUserAsync();
        await UseAsync("user:ann");
        Directory.Delete(_directory["home"]);
        (await _trees.OpenAsync("user:ann", Ct)).Error.ShouldBe(StorageError.IoError);
        (await _trees.ExistsAsync("user:ann", Ct)).ShouldBeTrue();
        _logger.Lines.ShouldHaveSingleItem().ShouldContain("cannot be counted");
    }

    [Fact]
    public async Task A_directory_that_was_never_made_is_an_empty_tree()
    {
        await AddUserAsync();
        await AddFolderAsync("own");
        Directory.Delete(_directory["home"]);
        Directory.Delete(_directory["own"]);
        foreach (string scope in (string[])["user:ann", "folder:own"])
        {
            ScopeTree tree = (await _trees.OpenAsync(scope, Ct)).Value;
            tree.Excluded.ShouldBe([VirtualPath.Root]);
            tree.Others.ShouldBeEmpty();
            ScopeTrees.Dispose(tree);
        }

        _logger.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_directory_that_is_away_is_no_empty_tree()
    {
        await AddUserAsync();
        Directory.Delete(_directory["home"]);
        Directory.CreateSymbolicLink(_directory["home"], _directory["disk/ann"]);
        (await _trees.OpenAsync("user:ann", Ct)).Error.ShouldBe(StorageError.IoError);
        File.Delete(_directory["home"]);
        await _store.AddFolderAsync(new VirtualFolder { Name = "far", MappedPath = _directory["disk/far"] }, Ct);
        (await _trees.OpenAsync("folder:far", Ct)).Error.ShouldBe(StorageError.IoError);
        _logger.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Files_that_were_counted_are_not_forgotten_because_their_directory_is_gone()
    {
        await AddFolderAsync("own");
        await UseAsync("folder:own");
        Directory.Delete(_directory["own"]);
        (await _trees.OpenAsync("folder:own", Ct)).Error.ShouldBe(StorageError.IoError);
        Directory.CreateDirectory(_directory["own"]);
        ScopeTrees.Dispose((await _trees.OpenAsync("folder:own", Ct)).Value);
    }

    private async Task UseAsync(string scope) => await _usage.AdjustAsync(new UsageAdjustment(scope, IsAdded: false, Files: 1, Bytes: 5, null, null, DateTimeOffset.UtcNow), Ct);

    private async Task AddFolderAsync(string name) =>
        (await _store.AddFolderAsync(new VirtualFolder { Name = name, MappedPath = _directory[name] }, Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);

    private async Task AddUserAsync(params FolderMount[] folders)
    {
        var user = new UserAccount { UserName = "ann", HomeDirectory = _directory["home"], QuotaBytes = 1000, Folders = folders };
        UserStoreResult result = await _store.AddAsync(user, Ct);
        result.Outcome.ShouldBe(UserStoreOutcome.Done, string.Join("; ", result.Errors));
    }
}
