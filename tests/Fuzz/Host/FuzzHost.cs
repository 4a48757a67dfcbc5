using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage.Local;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>A server for one case: its own tree, pool, log and options. Keys are shared, since making them costs more than a case.</summary>
internal sealed class FuzzHost : IDisposable
{
    // A case holds one connection; its windows and blocks fit well into this.
    private const long BufferLimit = 64L * 1024 * 1024;

    private readonly LocalFileSystem _files;

    public FuzzHost(long rekeyBytes)
    {
        _files = LocalFileSystem.Open(Tree.Root);
        Gate = new FuzzGate(_files);
        var options = new SshServerOptions
        {
            HostKeys = HostKeys,
            Profile = CryptoProfile.Legacy,
            Banner = "welcome",
            RekeyBytes = rekeyBytes,
            MaxHandles = 16,
        };
        Protocol = new SshServerProtocol(options, new FuzzAuthenticator(Password, UserKey.PublicKey.Blob), Gate, Pool, Log);
        DescriptorsBefore = Tree.OpenDescriptors();
    }

    public static string Password { get; } = Guid.NewGuid().ToString("N");

    public static SshPrivateKey UserKey { get; } = SshPrivateKeys.Generate("ssh-ed25519");

    public FuzzTree Tree { get; } = new();

    public BlockPool Pool { get; } = new(new BufferBudget(BufferLimit));

    public CapturingLoggers Log { get; } = new();

    public FuzzGate Gate { get; }

    public int DescriptorsBefore { get; }

    private static IReadOnlyList<SshPrivateKey> HostKeys { get; } =
        [SshPrivateKeys.Generate("ssh-ed25519"), SshPrivateKeys.Generate("ecdsa-sha2-nistp256"), SshPrivateKeys.Generate("ssh-rsa", 2048)];

    private SshServerProtocol Protocol { get; }

    public Task<ConnectionEndReason> Serve(MemoryConnection serverEnd) => Task.Run(async () =>
    {
        try
        {
            return await Protocol.RunAsync(serverEnd);
        }
        finally
        {
            // As the connection manager does when the protocol is done.
            serverEnd.Dispose();
        }
    });

    public void Dispose()
    {
        _files.Dispose();
        foreach (FuzzGrant grant in Gate.Grants)
        {
            grant.Dispose();
        }

        Log.Dispose();
        Tree.Dispose();
    }
}
