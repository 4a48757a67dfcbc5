using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Hpc.Storage.Vfs;

namespace Hpc.HttpApi.Tests;

public sealed class UploadTests
{
    private static readonly byte[] Content = FileServer.RandomBytes(700_001, 11);

    [Fact]
    public async Task A_form_uploads_its_files_into_a_directory()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/in/old", "x");
        using var form = FileServer.Form(("a.bin", Content), ("b.bin", []), ("old", Encoding.UTF8.GetBytes("new")));
        form.Add(new StringContent("no file"), "other");
        (await server.StatusAsync("POST", "/user/files?path=/in", kim, form)).ShouldBe(HttpStatusCode.Created);
        (await server.ReadAsync("kim", "/in/a.bin")).ShouldBe(Content);
        (await server.ReadAsync("kim", "/in/b.bin")).ShouldBe([]);
        (await server.ReadTextAsync("kim", "/in/old")).ShouldBe("new");
        (await server.AllAsync("kim", "/in")).Count.ShouldBe(3);
        server.Sessions.Events.Count(e => e is { Kind: FileEventKind.Upload, Outcome: StorageError.None }).ShouldBe(3);
    }

    [Theory]
    [InlineData("../evil", "evil")]
    [InlineData("..\\\\..\\\\evil", "evil")]
    [InlineData("/etc/evil", "evil")]
    [InlineData("C:\\\\temp\\\\evil", "evil")]
    [InlineData("a/b/evil", "evil")]
    [InlineData("..", null)]
    [InlineData("a/..", null)]
    [InlineData(".", null)]
    [InlineData("dir/", null)]
    public async Task Only_the_last_part_of_a_name_counts(string name, string? kept)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/in/deep/x", "x");
        using var form = FileServer.Form((name, Content));
        (await server.StatusAsync("POST", "/user/files?path=/in/deep", kim, form)).ShouldBe(kept is null ? HttpStatusCode.BadRequest : HttpStatusCode.Created);
        string[] expected = ["/in/", "/in/deep/", .. kept is null ? Array.Empty<string>() : ["/in/deep/" + kept], "/in/deep/x"];
        (await server.AllAsync("kim")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_body_is_a_file()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await server.StatusAsync("POST", "/user/files/upload?path=/x/y/f", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.NotFound);
        (await server.StatusAsync("POST", "/user/files/upload?path=/x/y/f&mkdir_parents=true", kim, new ByteArrayContent(Content), ("X-SFTPGO-MTIME", "1600000000123"))).ShouldBe(HttpStatusCode.Created);
        (await server.ReadAsync("kim", "/x/y/f")).ShouldBe(Content);
        (await server.Sessions.FilesOf("kim").GetAttributesAsync(FileServer.Path("/x/y/f"), CancellationToken.None)).Value.ModificationTime.ShouldBe(new FileTime(1_600_000_000, 123_000_000));
        (await server.StatusAsync("POST", "/user/files/upload?path=/g", kim, new ByteArrayContent(Content), ("X-SFTPGO-MTIME", "yesterday"))).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("POST", "/user/files/upload?path=/x", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("POST", "/user/files/upload?path=/", kim, new ByteArrayContent(Content))).ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.Forbidden);
        (await server.StatusAsync("POST", "/user/files/upload", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.BadRequest);
        (await server.ReadAsync("kim", "/g")).ShouldBeNull();
    }

    [Fact]
    public async Task A_form_that_is_none_is_refused()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await server.StatusAsync("POST", "/user/files", kim, new StringContent("{}", Encoding.UTF8, "application/json"))).ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await server.StatusAsync("POST", "/user/files", kim, Typed("x", "multipart/form-data"))).ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await server.StatusAsync("POST", "/user/files", kim, Typed("nonsense", "multipart/form-data; boundary=b"))).ShouldBe(HttpStatusCode.BadRequest);
        string broken = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"half\"\r\n\r\nhalf of it";
        (await server.StatusAsync("POST", "/user/files", kim, Typed(broken, "multipart/form-data; boundary=b"))).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("POST", "/user/files", kim, FileServer.Form())).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public async Task An_upload_that_breaks_off_leaves_what_the_mode_says(UploadMode mode)
    {
        await using FileServer server = await FileServer.StartAsync();
        server.Sessions.Configure = definition => definition with { Options = definition.Options with { UploadMode = mode } };
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", "before");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Api.Server.EndPoints[0]);
            string head = $"POST /api/v2/user/files/upload?path=/f HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {kim.Token}\r\nContent-Length: 2000000\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await client.GetStream().WriteAsync(Content);
            await FileServer.WhileAsync(() => server.Sessions.Open.SingleOrDefault()?.Meter.BytesReceived is not > 0);
        }

        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);

        byte[] left = (await server.ReadAsync("kim", "/f"))!;
        if (mode == UploadMode.Atomic)
        {
            left.ShouldBe(Encoding.UTF8.GetBytes("before"));
        }
        else
        {
            left.ShouldBe(Content[..left.Length]);
        }

        (await server.AllAsync("kim")).ShouldBe(["/f"]);
        server.Sessions.Events.Single(e => e.Kind == FileEventKind.Upload).Outcome.ShouldBe(StorageError.Cancelled);
    }

    [Fact]
    public async Task A_session_that_is_ended_ends_its_upload()
    {
        await using FileServer server = await FileServer.StartAsync();
        server.Sessions.Configure = definition => definition with { Options = definition.Options with { UploadMode = UploadMode.Atomic } };
        ApiClient kim = await server.UserAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Api.Server.EndPoints[0]);
        string head = $"POST /api/v2/user/files/upload?path=/f HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {kim.Token}\r\nContent-Length: 2000000\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().WriteAsync(Content);
        await FileServer.WhileAsync(() => server.Sessions.Open.SingleOrDefault()?.Meter.BytesReceived is not > 0);

        server.Sessions.Open.Single().End(SessionEndReason.AccountChanged);
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 403 Forbidden");
        (await server.AllAsync("kim")).ShouldBeEmpty();
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_413()
    {
        await using FileServer server = await FileServer.StartAsync(options => options with { MaxUploadFileBytes = 600_000 });
        ApiClient kim = await server.UserAsync();
        (await server.StatusAsync("POST", "/user/files/upload?path=/f", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var form = FileServer.Form(("small", Content[..600_000]), ("f", Content), ("after", Content[..1]));
        (await server.StatusAsync("POST", "/user/files", kim, form)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.ReadAsync("kim", "/small"))!.Length.ShouldBe(600_000);
        (await server.ReadAsync("kim", "/after")).ShouldBeNull();
        ApiClient lee = await server.UserAsync("lee", user => user with { Filters = user.Filters with { MaxUploadFileSize = 1_000 } });
        (await server.StatusAsync("POST", "/user/files/upload?path=/f", lee, new ByteArrayContent(Content[..1_001]))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.StatusAsync("POST", "/user/files/upload?path=/g", lee, new ByteArrayContent(Content[..1_000]))).ShouldBe(HttpStatusCode.Created);
        (await server.AllAsync("lee")).ShouldBe(["/g"]);
    }

    [Fact]
    public async Task Permissions_and_options_of_the_user_hold()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with { Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["list", "upload"] } });
        await server.WriteAsync("kim", "/old", "old");
        (await server.StatusAsync("POST", "/user/files/upload?path=/new", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.Created);
        (await server.StatusAsync("POST", "/user/files/upload?path=/old", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("POST", "/user/files/upload?path=/d/f&mkdir_parents=1", kim, new ByteArrayContent(Content))).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("DELETE", "/user/files?path=/old", kim)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("PATCH", "/user/files?path=/old&target=/x", kim)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.ReadTextAsync("kim", "/old")).ShouldBe("old");

        ApiClient lee = await server.UserAsync("lee", user => user with { Filters = user.Filters with { WebClient = ["write-disabled"] } });
        await server.WriteAsync("lee", "/old", "old");
        foreach ((string method, string path) in new[]
        {
            ("POST", "/user/files/upload?path=/f"), ("POST", "/user/files"), ("POST", "/user/dirs?path=/d"), ("PATCH", "/user/dirs?path=/old&target=/d"), ("DELETE", "/user/dirs?path=/d"),
            ("PATCH", "/user/files?path=/old&target=/d"), ("DELETE", "/user/files?path=/old"), ("PATCH", "/user/files/metadata?path=/old"),
            ("POST", "/user/file-actions/copy?path=/old&target=/d"), ("POST", "/user/file-actions/move?path=/old&target=/d"),
        })
        {
            HttpContent? body = path == "/user/files" ? FileServer.Form(("f", Content)) : path.Contains("metadata", StringComparison.Ordinal) ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
            (await server.StatusAsync(method, path, lee, body)).ShouldBe(HttpStatusCode.Forbidden, path);
        }

        (await server.AllAsync("lee")).ShouldBe(["/old"]);
    }

    [Fact]
    public async Task Curl_uploads()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(file, Content);
            string bearer = "Authorization: Bearer " + kim.Token;
            (int exit, string output) = await Curl.RunAsync("-f", "-H", bearer, "-F", $"filenames=@{file};filename=one.bin", "-F", $"filenames=@{file};filename=two.bin", $"{server.Api.BaseAddress}api/v2/user/files?path=/");
            exit.ShouldBe(0, output);
            (exit, output) = await Curl.RunAsync("-f", "-X", "POST", "-T", file, "-H", bearer, $"{server.Api.BaseAddress}api/v2/user/files/upload?path=/three.bin");
            exit.ShouldBe(0, output);
            (exit, output) = await Curl.RunAsync("-f", "--data-binary", "@" + file, "-H", bearer, "-H", "Transfer-Encoding: chunked", $"{server.Api.BaseAddress}api/v2/user/files/upload?path=/four.bin");
            exit.ShouldBe(0, output);
            foreach (string name in new[] { "one", "two", "three", "four" })
            {
                (await server.ReadAsync("kim", $"/{name}.bin")).ShouldBe(Content);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ByteArrayContent Typed(string text, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
        return content;
    }
}
