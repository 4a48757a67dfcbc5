using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using static Hpc.Accounts.Tests.Lookup.DirectoryFixture;

namespace Hpc.Accounts.Tests.Lookup;

/// <summary>A database that was restored may have the stamps that were seen before, with other content.</summary>
public sealed class ReplacedStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_same_stamp_and_another_content_an_account_is_another()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await using MemoryDataProvider restored = await RestoredAsync(fixture);
        AccountDirectory directory = fixture.Directory;
        UserAccount before = (await directory.FindAsync("alice", Ct)).ShouldNotBeNull();
        UserAccount bob = (await directory.FindAsync("bob", Ct)).ShouldNotBeNull();
        long stamp = await directory.GetChangeStampAsync(Ct);

        fixture.Store.Replace(restored.Objects);
        directory.TryFindNow("alice", out _).ShouldBeFalse();
        (await directory.ListChangesAsync(stamp, Ct)).Keys.ShouldBeNull();
        UserAccount after = (await directory.FindAsync("alice", Ct)).ShouldNotBeNull();
        (before.HomeDirectory, after.HomeDirectory, before.Version).ShouldBe(("/srv/alice", "/srv/other", after.Version));
        UserAccountDigest.Of(after).ShouldNotBe(UserAccountDigest.Of(before));

        // What is the same stays the same object.
        (await directory.FindAsync("bob", Ct)).ShouldBeSameAs(bob);

        // Stamps that are told go on from there.
        long next = await directory.GetChangeStampAsync(Ct);
        next.ShouldBeGreaterThan(stamp);
        (await directory.ListChangesAsync(next, Ct)).Keys.ShouldNotBeNull().ShouldBeEmpty();
        await restored.Objects.ApplyAsync([Put(UserOf("bob") with { QuotaFiles = 1 })], Ct);
        ObjectChanges changes = await directory.ListChangesAsync(next, Ct);
        (changes.Stamp > next).ShouldBeTrue();
        changes.Keys.ShouldBe([new ObjectKey(ObjectKind.User, "bob")]);
    }

    [Fact]
    public async Task A_store_that_was_away_may_come_back_as_another()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        UserAccount alice = await fixture.FindAsync("alice");
        long stamp = await fixture.Directory.GetChangeStampAsync(Ct);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        fixture.Store.Fault = new DataProviderException("away");
        await Should.ThrowAsync<DataProviderException>(() => fixture.FindAsync("alice"));
        fixture.Store.Fault = null;
        int finds = fixture.Store.Finds;
        (await fixture.FindAsync("alice")).ShouldBeSameAs(alice);
        fixture.Store.Finds.ShouldBe(finds + 1);
        (await fixture.Directory.ListChangesAsync(stamp, Ct)).Keys.ShouldBeNull();
    }

    [Fact]
    public async Task Objects_of_other_kinds_are_compared_with_what_they_hold()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await using MemoryDataProvider restored = await RestoredAsync(fixture);
        AccountDirectory directory = fixture.Directory;
        var cache = new ObjectCache<User>(directory.Feed, ObjectKind.User, AccountsJson.Default.User, NullLogger.Instance);
        (await cache.FindAsync("alice", Ct)).ShouldNotBeNull().Value.HomeDir.ShouldBe("/srv/alice");
        fixture.Store.Replace(restored.Objects);
        (await cache.FindAsync("alice", Ct)).ShouldNotBeNull().Value.HomeDir.ShouldBe("/srv/other");
    }

    // The same numbers as in the fixture's store, and another home of alice.
    private static async Task<MemoryDataProvider> RestoredAsync(DirectoryFixture fixture)
    {
        await fixture.PutAsync(UserOf("alice"), UserOf("bob"));
        var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        await provider.Objects.ApplyAsync([Put(UserOf("alice") with { HomeDir = "/srv/other" }), Put(UserOf("bob"))], Ct);
        (await provider.Objects.GetStampAsync(Ct)).ShouldBe(await fixture.Store.GetStampAsync(Ct));
        return provider;
    }

    private static ObjectChange Put(IAccountObject value) =>
        ObjectChange.Put(new ObjectKey(value.Kind, value.Name), null, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), AccountsJson.Default), "", []);
}
