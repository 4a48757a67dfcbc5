using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>A server and clients of it over memory, with a user who has a password and a key.</summary>
internal sealed class SshTestHost : IDisposable
{
    public const string User = "alice";

    // An RSA key takes a while to make; host keys hold no state.
    private static readonly Lazy<IReadOnlyList<SshPrivateKey>> SharedHostKeys = new(static () =>
    [
        SshPrivateKeys.Generate("ssh-ed25519"),
        SshPrivateKeys.Generate("ssh-rsa", 2048),
        SshPrivateKeys.Generate("ecdsa-sha2-nistp256"),
        SshPrivateKeys.Generate("ecdsa-sha2-nistp384"),
        SshPrivateKeys.Generate("ecdsa-sha2-nistp521"),
    ]);

    private readonly SshServerServices _services;
    private readonly SshConnectionOptions _connectionOptions;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hpc-ssh-");

    public SshTestHost(CryptoProfile profile = CryptoProfile.Default, Func<SshServerOptions, SshServerOptions>? configure = null)
    {
        Password = Guid.NewGuid().ToString("N");
        UserKey = SshPrivateKeys.Generate("ssh-ed25519", 0);
        Files = LocalFileSystem.Open(_root.FullName);
        Gate = new TestGate(Files);
        Authenticator = new TestAuthenticator(Password, UserKey);
        var options = new SshServerOptions { HostKeys = HostKeys, Profile = profile };
        options = configure?.Invoke(options) ?? options;
        Protocol = new SshServerProtocol(options, Authenticator, Gate, Pool, NullLoggerFactory.Instance);
        _services = new SshServerServices(options, Authenticator, Gate, new ChannelPrograms(Pool, options, NullLoggerFactory.Instance), NullLogger.Instance);
        _connectionOptions = new SshConnectionOptions
        {
            Algorithms = SshAlgorithms.Of(profile),
            MaxChannels = options.MaxChannels,
            MaxKeyWorkPerMinute = int.MaxValue,
            KeepaliveInterval = options.KeepaliveInterval,
            KeepaliveCountMax = options.KeepaliveCountMax,
        };
    }

    public string Password { get; }

    public SshPrivateKey UserKey { get; }

    public IReadOnlyList<SshPrivateKey> HostKeys { get; } = SharedHostKeys.Value;

    public BlockPool Pool { get; } = new(new BufferBudget(1L << 30));

    public IFileSystem Files { get; }

    public string RootPath => _root.FullName;

    public TestGate Gate { get; }

    public TestAuthenticator Authenticator { get; }

    public SshServerProtocol Protocol { get; }

    /// <summary>Starts the server on one end and hands out the other.</summary>
    public MemoryConnection Connect(out Task<ConnectionEndReason> server) => Connect(out server, out _);

    public MemoryConnection Connect(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd)
    {
        (MemoryConnection clientSide, MemoryConnection serverSide) = MemoryConnection.CreatePair(Pool);
        serverEnd = serverSide;
        server = Task.Run(async () =>
        {
            ConnectionEndReason reason = await Protocol.RunAsync(serverSide);
            serverSide.Dispose();
            return reason;
        });
        return clientSide;
    }

    /// <summary>A raw client of a server with these options.</summary>
    public RawPeer ConnectRaw(
        out Task<ConnectionEndReason> server,
        Func<SshConnectionOptions, SshConnectionOptions>? tune = null,
        int maximumReceive = int.MaxValue) => ConnectRaw(out server, out _, tune, maximumReceive);

    public RawPeer ConnectRaw(
        out Task<ConnectionEndReason> server,
        out MemoryConnection serverEnd,
        Func<SshConnectionOptions, SshConnectionOptions>? tune = null,
        int maximumReceive = int.MaxValue)
    {
        MemoryConnection client = ConnectTuned(out server, out serverEnd, tune, maximumReceive);
        return new RawPeer(client, Hpc.SshProtocol.Ssh.SshRole.Client);
    }

    public MemoryConnection ConnectTuned(
        out Task<ConnectionEndReason> server,
        out MemoryConnection serverEnd,
        Func<SshConnectionOptions, SshConnectionOptions>? tune = null,
        int maximumReceive = int.MaxValue)
    {
        (MemoryConnection clientSide, MemoryConnection serverSide) = MemoryConnection.CreatePair(Pool, maximumReceive: maximumReceive);
        serverEnd = serverSide;
        SshConnectionOptions options = tune?.Invoke(_connectionOptions) ?? _connectionOptions;
        var hostKeys = new HostKeySet(HostKeys, options.Algorithms.HostKey);
        server = Task.Run(async () =>
        {
            ConnectionEndReason reason = await new SshServerConnection(serverSide, options, hostKeys, _services, Pool).RunAsync();
            serverSide.Dispose();
            return reason;
        });
        return clientSide;
    }

