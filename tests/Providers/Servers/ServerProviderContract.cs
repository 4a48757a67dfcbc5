using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

/// <summary>What a provider on a database server does beyond what every provider does: other nodes, lost connections, other people's tables.</summary>
public abstract partial class ServerProviderContract
{
    private readonly StoragePrefixes _prefixes = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What stands around a table's name.</summary>
    protected abstract char Quote { get; }

    /// <summary>The server of the tests, after they were skipped where there is none.</summary>
    protected abstract Task<DatabaseServer> ServerAsync();

    /// <summary>A server of its own, to be killed.</summary>
    protected abstract Task<DatabaseServer> OwnServerAsync();

    protected abstract SqlDataProvider Make(SqlProviderOptions options);

    /// <summary>The same with an observer of its statements.</summary>
    internal abstract SqlDataProvider MakeObserved(SqlProviderOptions options, IStatementObserver observer);

    protected abstract Task<SqlProviderOptions> DatabaseAsync();

    protected async Task<SqlProviderOptions> NewTablesAsync(string storage = "main") => (await DatabaseAsync()) with { TablesPrefix = _prefixes[storage] };

    protected static ObjectChange Add(string name, string text = "{}") =>
        ObjectChange.Put(new ObjectKey(ObjectKind.User, name), 0, Encoding.UTF8.GetBytes(text), "", []);

    protected static ObjectChange Set(string name, string text) =>
        ObjectChange.Put(new ObjectKey(ObjectKind.User, name), null, Encoding.UTF8.GetBytes(text), "", []);

    protected string Table(SqlProviderOptions options, string name) => $"{Quote}{options.TablesPrefix}{name}{Quote}";

    protected async Task<object?> ExecuteAsync(SqlProviderOptions options, string statement) => await (await ServerAsync()).ExecuteAsync(options.Name, statement);

