using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Tests.Stores;

public sealed class MemoryFolderStoreTests : FolderStoreContract
{
    protected override Task<(IUserStore Users, IFolderStore Folders)> OpenAsync()
    {
        var store = new MemoryUserStore();
        return Task.FromResult<(IUserStore, IFolderStore)>((store, store));
    }

    [Fact]
    public async Task A_full_store_takes_no_more()
    {
        var store = new MemoryUserStore(capacity: 1);
        (await store.AddFolderAsync(TestUsers.Folders[0], default)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await store.AddFolderAsync(TestUsers.Folders[1], default)).Outcome.ShouldBe(UserStoreOutcome.Full);
    }

    [Fact]
    public async Task Lists_that_their_owner_changes_afterwards_change_no_account()
    {
        var store = new MemoryUserStore();
        var names = new List<string> { "list" };
        var patterns = new List<string> { "*.exe" };
        await store.AddAsync(TestUsers.New() with { DirectoryPermissions = [new("/a", names)], FilePatterns = [new("/", [], patterns, FilePatternPolicy.Deny)] }, Ct);
        names[0] = "*";
        patterns[0] = "x";
        UserAccount user = (await store.FindAsync("alice", Ct))!;
        user.DirectoryPermissions[0].Names.ShouldBe(["list"]);
        user.FilePatterns[0].Denied.ShouldBe(["*.exe"]);
    }
}
