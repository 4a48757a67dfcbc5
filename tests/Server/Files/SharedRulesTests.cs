using Hpc.Accounts;
using Hpc.Server.Files;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.TestKit;

namespace Hpc.Server.Tests.Files;

public sealed class SharedRulesTests : IAsyncDisposable
{
    private readonly FilesFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Sessions_of_an_account_share_its_rules_and_have_files_of_their_own()
    {
        UserAccount user = WithManyRules();
        IFileSystem first = await _fixture.OpenAsync(user);
        IFileSystem second = await _fixture.OpenAsync(user);
        foreach (IFileSystem files in (IFileSystem[])[first, second])
        {
            (await files.CreateDirectoryAsync(FilesFixture.PathOf("/d7"), null, default)).Error.ShouldBeOneOf(StorageError.None, StorageError.AlreadyExists);
            (await files.CreateDirectoryAsync(FilesFixture.PathOf("/d7/new"), null, default)).Error.ShouldBe(StorageError.AccessDenied);
        }

        ((IDisposable)first).Dispose();
        (await second.GetAttributesAsync(FilesFixture.PathOf("/d7"), default)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task The_rules_of_an_account_are_made_once()
    {
        UserPlan.TryCreate(WithManyRules(), new LocalFileSystemOptions(), UploadMode.Standard, out UserPlan plan, out string error).ShouldBeTrue(error);
        IFileSystem[] backends = [NoFiles.Unavailable];
        plan.RulesFor(backends).ShouldBeSameAs(plan.RulesFor(backends));
        plan.RulesFor(backends).Permissions.ShouldBeSameAs(plan.Permissions);

        // A further session costs the same however many rules there are.
        long few = await BytesOfASessionAsync(_fixture.User());
        long many = await BytesOfASessionAsync(WithManyRules());
        (many - few).ShouldBeLessThan(1024);
    }

    private UserAccount WithManyRules() => _fixture.User() with
    {
        DirectoryPermissions = [.. Enumerable.Range(0, 20).Select(static i => new DirectoryPermissions($"/d{i}", ["list"]))],
        FilePatterns = [.. Enumerable.Range(0, 10).Select(static i => new FilePatternRule($"/d{i}/x", [], ["*.zip"], FilePatternPolicy.Deny))],
    };

    private async Task<long> BytesOfASessionAsync(UserAccount user)
    {
        (await _fixture.OpenAsync(user)).ShouldBeOfType<UserFileSystem>();
        var opened = new List<Task<StorageResult<IFileSystem>>>();
        long least = AllocatedBytes.Least(() => opened.Add(_fixture.StartOpening(user).AsTask()));
        foreach (Task<StorageResult<IFileSystem>> session in opened)
        {
            ((await session).Value as IDisposable)?.Dispose();
        }

        return least;
    }
}
