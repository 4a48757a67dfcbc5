using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Connection;

namespace Hpc.SshProtocol.Ssh.Client;

/// <summary>How a client logs in.</summary>
internal sealed record SshClientOptions
{
    public required SshConnectionOptions Connection { get; init; }

    public required string UserName { get; init; }

    /// <summary>Judges the server's host key. There is no default: who does not check it has to say so.</summary>
    public required Func<SshPublicKey, bool> AcceptHostKey { get; init; }

    /// <summary>Tried first, in order.</summary>
    public IReadOnlyList<SshPrivateKey> Keys { get; init; } = [];

    /// <summary>Tried after the keys.</summary>
    public string? Password { get; init; }

    /// <summary>Gives the password through keyboard-interactive instead of the password method.</summary>
    public bool UseKeyboardInteractive { get; init; }
}

/// <summary>The server did not let us in, or is not the one we wanted.</summary>
internal sealed class SshLoginException(string message) : IOException(message);
