using System.Net;
using Hpc.Crypto;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Targets;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Buffers;

namespace Hpc.LoadTests.Sessions;

/// <summary>Opens sessions at a target. What all sessions share is made once.</summary>
internal sealed class SessionFactory
{
    private readonly SshClientOptions[] _options;
    private readonly BlockPool _pool;
    private readonly bool _opensSftp;

    public SessionFactory(LoadTarget target, AlgorithmChoice algorithms, ClientLimits limits, bool opensSftp = true)
    {
        EndPoint = target.EndPoint;
        _pool = new BlockPool(new BufferBudget(limits.Buffers));
        _opensSftp = opensSftp;
        var connection = new SshConnectionOptions
        {
            Algorithms = Choose(algorithms),
            KeepaliveInterval = limits.KeepaliveInterval,
            InitialWindow = limits.Window,
            MaxWindow = Math.Max(limits.Window, 16 * 1024 * 1024),
        };
        _options = [.. target.Users.Select(user => new SshClientOptions
        {
            Connection = connection,
            UserName = user,
            Keys = target.Key is { } key ? [key] : [],
            Password = target.Password,
            AcceptHostKey = target.Accepts,
        })];
    }

    /// <summary>Where connections go: the target, or a relay in front of it.</summary>
    public EndPoint EndPoint { get; init; }

    /// <summary>Gives buffers that lay idle back to the runtime.</summary>
    public void TrimBuffers() => _pool.Trim();

    /// <summary>Logs in as the user of a session's number.</summary>
    public Task<LoadSession> OpenAsync(int number, CancellationToken ct) =>
        LoadSession.OpenAsync(EndPoint, _options[number % _options.Length], _pool, _opensSftp, ct);

    private static SshAlgorithms Choose(AlgorithmChoice choice)
    {
        // Servers that are not ours may have nothing but the NIST curves.
        SshAlgorithms all = SshAlgorithms.Of(CryptoProfile.Compatible);
        return all with
        {
            KeyExchange = OrAll(choice.KeyExchange, all.KeyExchange),
            HostKey = OrAll(choice.HostKeys, all.HostKey),
            Cipher = OrAll(choice.Ciphers, all.Cipher),
            Mac = OrAll(choice.Macs, all.Mac),
        };
    }

    private static IReadOnlyList<string> OrAll(IReadOnlyList<string> chosen, IReadOnlyList<string> all) => chosen.Count > 0 ? chosen : all;
}
