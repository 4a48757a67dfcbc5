using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.MySql;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.MySql;

public sealed class MySqlServerTests(MariaDbFixture fixture) : ServerProviderContract
{
    protected override char Quote => '`';

    protected override string NoTls => "None";

    protected override bool CanVerifyWithFiles => false;

    [Fact]
    public async Task What_the_driver_cannot_do_is_refused()
    {
        SqlProviderOptions options = await NewTablesAsync();
        Should.Throw<DataProviderException>(() => Make(options with { Host = "one,two" }));
        foreach (DatabaseTlsMode mode in Enum.GetValues<DatabaseTlsMode>())
        {
            Should.Throw<DataProviderException>(() => Make(options with { Tls = mode, RootCertificate = "ca.pem" }));
        }

        SqlProviderOptions files = options with { RootCertificate = "ca.pem", ClientCertificate = "cert.pem", ClientKey = "key.pem" };
        Should.Throw<DataProviderException>(() => Make(files with { Tls = DatabaseTlsMode.VerifyCa }));
        Should.Throw<DataProviderException>(() => Make(options with { Tls = (DatabaseTlsMode)9 }));
    }

    [Fact]
    public async Task Quotes_are_read_as_they_are_written_whatever_the_mode_of_the_server()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await ExecuteAsync(options, "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'");
        try
        {
            await using SqlDataProvider provider = await OpenedAsync(options);
            string[] names = ["a\\", "a'", "a\\'", "a\"", "a\\' OR 1=1 -- "];
            await provider.Objects.ApplyAsync([.. names.Select(name => Add(name))], Ct);
            foreach (string name in names)
            {
                (await provider.Objects.FindAsync(new(Accounts.Objects.ObjectKind.User, name), Ct)).ShouldNotBeNull().Key.Name.ShouldBe(name);
            }

            (await provider.Objects.CountAsync(Accounts.Objects.ObjectKind.User, null, Ct)).ShouldBe(names.Length);
        }
        finally
        {
            await ExecuteAsync(options, "SET GLOBAL sql_mode = DEFAULT");
        }
    }

    [Fact]
    public async Task What_the_server_is_configured_to_do_with_transactions_does_not_matter()
    {
        await ServerAsync();
        await using DatabaseServer server = await OwnServerAsync();
        SqlProviderOptions options = (await server.NewDatabaseAsync()) with { PoolSize = 2 };
        await server.ExecuteAsync(options.Name, "SET GLOBAL tx_isolation = 'READ-UNCOMMITTED'");
        await server.ExecuteAsync(options.Name, "SET GLOBAL autocommit = 0");
        int newest;
        await using (SqlDataProvider first = await OpenedAsync(options))
        {
            newest = first.NewestSchema;
            await first.Objects.ApplyAsync([Add("ann")], Ct);
        }

        await using SqlDataProvider second = Make(options);
        (await second.GetSchemaAsync(Ct)).ShouldBe(newest);
        long stamp = await second.Objects.GetStampAsync(Ct);
        using var observer = new StuckCommit();
        await using SqlDataProvider writer = MakeObserved(options with { ConnectTimeout = TimeSpan.FromSeconds(9) }, observer);
        Task<ObjectStoreResult> change = Task.Run(() => writer.Objects.ApplyAsync([Set("ann", """{"number":2}""")], Ct).AsTask(), Ct);
        await observer.Reached;
        (await second.Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        observer.Release();
        long changed = (await change).Stamp;
        (await second.Objects.GetStampAsync(Ct)).ShouldBe(changed);
    }

    protected override async Task<DatabaseServer> ServerAsync()
    {
        Assert.SkipWhen(MariaDbServer.Missing is not null, MariaDbServer.Missing ?? "");
        return await fixture.GetAsync();
    }

    protected override async Task<DatabaseServer> OwnServerAsync() => await MariaDbFixture.StartNewAsync();

    protected override async Task<SqlProviderOptions> DatabaseAsync()
    {
        await ServerAsync();
        return await fixture.DatabaseOfAsync(GetType());
    }

    protected override SqlDataProvider Make(SqlProviderOptions options) => new MySqlDataProvider(options, TimeProvider.System, NullLogger.Instance);

    internal override SqlDataProvider MakeObserved(SqlProviderOptions options, IStatementObserver observer) =>
        new MySqlDataProvider(options, new Observed(MySqlConnectionText.Make(options), options, observer), TimeProvider.System, NullLogger.Instance);

    private sealed class Observed(string connectionString, SqlProviderOptions options, IStatementObserver observer) : MySqlDialect(connectionString, options)
    {
        public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct) => new ObservedConnection(await base.OpenAsync(ct), observer);
    }
}
