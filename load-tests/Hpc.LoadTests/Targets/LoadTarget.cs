using System.Net;
using Hpc.Crypto.Keys;
using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Targets;

/// <summary>The server that gets the load, and who logs in there.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Sessions are shared out to them.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    public SshPrivateKey? Key { get; init; }

    public string? Password { get; init; }

    /// <summary>The fingerprint that the host key must have, or null to take any.</summary>
    public string? HostKeyFingerprint { get; init; }

    /// <summary>The folder that the run's own folder is made in.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>The server, if the run has started it.</summary>
    public ServerUnderLoad? Spawned { get; init; }

    /// <summary>The same keys for other users at another end point; this one stays the owner of the key.</summary>
    public LoadTarget At(IPEndPoint endPoint, IReadOnlyList<string> users) =>
        new() { EndPoint = endPoint, Users = users, Key = Key, Password = Password, HostKeyFingerprint = HostKeyFingerprint, Directory = Directory };

    public string UserOf(int session) => Users[session % Users.Count];

    public bool Accepts(SshPublicKey hostKey) => HostKeyFingerprint is null || OpenSshPublicKey.Fingerprint(hostKey.Blob.Span) == HostKeyFingerprint;

    public async ValueTask DisposeAsync()
    {
        Key?.Dispose();
        if (Spawned is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
