using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>The other end of a control connection: sends lines, reads replies.</summary>
internal sealed class FtpTestClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PipeReader _input;
    private PipeWriter _output;

    public FtpTestClient(MemoryConnection client, MemoryConnection server, FtpServerProtocol protocol)
    {
        Client = client;
        Server = server;
        _input = client.Input;
        _output = client.Output;
        Ended = Task.Run(async () =>
        {
            try
            {
                return await protocol.RunAsync(server);
            }
            finally
            {
                // As the connection manager does when the protocol is done.
                server.Dispose();
            }
        });
    }

    public MemoryConnection Client { get; }

    public MemoryConnection Server { get; }

    /// <summary>What the protocol says of its end.</summary>
    public Task<ConnectionEndReason> Ended { get; }

    /// <summary>Goes on over another stream (TLS).</summary>
    public void UseStream(Stream stream)
    {
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        _output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <summary>Goes on in the clear.</summary>
    public void UseClear() => (_input, _output) = (Client.Input, Client.Output);

    public Task SendAsync(string text) => SendBytesAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _output.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>Sends a line and reads the reply, whose code must be the one.</summary>
    public async Task<string> CommandAsync(string line, int code)
    {
        await SendAsync(line + "\r\n");
        return await ExpectAsync(code);
    }

    /// <summary>Reads a reply, whose code must be the one; all of its lines.</summary>
    public async Task<string> ExpectAsync(int code)
    {
        string reply = await ReadReplyAsync();
        reply[..Math.Min(3, reply.Length)].ShouldBe(code.ToString(CultureInfo.InvariantCulture), reply);
        return reply;
    }

    public async Task LogInAsync()
    {
        await CommandAsync($"USER {FtpTestHost.User}", 331);
        await CommandAsync($"PASS {FtpTestHost.Password}", 230);
    }

    /// <summary>Reads a whole reply.</summary>
    public async Task<string> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        while (true)
        {
            string line = await ReadLineAsync() ?? throw new EndOfStreamException($"The server ended behind: {reply}");
            reply.Append(line).Append('\n');
            if (line.Length > 3 && char.IsAsciiDigit(line[0]) && line[3] == ' ')
            {
                return reply.ToString().TrimEnd('\n');
            }
        }
    }

    /// <summary>All that has come at once.</summary>
    public async Task<string> ReadPieceAsync()
    {
        ReadResult result = await _input.ReadAsync().AsTask().WaitAsync(Patience);
        string piece = Encoding.UTF8.GetString(result.Buffer.ToArray());
        _input.AdvanceTo(result.Buffer.End);
        return piece;
    }

    /// <summary>Reads a line; null at the end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            ReadResult result = await _input.ReadAsync().AsTask().WaitAsync(Patience);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end).ToArray());
                _input.AdvanceTo(result.Buffer.GetPosition(1, end));
                line.ShouldEndWith("\r");
                return line[..^1];
            }

            bool isOver = result.IsCompleted;
            _input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (isOver)
            {
                return null;
            }
        }
    }

    /// <summary>Waits for the protocol's end.</summary>
    public Task<ConnectionEndReason> EndAsync() => Ended.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Ended.WaitAsync(Patience);
    }
}
