using System.Net;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Actors.Tests.Sessions;
using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.FaultTests;

/// <summary>SSH over loopback with real sessions on real files, and clients that copy.</summary>
internal sealed class FaultyServer : IAsyncDisposable, IAuthenticator
{
    private static readonly SshPrivateKey HostKey = SshPrivateKeys.Generate("ssh-ed25519");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hpc-faulty-");
    private readonly BlockPool _clientPool = new(new BufferBudget(1L << 30));
    private readonly IPEndPoint _endPoint;
    private int _open;

    public FaultyServer(IMessageProbe probe)
    {
        System = new ActorSystem { Probe = probe };
        Sessions = new SessionGate(System, OpenFiles, new SessionLimits(), TimeProvider.System, NullLogger<SessionGate>.Instance);
        Connections = new ConnectionManager(Pool, new ConnectionGate(new ConnectionGateOptions(), Pool.Budget));
        var options = new SshServerOptions { HostKeys = [HostKey], Profile = CryptoProfile.Default };
        _endPoint = Connections.Listen("127.0.0.1:0", new SshServerProtocol(options, this, Sessions, Pool, NullLoggerFactory.Instance));
        File.WriteAllBytes(Path.Combine(_root.FullName, "file"), new byte[Size]);
    }

    public static int Size => 300_000;

    public ActorSystem System { get; }

    public SessionGate Sessions { get; }

    public ConnectionManager Connections { get; }

    public BlockPool Pool { get; } = new(new BufferBudget(1L << 30));

    /// <summary>File systems that were opened and not given back.</summary>
    public int OpenFileSystems => Volatile.Read(ref _open);

    /// <summary>Descriptors of this process below the root.</summary>
    public int Descriptors => Directory.GetFileSystemEntries("/proc/self/fd").Count(IsBelowRoot);

    public ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct) =>
        new(LoginOutcome.Accepted(new UserAccount { UserName = attempt.UserName, HomeDirectory = "/" }));

    /// <summary>Logs in and copies a file out and one in. False if the server ended it.</summary>
    public async Task<bool> CopyAsync(string user, string name)
    {
        try
        {
            using SocketConnection connection = await SocketConnection.ConnectAsync(_endPoint, _clientPool);
            await using SshClient client = await SshClient.LogInAsync(connection, Options(user), _clientPool, NullLogger.Instance, CancellationToken.None);
            byte[] upload = [.. Encoding.ASCII.GetBytes($"C0644 {Size} {name}\n"), .. new byte[Size + 1]];
            await ExchangeAsync(client, "scp -t .", upload, []);
            return await ExchangeAsync(client, "scp -f file", new byte[2], new byte[1]) > Size && File.Exists(Path.Combine(_root.FullName, name));
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await System.DisposeAsync();
        _root.Delete(recursive: true);
    }

    // The last word follows when the other side has sent a file; a copy inwards ends without one.
    private static async Task<long> ExchangeAsync(SshClient client, string command, byte[] sent, byte[] lastWord)
    {
        long received = 0;
        await using var channel = await client.OpenCommandAsync(command);
        await channel.WriteAsync(sent, CancellationToken.None);
        bool isOver = lastWord.Length == 0;
        if (isOver)
        {
            channel.SendEof();
        }

        var buffer = new byte[32 * 1024];
        while (await channel.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            received += count;
            if (!isOver && received >= Size + "C0644 300000 file\n\0".Length)
            {
                isOver = true;
                await channel.WriteAsync(lastWord, CancellationToken.None);
                channel.SendEof();
            }
        }

        return received;
    }

    private static SshClientOptions Options(string user) => new()
    {
        Connection = new SshConnectionOptions { Algorithms = SshAlgorithms.Of(CryptoProfile.Default), SoftwareVersion = "test" },
        UserName = user,
        Password = "any",
        AcceptHostKey = static _ => true,
    };

    private ValueTask<StorageResult<IFileSystem>> OpenFiles(SessionRequest request, CancellationToken ct)
    {
        LocalFileSystem local = LocalFileSystem.Open(_root.FullName);
        Interlocked.Increment(ref _open);
        return new(StorageResults.Of<IFileSystem>(new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = local, State = new MountState("user:" + request.User.UserName) }],
            Permissions = PermissionSet.Full,
            Source = new FileEventSource { UserName = request.User.UserName, Protocol = "SCP" },
            Lease = new Lease(() =>
            {
                local.Dispose();
                Interlocked.Decrement(ref _open);
            }),
        })));
    }

    private bool IsBelowRoot(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith(_root.FullName, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return false;
        }
    }

    private sealed class Lease(Action onDispose) : IDisposable
    {
        public void Dispose() => onDispose();
    }
}
