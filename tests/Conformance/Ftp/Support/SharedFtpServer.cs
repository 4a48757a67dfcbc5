using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

[assembly: AssemblyFixture(typeof(SharedFtpServer))]

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>One server with a listener for each way of TLS, started by the first test that asks; every session is a user of its own.</summary>
public sealed class SharedFtpServer : IAsyncDisposable
{
    private static readonly string[] s_listeners =
    [
        "log_commands=true allow_ccc=true", "tls_mode=control log_commands=true", "tls_mode=control_and_data require_tls_reuse=true log_commands=true", "tls_mode=implicit log_commands=true",
    ];

    private readonly SemaphoreSlim _gate = new(1);
    private FtpServer? _server;
    private int _users;

    public static int ListenerFor(TlsUse tls) => tls switch
    {
        TlsUse.Control => 1,
        TlsUse.Required => 2,
        TlsUse.Implicit => 3,
        _ => 0,
    };

    public async Task<FtpServer> GetAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _server ??= await FtpServer.StartAsync(s_listeners, "ftp.active_mode=true", "ftp.combine=true");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A client's side of a new user.</summary>
    public async Task<FtpSession> OpenAsync(TlsUse tls)
    {
        FtpServer server = await GetAsync();
        ServerUser user = await server.Process.AddUserAsync($"ftp-user{Interlocked.Increment(ref _users)}");
        return new FtpSession(server, user, tls, server.Port(ListenerFor(tls)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }
}
