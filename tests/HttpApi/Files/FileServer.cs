using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Crypto.Passwords;
using Hpc.HttpApi.Parts;
using Hpc.Storage;
using Hpc.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.HttpApi.Tests;

/// <summary>The REST API with files in memory behind it.</summary>
internal sealed class FileServer : IAsyncDisposable, IShareGuard
{
    private readonly PasswordWorkers _workers;
    private int _refused;

    private FileServer(PasswordWorkers workers) => _workers = workers;

    public ApiServer Api { get; private set; } = null!;

    public MemorySessions Sessions { get; } = new();

    public HttpClient Http => Api.Http;

    public int Refused => Volatile.Read(ref _refused);

    public static async Task<FileServer> StartAsync(Func<HttpApiOptions, HttpApiOptions>? configure = null)
    {
        var options = new PasswordWorkersOptions { Threads = 2, Hashing = new PasswordHashOptions { BcryptCost = 4 } };
        var server = new FileServer(new PasswordWorkers(options, TimeProvider.System, NullLogger<PasswordWorkers>.Instance));
        server.Api = await ApiServer.StartAsync(configure, parts => parts with { Sessions = server.Sessions, Passwords = server._workers, ShareGuard = server });
        return server;
    }

    public void OnRefused(IPAddress remote, ShareRefusal why) => Interlocked.Increment(ref _refused);

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        _workers.Dispose();
        await WhileAsync(() => Sessions.Open.Count > 0);
    }

    /// <summary>A user with these permissions, and a client with its token.</summary>
    public async Task<ApiClient> UserAsync(string name = "kim", Func<User, User>? change = null)
    {
        await Api.AddUserAsync(name, change);
        return await Api.UserLoginAsync(name);
    }

    public static HttpRequestMessage Request(string method, string path, ApiClient? client, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/api/v2" + path) { Content = content };
        if (client is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.Token);
        }

        return request;
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, ApiClient? client, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(method, path, client, content);
        foreach ((string name, string value) in headers)
        {
            (request.Headers.TryAddWithoutValidation(name, value) || request.Content!.Headers.TryAddWithoutValidation(name, value)).ShouldBeTrue();
        }

        return await Http.SendAsync(request);
    }

    public async Task<HttpStatusCode> StatusAsync(string method, string path, ApiClient? client, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, client, content, headers);
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
    }

    /// <summary>Waits as long as something is so; a minute is taken for ever.</summary>
    public static async Task WhileAsync(Func<bool> isSo)
    {
        long end = Environment.TickCount64 + 60_000;
        while (isSo())
        {
            Environment.TickCount64.ShouldBeLessThan(end);
            await Task.Yield();
        }
    }

    public static byte[] RandomBytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, byte[] content) in files)
        {
            var part = new ByteArrayContent(content);
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"filenames\"; filename=\"{name}\"").ShouldBeTrue();
            form.Add(part);
        }

        return form;
    }

    public async Task WriteAsync(string user, string path, byte[] content)
    {
        MemoryFileSystem files = Sessions.FilesOf(user);
        VirtualPath target = Path(path);
        var parents = new Stack<VirtualPath>();
        for (VirtualPath parent = target.Parent; !parent.IsRoot; parent = parent.Parent)
        {
            parents.Push(parent);
        }

        foreach (VirtualPath parent in parents)
        {
            await files.CreateDirectoryAsync(parent, null, CancellationToken.None);
        }

        StorageResult<IFileHandle> opened = await files.OpenFileAsync(target, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, CancellationToken.None);
        opened.IsSuccess.ShouldBeTrue(opened.Error.ToString());
        await using IFileHandle file = opened.Value;
        Write(file, content).ShouldBe(content.Length);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
    }

    public Task WriteAsync(string user, string path, string content) => WriteAsync(user, path, Encoding.UTF8.GetBytes(content));

    /// <summary>The content, or null if there is no such file.</summary>
    public async Task<byte[]?> ReadAsync(string user, string path)
    {
        StorageResult<IFileHandle> opened = await Sessions.FilesOf(user).OpenFileAsync(Path(path), OpenFlags.Read, null, CancellationToken.None);
        if (!opened.IsSuccess)
        {
            return null;
        }

        await using IFileHandle file = opened.Value;
        byte[] content = new byte[(await file.GetAttributesAsync(CancellationToken.None)).Value.Size];
        Read(file, content).ShouldBe(content.Length);
        return content;
    }

    public async Task<string?> ReadTextAsync(string user, string path) => await ReadAsync(user, path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task<IReadOnlyList<string>> AllAsync(string user, string top = "/")
    {
        var found = new List<string>();
        var waiting = new Stack<VirtualPath>([Path(top)]);
        while (waiting.TryPop(out VirtualPath directory))
        {
            StorageResult<IDirectoryReader> opened = await Sessions.FilesOf(user).OpenDirectoryAsync(directory, CancellationToken.None);
            if (!opened.IsSuccess)
            {
                continue;
            }

            await using IDirectoryReader reader = opened.Value;
            var entries = new List<DirectoryEntry>();
            while ((await reader.ReadAsync(entries, 100, CancellationToken.None)).Value > 0)
            {
            }

            foreach (DirectoryEntry entry in entries)
            {
                VirtualPath path = directory.Combine(entry.Name);
                found.Add(path + (entry.Attributes.Type == EntryType.Directory ? "/" : ""));
                if (entry.Attributes.Type == EntryType.Directory)
                {
                    waiting.Push(path);
                }
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    public static VirtualPath Path(string text) => VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path) ? path : throw new ArgumentException(text);

    private static unsafe int Write(IFileHandle file, byte[] content)
    {
        fixed (byte* start = content)
        {
            file.TryWrite(0, [new PinnedSegment(start, (nuint)content.Length)], out StorageResult<int> written).ShouldBeTrue();
            return written.Value;
        }
    }

    private static unsafe int Read(IFileHandle file, byte[] content)
    {
        fixed (byte* start = content)
        {
            file.TryRead(0, [new PinnedSegment(start, (nuint)content.Length)], out StorageResult<int> read).ShouldBeTrue();
            return read.Value;
        }
    }
}
