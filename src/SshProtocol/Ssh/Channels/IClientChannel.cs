namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>A session channel as a client uses it: a stream of bytes in each direction. One read and one write at a time.</summary>
internal interface IClientChannel : IAsyncDisposable
{
    /// <summary>Exit status of a command, once the server has sent it (RFC 4254 §6.10).</summary>
    uint? ExitStatus { get; }

    /// <summary>Reads what is there, at least one byte; 0 means that the server sends no more.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);

    /// <summary>Sends bytes; completes when they are on their way or wait for the server's window. Throws <see cref="IOException"/> when the channel is over.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken ct);

    /// <summary>Says that no more bytes come.</summary>
    void SendEof();
}
