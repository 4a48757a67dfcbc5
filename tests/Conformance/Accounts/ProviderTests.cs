using System.Diagnostics;
using Hpc.Accounts.Sql;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.Providers.Tests.Servers;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Servers on every kind of data provider (F12, F18, P9–P11).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class ProviderTests
{
    // Of this many users some are acknowledged when the server is killed, and most are not begun.
    private const int Crowd = 200;
    private const int Acknowledged = 40;

    [Theory]
    [InlineData("keyvalue")]
    [InlineData("memory")]
    public async Task A_user_logs_in_on_an_embedded_provider(string driver)
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync($"data_provider.driver={driver}");
        await AccountsServer.RunAsync(server, "accounts_live.py", "one");
    }

    [Fact]
    public async Task A_user_logs_in_on_PostgreSQL()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using PostgresServer database = await ServerFixture<PostgresServer>.StartNewAsync();
        await LogInAsync(database, "postgresql");
    }

    [Fact]
    public async Task A_user_logs_in_on_MariaDB()
    {
        Assert.SkipWhen(MariaDbServer.Missing is not null, MariaDbServer.Missing ?? "");
        await using MariaDbServer database = await ServerFixture<MariaDbServer>.StartNewAsync();
        await LogInAsync(database, "mysql");
    }

    [Fact]
    public async Task What_was_dumped_is_there_after_a_reset_and_a_load()
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync();
        await AccountsServer.RunAsync(server, "accounts_dumps.py", "fill");
        (await server.RunAsync(["resetprovider", "--force"])).ExitCode.ShouldNotBe(0, "a server runs on it");
        await server.StopAsync();

        (await server.RunAsync(["resetprovider"])).ExitCode.ShouldNotBe(0, "nobody said --force");
        (await server.RunAsync(["resetprovider", "--force"])).EnsureSuccess();
        await RestartAsync(server, 2);

        await AccountsServer.RunAsync(server, "accounts_dumps.py", "restore");
    }

    [Fact]
    public async Task Every_acknowledged_user_is_there_after_a_kill()
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync();
        ClientRunner runner = AccountsServer.RunnerFor(server);
        await Python.RequireAsync(runner, "paramiko");
        var names = new List<string>();
        using (Process crowd = runner.Start(Python.Interpreter, AccountsServer.Command("accounts_live.py", "crowd", $"{Crowd}")))
        {
            Task<string> errors = crowd.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (await crowd.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } name)
            {
                names.Add(name);
                if (names.Count == Acknowledged)
                {
                    await server.KillAsync();
                }
            }

            await crowd.WaitForExitAsync(TestContext.Current.CancellationToken);
            names.Count.ShouldBeInRange(Acknowledged, Crowd - 1, await errors);
        }

        await RestartAsync(server, 2);

        await AccountsServer.RunAsync(server, "accounts_live.py", "there", string.Join('\n', names));
    }

    [Fact]
    public async Task Without_automatic_updates_the_schema_is_made_by_a_command_and_taken_back_by_another()
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync("data_provider.update_mode=1", "data_provider.driver=memory");
        string[] onSqlite = ["--set", "data_provider.driver=sqlite", "--set", "data_provider.update_mode=1"];
        await server.StopAsync();

        ClientResult early = await server.RunAsync(["user", "list", .. onSqlite]);
        early.ExitCode.ShouldNotBe(0);
        early.Error.ShouldContain("initprovider");
        (await server.RunAsync(["initprovider", .. onSqlite])).EnsureSuccess();
        (await server.RunAsync(["user", "list", .. onSqlite])).EnsureSuccess();
        (await server.RunAsync(["revertprovider", "--to-version", "2", .. onSqlite])).EnsureSuccess().Output.ShouldContain("version 2");
        (await server.RunAsync(["user", "list", .. onSqlite])).ExitCode.ShouldNotBe(0);
        (await server.RunAsync(["initprovider", .. onSqlite])).EnsureSuccess();
        (await server.RunAsync(["user", "list", .. onSqlite])).EnsureSuccess();
    }

    private static async Task LogInAsync(DatabaseServer database, string driver)
    {
        SqlProviderOptions options = await database.NewDatabaseAsync();
        await using HpcServerProcess server = await AccountsServer.StartNewAsync(
            $"data_provider.driver={driver}",
            $"data_provider.host={options.Host}",
            $"data_provider.port={options.Port}",
            $"data_provider.name={options.Name}",
            $"data_provider.username={options.UserName}",
            $"data_provider.password={options.Password}");
        await AccountsServer.RunAsync(server, "accounts_live.py", "one");
    }

    private static async Task RestartAsync(HpcServerProcess server, int times)
    {
        await server.StartAsync();
        await PolicyServer.UntilAsync(() => server.HasServedHttp(times), "the REST API listens again");
    }
}
