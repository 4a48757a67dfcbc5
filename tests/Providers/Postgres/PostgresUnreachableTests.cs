using System.Net;
using System.Net.Sockets;
using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Postgres;

public sealed class PostgresUnreachableTests(PostgresFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_does_not_listen_yet_may_come_and_a_wrong_password_stays_wrong()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        SqlProviderOptions options = await fixture.DatabaseOfAsync(GetType());
        (await FailAsync(options with { Password = "wrong" })).IsUnreachable.ShouldBeFalse();

        // Bound, and not listened on: nobody else takes the port meanwhile.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        (await FailAsync(options with { Port = port })).IsUnreachable.ShouldBeTrue();

        // The same of several servers: what one of them says for good does not change by waiting.
        const string Hosts = "127.0.0.1,127.0.0.1";
        (await FailAsync(options with { Host = Hosts, Port = port })).IsUnreachable.ShouldBeTrue();
        (await FailAsync(options with { Host = Hosts, Password = "wrong" })).IsUnreachable.ShouldBeFalse();
        (await FailAsync(options with { Host = $"127.0.0.1:{port},127.0.0.1:{options.Port}", Password = "wrong" })).IsUnreachable.ShouldBeFalse();
    }

    private static async Task<DataProviderException> FailAsync(SqlProviderOptions options)
    {
        await using var provider = new PostgresDataProvider(options, TimeProvider.System, NullLogger.Instance);
        return await Should.ThrowAsync<DataProviderException>(() => provider.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask());
    }
}
