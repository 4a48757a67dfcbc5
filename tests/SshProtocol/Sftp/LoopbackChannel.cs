using System.IO.Pipelines;
using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>The client's end of a <see cref="FakeChannel"/>.</summary>
internal sealed class LoopbackChannel : IClientChannel
{
    private readonly FakeChannel _server;
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false, readerScheduler: PipeScheduler.ThreadPool));

    public LoopbackChannel(FakeChannel server)
    {
        _server = server;
        server.Sink = bytes =>
        {
            bytes.CopyTo(_output.Writer.GetSpan(bytes.Length));
            _output.Writer.Advance(bytes.Length);
            _output.Writer.FlushAsync().AsTask().IsCompleted.ShouldBeTrue();
        };
    }

    public uint? ExitStatus => _server.ExitStatus;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        await _server.WaitForAsync(() => _server.InputRoom > data.Length);
        _server.Deliver(data.Span);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        ReadResult result = await _output.Reader.ReadAsync(ct);
        int count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        int copied = 0;
        foreach (ReadOnlyMemory<byte> part in result.Buffer.Slice(0, count))
        {
            part.CopyTo(buffer[copied..]);
            copied += part.Length;
        }

        _output.Reader.AdvanceTo(result.Buffer.GetPosition(count));
        return count;
    }

    public void SendEof() => _server.SendEof();

    public ValueTask DisposeAsync()
    {
        lock (_server.Turn)
        {
            _output.Writer.Complete();
        }

        return ValueTask.CompletedTask;
    }
}
