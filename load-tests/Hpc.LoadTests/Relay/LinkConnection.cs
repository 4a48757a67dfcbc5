using System.Net;
using System.Net.Sockets;

namespace Hpc.LoadTests.Relay;

/// <summary>One client's connection and its counterpart to the server.</summary>
internal sealed class LinkConnection(Socket client, IPEndPoint target, LinkDirection upload, LinkDirection download, TimeSpan handshake)
{
    // A kernel that took megabytes from the sender would hide a slow link from it; less than this stalls large segments of the loopback.
    private const int LeastKernelBuffer = 256 * 1024;
    private const int MostKernelBuffer = 4 << 20;

    /// <summary>Bytes that the kernel takes for the relay before they enter the link.</summary>
    public static int KernelBuffer(LinkDirection direction) => Math.Clamp(direction.MaxHeldPerConnection, LeastKernelBuffer, MostKernelBuffer);

    public async Task RunAsync(CancellationToken ct)
    {
        using Socket server = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = KernelBuffer(download) };
        bool isComplete = false;
        try
        {
            client.NoDelay = true;
            await PassHandshakeAsync(ct).ConfigureAwait(false);
            await server.ConnectAsync(target, ct).ConfigureAwait(false);
            await PassAsync(server, ct).ConfigureAwait(false);
            isComplete = true;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // One end is gone or the relay stops: both ends get a reset, which says so.
        }
        finally
        {
            if (!isComplete)
            {
                client.LingerState = new LingerOption(true, 0);
                server.LingerState = new LingerOption(true, 0);
            }

            client.Dispose();
        }
    }

    /// <summary>The client is connected to the relay at once, but nothing reaches the server before a round trip of the link.</summary>
    private async ValueTask PassHandshakeAsync(CancellationToken ct)
    {
        using var pause = new LinkPause(upload.Clock);
        await using CancellationTokenRegistration registration = ct.Register(pause.End);
        await pause.UntilAsync(upload.Clock.Now + handshake).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
    }

    private async Task PassAsync(Socket server, CancellationToken ct)
    {
        await using var clientStream = new NetworkStream(client, ownsSocket: false);
        await using var serverStream = new NetworkStream(server, ownsSocket: false);
        using var up = new LinkLane(upload, clientStream, serverStream, () => server.Shutdown(SocketShutdown.Send));
        using var down = new LinkLane(download, serverStream, clientStream, () => client.Shutdown(SocketShutdown.Send));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAll(EndBothOnFailureAsync(up, either), EndBothOnFailureAsync(down, either)).ConfigureAwait(false);
    }

    private static async Task EndBothOnFailureAsync(LinkLane lane, CancellationTokenSource either)
    {
        try
        {
            await lane.RunAsync(either.Token).ConfigureAwait(false);
        }
        catch
        {
            await either.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