    /// <summary>A raw client that is logged in.</summary>
    public async Task<(RawPeer Peer, Task<ConnectionEndReason> Server)> LogInRawAsync(Func<SshConnectionOptions, SshConnectionOptions>? tune = null, Action<RawPeer>? prepare = null)
    {
        RawPeer peer = ConnectRaw(out Task<ConnectionEndReason> server, tune);
        prepare?.Invoke(peer);
        await peer.LogInAsync(User, Password);
        return (peer, server);
    }

    /// <summary>Our client against a raw server; the client logs in as soon as the raw server lets it.</summary>
    public RawPeer ServeRaw(SshClientOptions options, out Task<SshClient> client)
    {
        (MemoryConnection clientSide, MemoryConnection serverSide) = MemoryConnection.CreatePair(Pool);
        client = Task.Run(async () =>
        {
            try
            {
                SshClient loggedIn = await SshClient.LogInAsync(clientSide, options, Pool, NullLogger.Instance, CancellationToken.None);
                _ = loggedIn.Completion.ContinueWith(_ => clientSide.Dispose(), TaskScheduler.Default);
                return loggedIn;
            }
            catch
            {
                clientSide.Dispose();
                throw;
            }
        });
        return new RawPeer(serverSide, Hpc.SshProtocol.Ssh.SshRole.Server, HostKeys[0]);
    }

    public string WriteFile(string name, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(RootPath, name), content);
        return "/" + name;
    }

    public byte[] ReadFile(string name) => File.ReadAllBytes(Path.Combine(RootPath, name));

    public SshClientOptions ClientOptions(SshAlgorithms? algorithms = null, CryptoProfile profile = CryptoProfile.Default) => new()
    {
        Connection = new SshConnectionOptions { Algorithms = algorithms ?? SshAlgorithms.Of(profile), SoftwareVersion = "test" },
        UserName = User,
        Password = Password,
        AcceptHostKey = static _ => true,
    };

    public async Task<SshClient> LogInAsync(SshClientOptions options)
    {
        MemoryConnection connection = Connect(out _);
        return await LogInAsync(connection, options);
    }

    public async Task<SshClient> LogInAsync(MemoryConnection connection, SshClientOptions options) =>
        await SshClient.LogInAsync(connection, options, Pool, NullLogger.Instance, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        (Files as IDisposable)?.Dispose();
        _root.Delete(true);
    }
}

/// <summary>Lets the one user in, and counts what it was asked.</summary>
internal sealed class TestAuthenticator(string password, SshPrivateKey key) : IAuthenticator
{
    public List<LoginAttempt> Attempts { get; } = [];

    public Func<LoginAttempt, CancellationToken, ValueTask<LoginOutcome>>? Override { get; set; }

    public ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        lock (Attempts)
        {
            // The password is cleared once it was judged.
            Attempts.Add(attempt with { Password = attempt.Password.ToArray() });
        }

        if (Override is { } judge)
        {
            return judge(attempt, ct);
        }

        bool isKnown = attempt.UserName == SshTestHost.User;
        LoginOutcome outcome = attempt.Method switch
        {
            LoginMethod.PublicKey when isKnown && key.PublicKey.Blob.Span.SequenceEqual(attempt.PublicKey.Span) =>
                attempt.PossessionProven ? Accept() : LoginOutcome.KeyAcceptable,
            LoginMethod.Password or LoginMethod.KeyboardInteractive when isKnown && attempt.Password.Span.SequenceEqual(Encoding.UTF8.GetBytes(password)) => Accept(),
            _ => LoginOutcome.Refused("wrong credential"),
        };
        return ValueTask.FromResult(outcome);

        static LoginOutcome Accept() => LoginOutcome.Accepted(new UserAccount { UserName = SshTestHost.User, HomeDirectory = "/" });
    }
}

/// <summary>Opens a session for everybody, on one file system.</summary>
internal sealed class TestGate(IFileSystem files) : ISessionGate
{
    public List<TestGrant> Grants { get; } = [];

    public List<SessionRequest> Requests { get; } = [];

    public bool Refuse { get; set; }

    /// <summary>Of sessions that begin after this.</summary>
    public IFileSystem Files { get; set; } = files;

    public ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        if (Refuse)
        {
            return ValueTask.FromResult<SessionGrant?>(null);
        }

        var grant = new TestGrant(Files);
        lock (Grants)
        {
            Requests.Add(request);
            Grants.Add(grant);
        }

        return ValueTask.FromResult<SessionGrant?>(grant);
    }
}

#pragma warning disable CA1001 // The token source has neither timer nor handle.
internal sealed class TestGrant(IFileSystem files) : SessionGrant
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _ended = new();
    private SessionEndReason _reason;

    public override string SessionId => "0000000000000001";

    public override IFileSystem Files { get; } = files;

    public override CancellationToken Ended => _ended.Token;

    public override SessionEndReason EndReason => _reason;

    public List<SessionEndReason> ClosedWith { get; } = [];

    public void End(SessionEndReason reason)
    {
        _reason = reason;
        _ended.Cancel();
    }

    public override void Close(SessionEndReason reason) => ClosedWith.Add(reason);
}
