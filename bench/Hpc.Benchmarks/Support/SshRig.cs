using System.Globalization;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Stores;
using Hpc.Benchmarks.Crypto;
using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Benchmarks.Support;

/// <summary>The SSH server with the real authenticator and local files, and clients that log in with an Ed25519 key over connections in memory.</summary>
internal sealed class SshRig : IDisposable
{
    private const string User = "alice";

    private readonly SshPrivateKey _hostKey = SshPrivateKeys.Generate("ssh-ed25519");
    private readonly SshPrivateKey _userKey = SshPrivateKeys.Generate("ssh-ed25519");
    private readonly BlockPool _pool = new(new BufferBudget(1L << 30));
    private readonly PasswordWorkers _workers = new(new PasswordWorkersOptions { Threads = 1 }, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
    private readonly LocalFileSystem _files;
    private readonly SshServerProtocol _protocol;
    private readonly SshClientOptions _clientOptions;

    private SshRig(string root, MemoryUserStore users, string cipher, TimeProvider fileClock)
    {
        _files = LocalFileSystem.Open(root, new LocalFileSystemOptions { Time = fileClock });
        var authenticator = new Authenticator(users, _workers, TimeProvider.System, NullLogger<Authenticator>.Instance);
        var gate = new OpenGate(new UserFileSystem(_files, PermissionSet.Full));
        _protocol = new SshServerProtocol(new SshServerOptions { HostKeys = [_hostKey] }, authenticator, gate, _pool, NullLoggerFactory.Instance);
        SshAlgorithms algorithms = SshAlgorithms.Of(CryptoProfile.Default);
        _clientOptions = new SshClientOptions
        {
            Connection = new SshConnectionOptions { Algorithms = algorithms with { Cipher = [cipher], Mac = [PacketKeys.EncryptThenMac] } },
            UserName = User,
            Keys = [_userKey],
            AcceptHostKey = key => key.Blob.Span.SequenceEqual(_hostKey.PublicKey.Blob.Span),
        };
    }

    /// <param name="root">What the user sees.</param>
    /// <param name="cipher">The cipher of all connections.</param>
    /// <param name="fileClock">The clock that tells slow storage from quick.</param>
    public static async Task<SshRig> StartAsync(string root, string cipher, TimeProvider fileClock)
    {
        var users = new MemoryUserStore();
        var rig = new SshRig(root, users, cipher, fileClock);
        string key = string.Create(CultureInfo.InvariantCulture, $"ssh-ed25519 {Convert.ToBase64String(rig._userKey.PublicKey.Blob.Span)}");
        UserStoreResult added = await users.AddAsync(new UserAccount { UserName = User, HomeDirectory = root, PublicKeys = [key] }, CancellationToken.None).ConfigureAwait(false);
        return added.Outcome == UserStoreOutcome.Done ? rig : throw new InvalidOperationException($"The user was not stored: {added.Outcome}.");
    }

    /// <summary>A connection up to and with its login.</summary>
    public async Task<SshRigConnection> LogInAsync()
    {
        (MemoryConnection clientEnd, MemoryConnection serverEnd) = MemoryConnection.CreatePair(_pool);
        Task server = Task.Run(() => ServeAsync(serverEnd));
        SshClient client = await SshClient.LogInAsync(clientEnd, _clientOptions, _pool, NullLogger.Instance, CancellationToken.None).ConfigureAwait(false);
        return new SshRigConnection(client, clientEnd, server);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _files.Dispose();
        _hostKey.Dispose();
        _userKey.Dispose();
    }

    private async Task ServeAsync(MemoryConnection serverEnd)
    {
        await _protocol.RunAsync(serverEnd).ConfigureAwait(false);
        serverEnd.Dispose();
    }
}
