using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Tests.Lookup;

public sealed class ShareDirectoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_share_is_found_by_its_id()
    {
        await using MemoryDataProvider provider = await OpenAsync();
        await PutAsync(provider, ObjectDocument.Write(new Share { Id = "one", Scope = 3, Paths = ["/out"] }));
        Share found = (await new ShareDirectory(provider.Objects).FindShareAsync("one", Ct)).ShouldNotBeNull();
        (found.Id, found.Scope).ShouldBe(("one", 3));
        found.Paths.ShouldBe(["/out"]);
        (await new ShareDirectory(provider.Objects).FindShareAsync("two", Ct)).ShouldBeNull();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"scope":"all"}""")]
    [InlineData("""{"name":"\ud800"}""")]
    public async Task One_that_cannot_be_read_is_none(string document)
    {
        await using MemoryDataProvider provider = await OpenAsync();
        await PutAsync(provider, Encoding.UTF8.GetBytes(document));
        (await new ShareDirectory(provider.Objects).FindShareAsync("one", Ct)).ShouldBeNull();
    }

    private static async Task<MemoryDataProvider> OpenAsync()
    {
        var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider;
    }

    private static async Task PutAsync(MemoryDataProvider provider, byte[] document)
    {
        ObjectChange change = ObjectChange.Put(new ObjectKey(ObjectKind.Share, "one"), 0, document, "", []);
        (await provider.Objects.ApplyAsync([change], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
    }
}
