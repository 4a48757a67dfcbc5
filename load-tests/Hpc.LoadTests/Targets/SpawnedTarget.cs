using Hpc.Crypto.Keys;
using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Targets;

/// <summary>Starts the server itself, on loopback, with users and a key that are made for this run.</summary>
internal static class SpawnedTarget
{
    // Room for the sessions that prepare and clean up.
    private const int SpareConnections = 1000;

    public static async Task<LoadTarget> StartAsync(string executable, int users, int sessions, CancellationToken ct)
    {
        SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        var server = new ServerUnderLoad(executable);
        try
        {
            string[] names = [.. Enumerable.Range(0, users).Select(static number => $"load{number}")];
            string publicKey = OpenSshPublicKey.Format(key.PublicKey, "load");
            foreach (string name in names)
            {
                await server.AddUserAsync(name, publicKey, ct).ConfigureAwait(false);
            }

            await server.StartAsync(Settings(sessions + SpareConnections), ct).ConfigureAwait(false);
            return new LoadTarget
            {
                EndPoint = server.EndPoint,
                Users = names,
                Key = key,
                HostKeyFingerprint = server.HostKeyFingerprint,
                Spawned = server,
            };
        }
        catch
        {
            key.Dispose();
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string[] Settings(int room) =>
    [
        $"ssh.limits.max_connections={room}",
        "ssh.limits.max_per_host=0",
        "ssh.limits.max_startups_per_host=0",
        $"ssh.limits.max_startups_start={room}",
        $"ssh.limits.max_startups_full={room}",
        "sessions.max_per_user=0",
        "sessions.max_total=0",
    ];
}
