using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Benchmarks.Support;

/// <summary>An SFTP server on a <see cref="MemoryChannel"/>, past its INIT.</summary>
internal sealed class SftpRig : IDisposable
{
    private readonly SftpMetrics _metrics = new();
    private readonly SftpServer _server;
    private byte[] _handleRequest = [];

    public SftpRig(IFileSystem files)
    {
        var pool = new BlockPool(new BufferBudget(1L << 30));
        _server = new SftpServer(Channel, new OpenGrant(files), pool, new SftpServerOptions(), NullLogger.Instance, _metrics);
        Channel.Program = _server;
        Channel.Exchange(SftpRequests.Init, 1);
    }

    public MemoryChannel Channel { get; } = new();

    /// <summary>Opens a file and returns its handle.</summary>
    public byte[] Open(string path, uint flags)
    {
        Channel.ExchangeCaptured(SftpRequests.Open(path, flags), 1);
        return SftpRequests.HandleIn(Channel.Captured);
    }

    /// <summary>Opens and closes, without an allocation of its own after the first time.</summary>
    public void OpenAndClose(byte[] open)
    {
        Channel.ExchangeCaptured(open, 1);
        Channel.Exchange(WithHandle(SftpMessageType.Close), 1);
    }

    /// <summary>Lists a directory to its end, without an allocation of its own after the first time. Returns the bytes of the listing.</summary>
    public long List(byte[] openDirectory)
    {
        long before = Channel.BytesOut;
        Channel.ExchangeCaptured(openDirectory, 1);
        byte[] request = WithHandle(SftpMessageType.ReadDirectory);
        do
        {
            Channel.ExchangeCaptured(request, 1);
        }
        while (Channel.Captured[4] == (byte)SftpMessageType.Name);

        request[4] = (byte)SftpMessageType.Close;
        Channel.Exchange(request, 1);
        return Channel.BytesOut - before;
    }

    public void Dispose()
    {
        lock (Channel.Turn)
        {
            _server.OnClosed();
        }

        _metrics.Dispose();
    }

    // The handle that has just come, in a request that is used again and again.
    private byte[] WithHandle(SftpMessageType type)
    {
        ReadOnlySpan<byte> handle = SftpRequests.HandleSpan(Channel.Captured);
        if (_handleRequest.Length != SftpRequests.HandleOffset + handle.Length)
        {
            _handleRequest = SftpRequests.OfHandle(type, handle.ToArray());
        }

        _handleRequest[4] = (byte)type;
        handle.CopyTo(_handleRequest.AsSpan(SftpRequests.HandleOffset));
        return _handleRequest;
    }
}
