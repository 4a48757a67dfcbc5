using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Lookup;

public sealed class ObjectCacheTests
{
    [Fact]
    public async Task Objects_of_any_kind_are_read_once_until_they_change()
    {
        await using DirectoryFixture fixture = await DirectoryFixture.CreateAsync();
        var cache = new ObjectCache<Admin>(fixture.Directory.Feed, ObjectKind.Admin, AccountsJson.Default.Admin, NullLogger.Instance);
        await fixture.PutAsync(new Admin { Username = "root", Status = 1 });
        cache.TryFindNow("root", out _).ShouldBeFalse();
        CachedObject<Admin> first = (await cache.FindAsync("root", CancellationToken.None)).ShouldNotBeNull();
        (first.Value.Status, first.Version).ShouldBe((1, 1));
        cache.TryFindNow("root", out CachedObject<Admin>? now).ShouldBeTrue();
        now.ShouldBeSameAs(first);

        await fixture.PutAsync(DirectoryFixture.UserOf("root"));
        (await cache.FindAsync("root", CancellationToken.None)).ShouldBeSameAs(first);
        await fixture.PutAsync(new Admin { Username = "root", Status = 0 });
        (await cache.FindAsync("root", CancellationToken.None)).ShouldNotBeNull().Value.Status.ShouldBe(0);
        await fixture.PutAsync(ObjectChange.Delete(new ObjectKey(ObjectKind.Admin, "root"), null));
        (await cache.FindAsync("root", CancellationToken.None)).ShouldBeNull();
        fixture.Store.Finds.ShouldBe(3);
    }

    [Fact]
    public async Task Many_are_read_in_pages()
    {
        await using DirectoryFixture fixture = await DirectoryFixture.CreateAsync();
        var cache = new ObjectCache<Role>(fixture.Directory.Feed, ObjectKind.Role, AccountsJson.Default.Role, NullLogger.Instance);
        string[] names = [.. Enumerable.Range(0, 1500).Select(i => $"r{i}")];
        await fixture.PutAsync([.. names.Select(name => new Role { Name = name })]);
        (await cache.FindManyAsync([.. names, "gone"], CancellationToken.None)).Count.ShouldBe(1500);
        fixture.Store.FindsOfMany.ShouldBe(2);
        (await cache.FindManyAsync(names, CancellationToken.None)).Count.ShouldBe(1500);
        fixture.Store.FindsOfMany.ShouldBe(2);
    }
}
