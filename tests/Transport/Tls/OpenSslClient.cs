using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Transport.Tests.Tls;

/// <summary><c>openssl s_client</c>, and our end of its connection.</summary>
internal sealed class OpenSslClient(Process process, Socket socket) : IDisposable
{
    public StreamReader Output => process.StandardOutput;

    public StreamWriter Input => process.StandardInput;

    public NetworkStream Stream { get; } = new(socket, ownsSocket: true);

    public static async Task<OpenSslClient> StartAsync(IEnumerable<string> arguments)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "openssl"))), "openssl is not installed");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", listener.LocalEndpoint.ToString()!, "-servername", "files.example.com", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine();
        return new OpenSslClient(process, await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Reads over its own words until a line of ours.</summary>
    public async Task ExpectAsync(string line)
    {
        while (await Output.ReadLineAsync(TestContext.Current.CancellationToken) is { } said)
        {
            if (said == line)
            {
                return;
            }
        }

        throw new EndOfStreamException($"The client ended before it said {line}.");
    }

    public void Dispose()
    {
        Stream.Dispose();
        process.Kill();
        process.Dispose();
    }
}
