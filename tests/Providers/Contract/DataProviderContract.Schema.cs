using Hpc.Accounts.Data;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task A_provider_tells_what_it_is()
    {
        Provider.Driver.ShouldBeOneOf("sqlite", "postgresql", "cockroachdb", "mysql", "keyvalue", "memory");
        Provider.NewestSchema.ShouldBeGreaterThan(0);
        (await Provider.GetSchemaAsync(Ct)).ShouldBe(Provider.NewestSchema);
        await Provider.PingAsync(Ct);
    }

    [Fact]
    public async Task A_storage_that_was_never_opened_has_no_schema()
    {
        IDataProvider provider = await MakeClosedAsync("schema");
        (await provider.GetSchemaAsync(Ct)).ShouldBe(0);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        (await provider.GetSchemaAsync(Ct)).ShouldBe(provider.NewestSchema);
    }

    [Fact]
    public async Task Nothing_works_before_it_is_opened()
    {
        IDataProvider provider = await MakeClosedAsync("schema");
        await Should.ThrowAsync<Exception>(async () => await provider.Objects.FindAsync(UserKey("ann"), Ct));
    }

    [Fact]
    public async Task A_missing_schema_is_refused_if_it_may_not_be_made()
    {
        Assert.SkipUnless(IsDurable, "This provider has nothing to make.");
        IDataProvider provider = await MakeClosedAsync("schema");
        await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Never, Ct));
        (await provider.GetSchemaAsync(Ct)).ShouldBe(0);
        await provider.MigrateAsync(provider.NewestSchema, Ct);
        IDataProvider second = await MakeClosedAsync("schema");
        await second.OpenAsync(SchemaUpdate.Never, Ct);
        await second.Objects.ApplyAsync([Add(UserKey("ann"))], Ct);
    }

    [Fact]
    public async Task A_schema_that_is_up_to_date_is_left_alone()
    {
        Assert.SkipUnless(IsDurable, "This provider forgets.");
        await MakeAsync(Add(UserKey("ann")));
        await ReopenAsync();
        await FindAsync(UserKey("ann"));
        await Provider.DisposeAsync();
        IDataProvider provider = await MakeClosedAsync(MainStorage);
        await provider.MigrateAsync(provider.NewestSchema, Ct);
        await provider.OpenAsync(SchemaUpdate.Never, Ct);
        (await provider.Objects.FindAsync(UserKey("ann"), Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_going_back_would_lose_is_counted_and_nothing_is_changed()
    {
        (await Provider.ListLossesAsync(Provider.NewestSchema, Ct)).ShouldBeEmpty();
        Assert.SkipUnless(CanMigrateDown, "This provider has one schema.");
        await MakeAsync(Add(UserKey("ann")), Add(new ObjectKey(Hpc.Accounts.Objects.ObjectKind.Group, "staff")));
        await Provider.Ephemeral.PutAsync("token", "x"u8.ToArray(), DateTimeOffset.UtcNow.AddDays(30), Ct);
        IReadOnlyList<SchemaLoss> losses = await Provider.ListLossesAsync(1, Ct);
        losses.ShouldContain(static loss => loss.What.Contains("tokens") && loss.Count == 1);
        (await Provider.ListLossesAsync(0, Ct)).ShouldContain(new SchemaLoss("groups", 1));
        await FindAsync(UserKey("ann"));
        (await Provider.GetSchemaAsync(Ct)).ShouldBe(Provider.NewestSchema);
    }

    [Fact]
    public async Task A_schema_goes_down_and_up_again_step_by_step()
    {
        Assert.SkipUnless(CanMigrateDown, "This provider has one schema.");
        IDataProvider provider = await MakeClosedAsync("schema");
        await provider.MigrateAsync(provider.NewestSchema, Ct);
        for (int version = provider.NewestSchema - 1; version >= 0; version--)
        {
            await provider.MigrateAsync(version, Ct);
            (await provider.GetSchemaAsync(Ct)).ShouldBe(version);
        }

        for (int version = 1; version <= provider.NewestSchema; version++)
        {
            await provider.MigrateAsync(version, Ct);
            (await provider.GetSchemaAsync(Ct)).ShouldBe(version);
        }

        await provider.OpenAsync(SchemaUpdate.Never, Ct);
        (await provider.Objects.ApplyAsync([Add(UserKey("ann"))], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
    }

    [Fact]
    public async Task A_version_that_is_not_known_is_refused()
    {
        IDataProvider provider = await MakeClosedAsync("schema");
        await Should.ThrowAsync<DataProviderException>(async () => await provider.MigrateAsync(provider.NewestSchema + 1, Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await provider.MigrateAsync(-1, Ct));
    }

    [Fact]
    public async Task Of_many_that_open_a_new_storage_at_once_all_find_it_made_once()
    {
        Assert.SkipUnless(CanShare, "This provider is alone.");
        IDataProvider[] providers = await AllAtOnceAsync(4, _ => OpenAsync("schema"));
        foreach ((int number, IDataProvider provider) in providers.Index())
        {
            (await provider.Objects.ApplyAsync([Add(UserKey($"user{number}"))], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        }

        (await providers[0].Objects.CountAsync(Accounts.Objects.ObjectKind.User, null, Ct)).ShouldBe(4);
    }

    [Fact]
    public async Task A_reset_leaves_nothing()
    {
        await MakeAsync(Add(FolderKey("files")), Add(UserKey("ann"), FolderKey("files")));
        await Ephemeral.PutAsync("token:1", default, Later, Ct);
        IDataProvider provider = Provider;
        if (IsDurable)
        {
            await provider.DisposeAsync();
            provider = await MakeClosedAsync(MainStorage);
        }

        await provider.ResetAsync(Ct);
        if (IsDurable)
        {
            (await provider.GetSchemaAsync(Ct)).ShouldBe(0);
            await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        }

        (await provider.Objects.FindAsync(UserKey("ann"), Ct)).ShouldBeNull();
        (await provider.Objects.CountAsync(Accounts.Objects.ObjectKind.Folder, null, Ct)).ShouldBe(0);
        (await provider.Ephemeral.FindAsync("token:1", Ct)).ShouldBeNull();
        (await provider.Objects.ApplyAsync([Add(UserKey("ann"))], Ct)).Stored[0]!.Version.ShouldBe(1);
    }
}
