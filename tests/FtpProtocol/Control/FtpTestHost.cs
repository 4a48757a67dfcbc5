using System.Net;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Storage.Memory;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>A listener's protocol over connections in memory, with one user.</summary>
internal sealed class FtpTestHost : IDisposable
{
    public const string User = "alice";

    public FtpTestHost(FtpServerOptions? options = null, TlsServer? tls = null, IFileSystem? files = null, bool isThreadShared = false)
    {
        Files = files ?? new MemoryFileSystem();
        Gate = new FtpTestGate(Files);
        Protocol = new FtpServerProtocol(options ?? new FtpServerOptions(), Authenticator, Policy, Gate, Pool, tls, TimeProvider.System, Log) { IsThreadShared = () => isThreadShared };
    }

    public static string Password { get; } = Guid.NewGuid().ToString("N");

    public BlockPool Pool { get; } = new(new BufferBudget(64L * 1024 * 1024));

    public FtpTestLog Log { get; } = new();

    public FtpTestAuthenticator Authenticator { get; } = new(Password);

    public FtpTestPolicy Policy { get; } = new();

    public FtpTestGate Gate { get; }

    public IFileSystem Files { get; }

    public FtpServerProtocol Protocol { get; }

    /// <summary>A connection whose greeting is still to be read.</summary>
    public FtpTestClient Connect(int maximumReceive = int.MaxValue)
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(
            Pool, maximumReceive: maximumReceive, client: new IPEndPoint(IPAddress.Loopback, 50_000), server: new IPEndPoint(IPAddress.Loopback, 21));
        return new FtpTestClient(client, server, Protocol);
    }

    /// <summary>A connection that is logged in.</summary>
    public async Task<FtpTestClient> LogInAsync()
    {
        FtpTestClient client = Connect();
        await client.ExpectAsync(220);
        await client.LogInAsync();
        return client;
    }

    public void Dispose()
    {
        (Files as IDisposable)?.Dispose();
        Log.Dispose();
    }
}

/// <summary>Lets the one user in, and remembers what it was asked.</summary>
internal sealed class FtpTestAuthenticator(string password) : IAuthenticator
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

        bool isRight = attempt.UserName == FtpTestHost.User && attempt.Method == LoginMethod.Password && attempt.Password.Span.SequenceEqual(Encoding.UTF8.GetBytes(password));
        return new(isRight ? Accept() : LoginOutcome.Refused("wrong credential"));
    }

    public static LoginOutcome Accept(LoginRules? rules = null) =>
        LoginOutcome.Accepted(new UserAccount { UserName = FtpTestHost.User, HomeDirectory = "/", Logins = rules ?? new LoginRules() });
}

/// <summary>Says which users must use TLS.</summary>
internal sealed class FtpTestPolicy : IFtpUserPolicy
{
    public Func<string, bool> RequiresTls { get; set; } = static _ => false;

    public ValueTask<bool> RequiresTlsAsync(string userName, CancellationToken ct) => new(RequiresTls(userName));
}

/// <summary>Opens a session for everybody, on one file system.</summary>
internal sealed class FtpTestGate(IFileSystem files) : ISessionGate
{
    public List<FtpTestGrant> Grants { get; } = [];

    public List<SessionRequest> Requests { get; } = [];

    /// <summary>Why sessions are refused; null to open them.</summary>
    public SessionObstacle? Obstacle { get; set; }

    public ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        lock (Grants)
        {
            Requests.Add(request);
            if (Obstacle is { } obstacle)
            {
                request.Refused?.Invoke(obstacle);
                return new(default(SessionGrant));
            }

            var grant = new FtpTestGrant(files);
            Grants.Add(grant);
            return new(grant);
        }
    }
}

#pragma warning disable CA1001 // The token source has neither timer nor handle.
internal sealed class FtpTestGrant(IFileSystem files) : SessionGrant
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

/// <summary>Keeps every line.</summary>
internal sealed class FtpTestLog : ILoggerFactory, ILogger
{
    private readonly List<(LogLevel Level, int Id, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((logLevel, eventId.Id, $"{formatter(state, exception)} {exception}".TrimEnd()));
        }
    }

    public void Dispose()
    {
    }
}
