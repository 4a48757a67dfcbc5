using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Servers;

// Several nodes and a database that changes under them.
public abstract partial class ServerProviderContract
{
    [Fact]
    public async Task Tables_that_are_made_anew_give_stamps_that_no_node_has_seen()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider node = await OpenedAsync(options);
        await node.Objects.ApplyAsync([User("ann", status: 1), User("bob", status: 1)], Ct);
        using var directory = new AccountDirectory(node.Objects, new AccountDirectoryOptions { MaxAge = TimeSpan.Zero }, TimeProvider.System, NullLoggerFactory.Instance);
        (await directory.FindAsync("ann", Ct)).ShouldNotBeNull().IsEnabled.ShouldBeTrue();
        (await directory.FindAsync("bob", Ct)).ShouldNotBeNull();
        long before = await node.Objects.GetStampAsync(Ct);

        await using SqlDataProvider other = Make(options);
        await other.ResetAsync(Ct);
        await other.OpenAsync(SchemaUpdate.Automatic, Ct);
        (await other.Objects.ApplyAsync([User("ann", status: 0)], Ct)).Stamp.ShouldBeGreaterThan(before);

        (await node.Objects.ListChangesAsync(before, Ct)).Keys.ShouldBeNull();
        (await directory.FindAsync("ann", Ct)).ShouldNotBeNull().IsEnabled.ShouldBeFalse();
        (await directory.FindAsync("bob", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_object_never_takes_the_place_of_another()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options);
        await provider.Objects.ApplyAsync([User("ann", status: 1)], Ct);
        long id = (await provider.Objects.FindAsync(new(ObjectKind.User, "ann"), Ct)).ShouldNotBeNull().Id;

        // As a restore of some of the tables leaves it.
        await ExecuteAsync(options, $"UPDATE {Table(options, "meta")} SET last_id = 0");
        try
        {
            await provider.Objects.ApplyAsync([User("eve", status: 0)], Ct);
        }
        catch (DataProviderException)
        {
            // Where numbers are unique.
        }

        StoredObject ann = (await provider.Objects.FindAsync(new(ObjectKind.User, "ann"), Ct)).ShouldNotBeNull();
        (ann.Id, ann.Version).ShouldBe((id, 1));
        Encoding.UTF8.GetString(ann.Document.Span).ShouldContain("/srv/ann");

        await ExecuteAsync(options, $"UPDATE {Table(options, "meta")} SET last_id = 0");
        await using SqlDataProvider next = await OpenedAsync(options);
        ObjectStoreResult added = await next.Objects.ApplyAsync([User("zoe", status: 1)], Ct);
        (added.Outcome, added.Stored[0]!.Id > id).ShouldBe((ObjectStoreOutcome.Done, true));
    }

    [Fact]
    public async Task Nodes_that_load_one_dump_at_once_all_start()
    {
        SqlProviderOptions options = await NewTablesAsync();
        SqlDataProvider[] nodes = [await OpenedAsync(options), await OpenedAsync(options), await OpenedAsync(options)];
        string users = string.Join(",", Enumerable.Range(0, 200).Select(i => $$"""{"username":"u{{i}}","status":1,"home_dir":"/srv/u{{i}}","permissions":{"/":["*"]} }"""));
        byte[] dump = Encoding.UTF8.GetBytes($$"""{"version":17,"users":[{{users}}]}""");
        DumpLoadResult[] results = await Task.WhenAll(nodes.Select(node => Task.Run(() => DumpsOf(node).LoadAsync(dump, new DumpLoadOptions(), ChangeContext.Operator, Ct).AsTask())));
        results.ShouldAllBe(result => result.IsLoaded);
        results.Sum(result => result.Added).ShouldBe(200);
        (await nodes[0].Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(200);
        foreach (SqlDataProvider node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Logins_that_wait_for_a_long_change_leave_connections_to_look_ups()
    {
        SqlProviderOptions options = (await NewTablesAsync()) with { PoolSize = 4 };
        await using SqlDataProvider provider = await OpenedAsync(options);
        await provider.Objects.ApplyAsync([.. Enumerable.Range(0, 20).Select(i => User($"u{i}", status: 1))], Ct);
        using var observer = new StuckCommit();
        await using SqlDataProvider other = MakeObserved(options, observer);
        Task<ObjectStoreResult> change = Task.Run(() => other.Objects.ApplyAsync([.. Enumerable.Range(0, 20).Select(i => ObjectChange.Delete(new(ObjectKind.User, $"u{i}"), null))], Ct).AsTask(), Ct);
        await observer.Reached;
        Task[] logins = [.. Enumerable.Range(0, 20).Select(i => provider.Activity.RaiseAsync(new(ObjectKind.User, $"u{i}"), ActivityField.LastUse, 5, Ct).AsTask())];
        for (int i = 0; i < 10; i++)
        {
            (await provider.Objects.FindAsync(new(ObjectKind.User, "u19"), Ct)).ShouldNotBeNull();
        }

        logins.ShouldAllBe(login => !login.IsCompleted);
        observer.Release();
        (await change).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        await Task.WhenAll(logins);
    }

    [Fact]
    public async Task A_bound_of_values_holds_between_two_counts_as_well()
    {
        SqlProviderOptions options = (await NewTablesAsync()) with { MaxEphemeral = 5 };
        await using SqlDataProvider provider = await OpenedAsync(options);
        DateTimeOffset end = DateTimeOffset.UtcNow.AddHours(1);
        for (int i = 0; i < 5; i++)
        {
            (await provider.Ephemeral.TryAddAsync($"x{i}", default, end, Ct)).ShouldBeTrue();
        }

        await Should.ThrowAsync<DataProviderException>(async () => await provider.Ephemeral.PutAsync("x5", default, end, Ct));
        int[] added = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await provider.Ephemeral.PutAsync($"y{i}", default, end, Ct);
                return 1;
            }
            catch (DataProviderException)
            {
                return 0;
            }
        }));
        added.Sum().ShouldBe(0);
        (await RowsAsync(options)).ShouldBe(5);
        (await provider.Ephemeral.TryRemoveAsync("x0", Ct)).ShouldBeTrue();
        await provider.Ephemeral.PutAsync("x5", default, end, Ct);
    }

    protected static ObjectChange User(string name, int status) => ObjectChange.Put(
        new ObjectKey(ObjectKind.User, name),
        null,
        JsonSerializer.SerializeToUtf8Bytes(
            new User { Username = name, Status = status, HomeDir = "/srv/" + name, Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] } }, AccountsJson.Default.User),
        "",
        []);

    private static DumpService DumpsOf(SqlDataProvider provider) => new(
        new AccountServices(provider, new NoHasher(), new NoProtector(), new AccountServicesOptions(), TimeProvider.System, NullLogger<AccountServices>.Instance),
        new DumpLimits(),
        NullLogger<DumpService>.Instance);

    private sealed class NoHasher : IPasswordHasher
    {
        public ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct) => throw new NotSupportedException();

        public bool IsPreferred(string hash) => true;
    }

    private sealed class NoProtector : ISecretProtector
    {
        public Secret Protect(Secret secret, string objectName) => secret;

        public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }
    }
}
