using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Hpc.Fuzz.Tests.Host;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests.Ftp;

/// <summary>A client that sends anything, looks through all that it gets, and goes to some of the data ports that it is told.</summary>
internal sealed partial class FtpFuzzPeer(MemoryConnection connection, Random random, FuzzTree tree) : IDisposable
{
    private const int MaxDataConnections = 8;

    private readonly Lock _sync = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _transfers = [];
    private readonly StringBuilder _line = new();
    private bool _hasLeft;

    /// <summary>Replies so far.</summary>
    public int Replies { get; private set; }

    /// <summary>True once a login was answered with 230.</summary>
    public bool IsLoggedIn { get; private set; }

    /// <summary>True if something was received that lies outside the root.</summary>
    public bool HasSeenLeak { get; private set; }

    /// <summary>Sends the lines in pieces.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(random.Next(3) == 0 ? random.Next(1, 9) : random.Next(1, 5_000), bytes.Length - at);
                await connection.Output.WriteAsync(bytes.AsMemory(at, length));
                at += length;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The server has ended the connection.
            return;
        }
    }

    /// <summary>Reads until the end.</summary>
    public async Task ReadAsync()
    {
        var received = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                ReadResult result = await connection.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    received.Write(segment.Span);
                    Look(segment.Span);
                }

                HasSeenLeak |= tree.IsLeak(received.WrittenSpan);
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            return;
        }
    }

    /// <summary>Leaves all data connections, and waits for what was done with them.</summary>
    public async Task LeaveDataAsync()
    {
        Task[] transfers;
        lock (_sync)
        {
            _hasLeft = true;
            _sockets.ForEach(static socket => socket.Dispose());
            transfers = [.. _transfers];
        }

        await Task.WhenAll(transfers);
    }

    public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

    private void Look(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value != 10)
            {
                _line.Append((char)value);
                continue;
            }

            string line = _line.ToString();
            _line.Clear();
            Replies++;
            IsLoggedIn |= line.StartsWith("230 ", StringComparison.Ordinal);
            if (Extended().Match(line) is { Success: true } extended)
            {
                Go(int.Parse(extended.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            else if (Passive().Match(line) is { Success: true } passive)
            {
                Go((int.Parse(passive.Groups[1].Value, CultureInfo.InvariantCulture) << 8) + int.Parse(passive.Groups[2].Value, CultureInfo.InvariantCulture));
            }
        }
    }

    private void Go(int port)
    {
        lock (_sync)
        {
            if (_hasLeft || _sockets.Count == MaxDataConnections)
            {
                return;
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            _transfers.Add(Task.Run(() => UseAsync(socket, port, port % 3)));
        }
    }

    private async Task UseAsync(Socket socket, int port, int way)
    {
        byte[] buffer = new byte[8192];
        try
        {
            socket.Bind(new IPEndPoint(connection.LocalEndPoint.Address, 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            if (way == 0)
            {
                await socket.SendAsync(new byte[port]);
                socket.Shutdown(SocketShutdown.Send);
            }

            int count;
            while (way < 2 && (count = await socket.ReceiveAsync(buffer)) > 0)
            {
                HasSeenLeak |= tree.IsLeak(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Refused, aborted, or left.
            return;
        }
    }

    [GeneratedRegex(@"^229 .*\(\|\|\|(\d+)\|\)")]
    private static partial Regex Extended();

    [GeneratedRegex(@"^227 .*\(127,0,0,1,(\d+),(\d+)\)")]
    private static partial Regex Passive();
}
