using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.FtpProtocol.Tests.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Tests.Files;

/// <summary>A session that is logged in, with files to look at.</summary>
internal sealed class FilesRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private FilesRig(FtpTestHost host, FtpTestClient client) => (Host, Client) = (host, client);

    public FtpTestHost Host { get; }

    public FtpTestClient Client { get; }

    public IFileSystem Files => Host.Files;

    public static async Task<FilesRig> StartAsync(FtpServerOptions? options = null, IFileSystem? files = null)
    {
        var host = new FtpTestHost(options, files: files);
        return new FilesRig(host, await host.LogInAsync());
    }

    public static VirtualPath At(string path) => VirtualPath.TryParse(path, VirtualPath.Root, out VirtualPath parsed) ? parsed : throw new ArgumentException(path);

    public Task<string> SayAsync(string line, int code) => Client.CommandAsync(line, code);

    /// <summary>The last line of a reply without its code.</summary>
    public async Task<string> AskAsync(string line, int code) => (await Client.CommandAsync(line, code)).Split('\n')[^1][4..];

    public async Task WriteAsync(string path, byte[] content)
    {
        StorageResult<IFileHandle> opened = await Files.OpenFileAsync(At(path), OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, default);
        byte[] pinned = GC.AllocateArray<byte>(Math.Max(1, content.Length), pinned: true);
        content.CopyTo(pinned, 0);
        if (content.Length > 0)
        {
            (await opened.Value.WriteAsync(0, new[] { Segment(pinned, content.Length) }, default)).Value.ShouldBe(content.Length);
        }

        (await opened.Value.CloseAsync()).IsSuccess.ShouldBeTrue();
        await opened.Value.DisposeAsync();
    }

    public Task WriteAsync(string path, string content = "") => WriteAsync(path, Encoding.UTF8.GetBytes(content));

    public async Task<string> ReadAsync(string path)
    {
        StorageResult<IFileHandle> opened = await Files.OpenFileAsync(At(path), OpenFlags.Read, null, default);
        byte[] pinned = GC.AllocateArray<byte>(65536, pinned: true);
        int length = (await opened.Value.ReadAsync(0, new[] { Segment(pinned, pinned.Length) }, default)).Value;
        await opened.Value.DisposeAsync();
        return Encoding.UTF8.GetString(pinned, 0, length);
    }

    public async Task MakeDirectoryAsync(string path) => (await Files.CreateDirectoryAsync(At(path), null, default)).IsSuccess.ShouldBeTrue();

    public async Task<EntryAttributes> StatAsync(string path) => (await Files.GetLinkAttributesAsync(At(path), default)).Value;

    public async Task<bool> IsThereAsync(string path) => (await Files.GetLinkAttributesAsync(At(path), default)).IsSuccess;

    /// <summary>What a listing command sends, line by line.</summary>
    public async Task<string[]> ListAsync(string command)
    {
        string passive = await Client.CommandAsync("EPSV", 229);
        int port = int.Parse(passive.Split("|||")[1].Split('|')[0], CultureInfo.InvariantCulture);
        using var data = new TcpClient();
        await data.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
        await Client.CommandAsync(command, 150);
        using var text = new MemoryStream();
        await data.GetStream().CopyToAsync(text).WaitAsync(Patience);
        await Client.ExpectAsync(226);
        string all = Encoding.UTF8.GetString(text.ToArray());
        (all.Length == 0 || all.EndsWith("\r\n", StringComparison.Ordinal)).ShouldBeTrue();
        return all.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A listing command that is refused before anything moves.</summary>
    public async Task<string> RefusedListAsync(string command, int code)
    {
        await Client.CommandAsync("EPSV", 229);
        return await Client.CommandAsync(command, code);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Host.Dispose();
    }

    private static unsafe PinnedSegment Segment(byte[] pinned, int length) =>
        new((byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]), (nuint)length);
}
