using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Lookup;

public sealed class AccountExistenceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_that_cannot_be_read_is_there()
    {
        await using DirectoryFixture fixture = await DirectoryFixture.CreateAsync();
        await fixture.PutRawAsync(ObjectKind.User, "broken", "{\"username\":7}");
        (await fixture.Directory.FindAsync("broken", Ct)).ShouldBeNull();
        (await fixture.Directory.ExistsAsync("broken", Ct)).ShouldBeTrue();
        (await fixture.Directory.ExistsAsync("nobody", Ct)).ShouldBeFalse();
    }
}