    [Fact]
    public async Task Four_nodes_that_start_at_once_make_each_version_once()
    {
        SqlProviderOptions options = await NewTablesAsync();
        SqlDataProvider[] nodes = [.. Enumerable.Range(0, 4).Select(_ => Make(options))];
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask())));
        int newest = nodes[0].NewestSchema;
        Convert.ToInt32(await ExecuteAsync(options, $"SELECT count(*) FROM {Table(options, "schema_version")}"), null).ShouldBe(newest);
        Convert.ToInt32(await ExecuteAsync(options, $"SELECT count(*) FROM {Table(options, "meta")}"), null).ShouldBe(1);
        foreach (SqlDataProvider node in nodes)
        {
            await node.Objects.ApplyAsync([Set("ann", "{}")], Ct);
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_all_that_would_change_it()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options);
        await ExecuteAsync(options, $"INSERT INTO {Table(options, "schema_version")} (version, applied_at) VALUES (900, 0)");
        await using SqlDataProvider second = Make(options);
        (await second.GetSchemaAsync(Ct)).ShouldBe(900);
        foreach (Func<Task> use in (Func<Task>[])
            [
                () => second.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask(),
                () => second.OpenAsync(SchemaUpdate.Never, Ct).AsTask(),
                () => second.MigrateAsync(1, Ct).AsTask(),
                () => second.ResetAsync(Ct).AsTask(),
            ])
        {
            (await Should.ThrowAsync<DataProviderException>(use)).Message.ShouldContain("900");
        }
    }

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_unless_that_is_forbidden()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options);
        await provider.Objects.ApplyAsync([Add("ann")], Ct);
        await provider.MigrateAsync(1, Ct);
        (await provider.GetSchemaAsync(Ct)).ShouldBe(1);
        (await Should.ThrowAsync<DataProviderException>(() => provider.OpenAsync(SchemaUpdate.Never, Ct).AsTask())).Message.ShouldContain("initprovider");
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        (await provider.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task Tables_of_another_program_are_left_alone()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await ExecuteAsync(options, $"CREATE TABLE {Table(options, "schema_version")} (id INTEGER PRIMARY KEY, version INTEGER)");
        await using SqlDataProvider provider = Make(options);
        (await Should.ThrowAsync<DataProviderException>(() => provider.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask())).Message.ShouldContain("sql_tables_prefix");
        await Should.ThrowAsync<DataProviderException>(() => provider.ResetAsync(Ct).AsTask());
    }

    [Fact]
    public async Task Prefixes_keep_tables_apart()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider first = await OpenedAsync(options);
        await using SqlDataProvider second = await OpenedAsync(await NewTablesAsync("second"));
        await first.Objects.ApplyAsync([Add("ann")], Ct);
        (await second.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(0);
        await second.ResetAsync(Ct);
        (await first.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1);
        foreach (string prefix in (string[])["A", "a-b", "a b", "\"; DROP TABLE x; --", "é", new string('a', 33)])
        {
            Should.Throw<DataProviderException>(() => Make(options with { TablesPrefix = prefix }));
        }
    }

    [Fact]
    public async Task A_password_is_in_no_message()
    {
        SqlProviderOptions options = await NewTablesAsync();
        foreach (SqlProviderOptions wrong in (SqlProviderOptions[])
            [
                options with { Password = "Xy-secret-1" },
                options with { UserName = "nobody", Password = "Xy-secret-1" },
                options with { Port = 1, Password = "Xy-secret-1" },
                options with { Name = "nowhere", Password = "Xy-secret-1" },
                options with { ConnectionString = "Xy-secret-1;;==" },
                options with { ConnectionString = "Server=127.0.0.1;Port=Xy-secret-1;Password=Xy-secret-1" },
            ])
        {
            Exception exception = await Should.ThrowAsync<DataProviderException>(async () =>
            {
                await using SqlDataProvider provider = Make(wrong with { ConnectTimeout = TimeSpan.FromSeconds(3) });
                await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
            });
            exception.ToString().ShouldNotContain("Xy-secret");
            wrong.ToString().ShouldNotContain("Xy-secret");
        }
    }

    [Fact]
    public async Task A_connection_string_takes_the_place_of_the_rest()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(new SqlProviderOptions
        {
            Host = "192.0.2.1",
            TablesPrefix = options.TablesPrefix,
            ConnectionString = $"Server=127.0.0.1;Port={options.Port};Database={options.Name};User ID=hpc;Password={options.Password};SSL Mode={NoTls}",
        });
        await provider.PingAsync(Ct);
    }

    [Fact]
    public async Task Ten_thousand_objects_are_loaded_as_one_change()
    {
        await using SqlDataProvider provider = await OpenedAsync(await NewTablesAsync());
        var group = new ObjectKey(ObjectKind.Group, "staff");
        ObjectChange[] changes =
        [
            .. Enumerable.Range(0, 10_000).Select(number => ObjectChange.Put(
                new ObjectKey(ObjectKind.User, $"user{number:D5}"), 0, Encoding.UTF8.GetBytes($$"""{"number":{{number}}}"""), "", [group])),
            ObjectChange.Put(group, 0, "{}"u8.ToArray(), "", []),
        ];
        ObjectStoreResult result = await provider.Objects.ApplyAsync(changes, Ct);
        (result.Outcome, result.Stored.Count).ShouldBe((ObjectStoreOutcome.Done, 10_001));
        (await provider.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(10_000);
        (await provider.Objects.ListReferringAsync(group, ObjectKind.User, "user09997", 10, Ct)).ShouldBe(["user09998", "user09999"]);

        // The page by position is the one behind a name.
        foreach (int offset in (int[])[1, 4_321, 9_990, 9_999, 10_000])
        {
            IReadOnlyList<StoredObject> page = await provider.Objects.ListAsync(new(ObjectKind.User) { Offset = offset, Limit = 20 }, Ct);
            IReadOnlyList<StoredObject> same = await provider.Objects.ListAsync(new(ObjectKind.User) { After = $"user{offset - 1:D5}", Limit = 20 }, Ct);
            page.Select(user => (user.Key, user.Id, user.Version)).ShouldBe(same.Select(user => (user.Key, user.Id, user.Version)));
        }
    }

    [Fact]
    public async Task Tls_is_used_and_checked()
    {
        SqlProviderOptions options = (await NewTablesAsync()) with { Tls = DatabaseTlsMode.Require };
        DatabaseServer server = await ServerAsync();
        await using (SqlDataProvider required = Make(options))
        {
            (await required.GetSchemaAsync(Ct)).ShouldBe(0);
        }

        await using (SqlDataProvider unknown = Make(options with { Tls = DatabaseTlsMode.VerifyFull }))
        {
            await Should.ThrowAsync<DataProviderException>(() => unknown.GetSchemaAsync(Ct).AsTask());
        }

        await using (SqlDataProvider unknown = Make(options with { Tls = DatabaseTlsMode.VerifyCa }))
        {
            await Should.ThrowAsync<DataProviderException>(() => unknown.GetSchemaAsync(Ct).AsTask());
        }

        SqlProviderOptions files = options with { RootCertificate = server.Authority, ClientCertificate = server.Certificate, ClientKey = server.CertificateKey };
        if (!CanVerifyWithFiles)
        {
            Should.Throw<DataProviderException>(() => Make(files with { Tls = DatabaseTlsMode.VerifyFull }));
            await using SqlDataProvider shown = Make(files);
            (await shown.GetSchemaAsync(Ct)).ShouldBe(0);
            return;
        }

        await using (SqlDataProvider known = Make(files with { Tls = DatabaseTlsMode.VerifyFull }))
        {
            (await known.GetSchemaAsync(Ct)).ShouldBe(0);
        }

        await using SqlDataProvider otherName = Make(files with { Host = "localhost", Tls = DatabaseTlsMode.VerifyFull });
        await Should.ThrowAsync<DataProviderException>(() => otherName.GetSchemaAsync(Ct).AsTask());
    }

    [Fact]
    public async Task Tls_that_was_asked_for_is_not_left_out_because_the_server_has_none()
    {
        await ServerAsync();
        await using DatabaseServer server = await OwnServerAsync();
        await server.KillAsync();
        server.HasTls = false;
        await server.StartAsync();
        SqlProviderOptions options = await server.NewDatabaseAsync();
        foreach (DatabaseTlsMode mode in (DatabaseTlsMode[])[DatabaseTlsMode.Require, DatabaseTlsMode.VerifyCa, DatabaseTlsMode.VerifyFull])
        {
            await using SqlDataProvider refused = Make(options with { Tls = mode });
            await Should.ThrowAsync<DataProviderException>(() => refused.GetSchemaAsync(Ct).AsTask(), $"{mode}");
        }

        foreach (DatabaseTlsMode mode in (DatabaseTlsMode[])[DatabaseTlsMode.Disable, DatabaseTlsMode.Allow, DatabaseTlsMode.Prefer])
        {
            await using SqlDataProvider plain = Make(options with { Tls = mode });
            (await plain.GetSchemaAsync(Ct)).ShouldBe(0);
        }
    }

    /// <summary>True if the server's certificate is checked against a file of authorities.</summary>
    protected virtual bool CanVerifyWithFiles => true;

    protected abstract string NoTls { get; }

    protected async Task<SqlDataProvider> OpenedAsync(SqlProviderOptions options)
    {
        SqlDataProvider provider = Make(options);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider;
    }
}
