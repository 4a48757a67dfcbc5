using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Storage;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.Sessions;

internal sealed class SessionFixture : IAsyncDisposable
{
    private int _connections;

    public SessionFixture(SessionLimits? limits = null, ISessionPlaces? places = null)
    {
        System = new ActorSystem(timeProvider: Time);
        Gate = new SessionGate(System, (request, ct) => OpenFiles(request, ct), limits ?? new SessionLimits(), Time, NullLogger.Instance, () => Time.TickCount, places);
    }

    public ManualTimeProvider Time { get; } = new();

    public ActorSystem System { get; }

    public SessionGate Gate { get; }

    public Func<SessionRequest, CancellationToken, ValueTask<StorageResult<IFileSystem>>> OpenFiles { get; set; } =
        (_, _) => new ValueTask<StorageResult<IFileSystem>>(StorageResults.Of(FakeFiles.Create()));

    public static async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse(what);
            await Task.Yield();
        }
    }

    public static async Task<SessionEndReason> EndOfAsync(SessionGrant grant)
    {
        await WaitUntilAsync(() => grant.Ended.IsCancellationRequested, "the session was never ended");
        return grant.EndReason;
    }

    public SessionRequest Request(string user = "alice") => new()
    {
        User = new UserAccount { UserName = user, HomeDirectory = "/nowhere" },
        Protocol = "SFTP",
        Remote = new IPEndPoint(IPAddress.Loopback, 50_000),
        Local = new IPEndPoint(IPAddress.Loopback, 2022),
        ClientVersion = "SSH-2.0-Test",
        Method = LoginMethod.PublicKey,
        ConnectionId = $"c{Interlocked.Increment(ref _connections)}",
    };

    public async Task<SessionGrant?> TryOpenAsync(string user = "alice") => await Gate.OpenAsync(Request(user), default);

    public async Task<SessionGrant> OpenAsync(string user = "alice") => (await TryOpenAsync(user)).ShouldNotBeNull();

    public ValueTask DisposeAsync() => System.DisposeAsync();
}

internal static class StorageResults
{
    // An interface takes no part in user-defined conversions; a value of the type parameter does.
    public static StorageResult<T> Of<T>(T value) => value;
}

/// <summary>A file system that does nothing but remember that it was given back.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
internal class FakeFiles : DispatchProxy, IDisposable
{
    public bool IsDisposed { get; private set; }

    public static IFileSystem Create() => Create<IFileSystem, FakeFiles>();

    public void Dispose() => IsDisposed = true;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name == "get_Capabilities" ? FileSystemCapabilities.None : throw new NotSupportedException();
}
