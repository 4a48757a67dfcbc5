using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.HttpApi.Tests;

public sealed class LocalFilesTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("hpc-http-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // Names that are no UTF-8 are beyond System.IO.
        (int exit, string output) = await Curl.RunProgramAsync("rm", ["-r", "--", _root]);
        exit.ShouldBe(0, output);
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public async Task Files_on_disk_go_up_and_come_down(UploadMode mode)
    {
        await using FileServer server = await StartAsync(mode);
        ApiClient kim = await server.UserAsync();
        byte[] content = FileServer.RandomBytes(3_000_001, 9);
        (await server.StatusAsync("POST", "/user/files/upload?path=/a/b/f&mkdir_parents=true", kim, new ByteArrayContent(content), ("X-SFTPGO-MTIME", "1600000000000"))).ShouldBe(HttpStatusCode.Created);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "a/b/f"))).ShouldBe(content);
        File.GetLastWriteTimeUtc(Path.Combine(_root, "a/b/f")).ShouldBe(DateTime.UnixEpoch.AddSeconds(1_600_000_000));
        using HttpResponseMessage whole = await server.SendAsync("GET", "/user/files?path=/a/b/f", kim);
        (await whole.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        using HttpResponseMessage part = await server.SendAsync("GET", "/user/files?path=/a/b/f", kim, null, ("Range", "bytes=1000000-2999999"));
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(content[1_000_000..3_000_000]);
        (await kim.PostAsync("/user/file-actions/copy?path=/a&target=/c")).ShouldBe(200);
        (await kim.PostAsync("/user/file-actions/move?path=/c&target=/d")).ShouldBe(200);
        using HttpResponseMessage zip = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/"]""", Encoding.UTF8, "application/json"));
        IReadOnlyDictionary<string, string> archive = await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync());
        archive.Keys.ShouldBe(["a/", "a/b/", "a/b/f", "d/", "d/b/", "d/b/f"], ignoreOrder: true);
        archive["d/b/f"].ShouldBe(ZipReader.DigestOf(content));
        (await kim.DeleteAsync("/user/dirs?path=/a")).ShouldBe(200);
        Directory.Exists(Path.Combine(_root, "a")).ShouldBeFalse();
        Directory.GetFileSystemEntries(_root).Select(Path.GetFileName).ShouldBe(["d"]);
    }

    [Fact]
    public async Task Links_that_lead_out_lead_nowhere()
    {
        await using FileServer server = await StartAsync(UploadMode.Standard);
        ApiClient kim = await server.UserAsync();
        File.CreateSymbolicLink(Path.Combine(_root, "passwd"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(_root, "etc"), "/etc");
        foreach (string path in new[] { "/passwd", "/etc/passwd", "/../../../etc/passwd" })
        {
            using HttpResponseMessage file = await server.SendAsync("GET", "/user/files?path=" + Uri.EscapeDataString(path), kim);
            ((int)file.StatusCode).ShouldBeInRange(400, 404);
            (await file.Content.ReadAsStringAsync()).ShouldNotContain("root:");
        }

        using HttpResponseMessage zip = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/"]""", Encoding.UTF8, "application/json"));
        (await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync())).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_is_no_UTF_8_breaks_nothing()
    {
        await using FileServer server = await StartAsync(UploadMode.Standard);
        ApiClient kim = await server.UserAsync();
        (int exit, string output) = await Curl.RunProgramAsync("/usr/bin/python3", ["-c", "import os, sys; open(os.fsencode(sys.argv[1]) + b'/bad\\xff', 'w').write('x')", _root]);
        exit.ShouldBe(0, output);
        JsonArray entries = (await kim.GetAsync("/user/dirs")).ShouldBe(200).Json.AsArray();
        entries.Single()!["name"]!.GetValue<string>().ShouldBe("bad\uFFFD");
        using HttpResponseMessage zip = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/"]""", Encoding.UTF8, "application/json"));
        (await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync())).Keys.ShouldBe(["bad\uFFFD"]);
        (await kim.GetAsync("/user/files?path=bad%FF")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    private async Task<FileServer> StartAsync(UploadMode mode)
    {
        FileServer server = await FileServer.StartAsync();
        server.Sessions.Configure = definition => definition with
        {
            Mounts = [definition.Mounts[0] with { Files = LocalFileSystem.Open(_root) }],
            Options = definition.Options with { UploadMode = mode },
        };
        return server;
    }
}
