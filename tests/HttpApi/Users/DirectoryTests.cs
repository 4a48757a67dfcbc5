using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hpc.Storage;

namespace Hpc.HttpApi.Tests;

public sealed class DirectoryTests
{
    [Fact]
    public async Task A_directory_is_listed()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/d/sub/x", "x");
        await server.WriteAsync("kim", "/d/fü\"\n.txt", "12345");
        await server.Sessions.FilesOf("kim").CreateSymbolicLinkAsync(FileServer.Path("/d/link"), "sub", CancellationToken.None);
        await server.Sessions.FilesOf("kim").SetAttributesAsync(FileServer.Path("/d/sub"), new AttributeChanges { Permissions = 0x1FF & 0x1ED, ModificationTime = new FileTime(1_000_000_000) }, CancellationToken.None);
        JsonArray entries = (await kim.GetAsync("/user/dirs?path=d")).ShouldBe(200).Json.AsArray();
        entries.Count.ShouldBe(3);
        JsonNode Of(string name) => entries.Single(entry => entry!["name"]!.GetValue<string>() == name)!;
        Of("fü\"\n.txt")["size"]!.GetValue<long>().ShouldBe(5);
        (Of("fü\"\n.txt")["mode"]!.GetValue<uint>() & 2401763328u).ShouldBe(0u);
        Of("sub")["mode"]!.GetValue<uint>().ShouldBe((1u << 31) | 0x1ED);
        Of("sub")["last_modified"]!.GetValue<string>().ShouldBe("2001-09-09T01:46:40Z");
        Of("sub")["size"].ShouldBeNull();
        (Of("link")["mode"]!.GetValue<uint>() & (1u << 27)).ShouldNotBe(0u);
        (await kim.GetAsync("/user/dirs")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);
        (await kim.GetAsync("/user/dirs?path=/none")).ShouldBe(404);
        (await kim.GetAsync("/user/dirs?path=/d/sub/x")).ShouldBe(400);
    }

    [Fact]
    public async Task A_large_directory_is_listed_whole()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        for (int i = 0; i < 1_500; i++)
        {
            await server.WriteAsync("kim", $"/f{i}", "");
        }

        JsonArray entries = (await kim.GetAsync("/user/dirs?path=/")).ShouldBe(200).Json.AsArray();
        entries.Select(entry => entry!["name"]!.GetValue<string>()).Distinct().Count().ShouldBe(1_500);
    }

    [Fact]
    public async Task Relative_paths_begin_at_the_start_directory()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with { Filters = user.Filters with { StartDirectory = "/start" } });
        await server.WriteAsync("kim", "/start/f", "x");
        (await kim.GetAsync("/user/dirs")).ShouldBe(200).Json[0]!["name"]!.GetValue<string>().ShouldBe("f");
        (await kim.GetAsync("/user/files?path=f")).ShouldBe(200).Body.ShouldBe("x");
        (await kim.GetAsync("/user/files?path=/f")).ShouldBe(404);
    }

    [Fact]
    public async Task Directories_are_made_moved_and_removed_with_what_is_in_them()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await kim.PostAsync("/user/dirs?path=/a/b")).ShouldBe(404);
        (await kim.PostAsync("/user/dirs?path=/a/b&mkdir_parents=true")).ShouldBe(201);
        (await kim.PostAsync("/user/dirs?path=/a/b")).ShouldBe(409);
        (await kim.PostAsync("/user/dirs")).ShouldBe(400);
        for (int i = 0; i < 600; i++)
        {
            await server.WriteAsync("kim", $"/a/b/c{i % 7}/f{i}", "x");
        }

        (await kim.SendAsync("PATCH", "/user/dirs?path=/a&target=/z")).ShouldBe(200);
        (await server.AllAsync("kim")).ShouldContain("/z/b/c0/f0");
        (await kim.SendAsync("PATCH", "/user/dirs?path=/none&target=/y")).ShouldBe(404);
        (await kim.SendAsync("PATCH", "/user/dirs?path=/z")).ShouldBe(400);
        (await kim.DeleteAsync("/user/dirs?path=/z")).ShouldBe(200);
        (await kim.DeleteAsync("/user/dirs?path=/z")).ShouldBe(404);
        (await kim.DeleteAsync("/user/dirs?path=/")).Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.BadRequest);
        (await server.AllAsync("kim")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_may_not_be_removed_keeps_its_directory()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"], ["/d/kept"] = ["list"] },
        });
        await server.WriteAsync("kim", "/d/kept/f", "x");
        await server.Sessions.FilesOf("kim").CreateSymbolicLinkAsync(FileServer.Path("/d/link"), "kept", CancellationToken.None);
        (await kim.DeleteAsync("/user/dirs?path=/d")).ShouldBe(403);
        (await server.ReadTextAsync("kim", "/d/kept/f")).ShouldBe("x");
    }

    [Fact]
    public async Task Files_are_moved_copied_dated_and_deleted()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", "one");
        (await kim.SendAsync("PATCH", "/user/files?path=/f&target=/g")).ShouldBe(200);
        (await kim.PostAsync("/user/file-actions/move?path=/g&target=/h")).ShouldBe(200);
        (await kim.PostAsync("/user/file-actions/copy?path=/h&target=/copy")).ShouldBe(200);
        (await kim.PostAsync("/user/file-actions/copy?path=/h&target=/h")).ShouldBe(400);
        (await kim.PostAsync("/user/file-actions/copy?path=/none&target=/x")).ShouldBe(404);
        (await kim.SendAsync("PATCH", "/user/files/metadata?path=/h", """{"modification_time":1600000000123}""")).ShouldBe(200);
        (await kim.SendAsync("PATCH", "/user/files/metadata?path=/h", """{"modification_time":-1}""")).ShouldBe(400);
        (await kim.SendAsync("PATCH", "/user/files/metadata?path=/none", """{"modification_time":1}""")).ShouldBe(404);
        (await server.Sessions.FilesOf("kim").GetAttributesAsync(FileServer.Path("/h"), CancellationToken.None)).Value.ModificationTime.ShouldBe(new FileTime(1_600_000_000, 123_000_000));
        (await kim.DeleteAsync("/user/files?path=/h")).ShouldBe(200);
        (await kim.DeleteAsync("/user/files?path=/h")).ShouldBe(404);
        (await kim.DeleteAsync("/user/files")).ShouldBe(400);
        (await server.AllAsync("kim")).ShouldBe(["/copy"]);
        (await server.ReadTextAsync("kim", "/copy")).ShouldBe("one");
    }

    [Fact]
    public async Task A_tree_is_copied_and_never_into_itself()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/a/b/f", "one");
        await server.WriteAsync("kim", "/a/g", "two");
        await server.WriteAsync("kim", "/z/g", "old");
        await server.Sessions.FilesOf("kim").CreateSymbolicLinkAsync(FileServer.Path("/way"), "a", CancellationToken.None);
        (await kim.PostAsync("/user/file-actions/copy?path=/a&target=/z")).ShouldBe(200);
        (await kim.PostAsync("/user/file-actions/copy?path=/a&target=/a/b/c")).ShouldBe(400);
        (await kim.PostAsync("/user/file-actions/copy?path=/a&target=/way/c")).ShouldBe(400);
        (await kim.PostAsync("/user/file-actions/copy?path=/&target=/all")).ShouldBe(400);
        (await server.AllAsync("kim")).ShouldBe(["/a/", "/a/b/", "/a/b/f", "/a/g", "/way", "/z/", "/z/b/", "/z/b/f", "/z/g"]);
        (await server.ReadTextAsync("kim", "/z/g")).ShouldBe("two");
    }

    [Fact]
    public async Task No_path_leads_out_of_the_tree()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"], ["/closed"] = ["list"] },
        });
        await server.WriteAsync("kim", "/closed/secret", "secret");
        await server.WriteAsync("kim", "/open/f", "open");
        string[] parts = ["..", ".", "", "open", "closed", "secret", "%2e%2e", "..%2f", "..\\", "%5c..", "%00", "%252e%252e", "...", "f", "%c0%ae%c0%ae", "‥"];
        var random = new Random(20);
        for (int i = 0; i < 400; i++)
        {
            string path = string.Join(random.Next(4) == 0 ? "//" : "/", Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
            path = Uri.EscapeDataString(path).Replace("%25", "%", StringComparison.Ordinal) + (random.Next(3) == 0 ? "/" : "");
            using HttpResponseMessage file = await server.SendAsync("GET", "/user/files?path=" + path, kim);
            ((int)file.StatusCode).ShouldBeOneOf([200, 400, 403, 404], path);
            if (file.StatusCode == HttpStatusCode.OK)
            {
                (await file.Content.ReadAsStringAsync()).ShouldBe("open");
            }

            int copied = (int)await server.StatusAsync("POST", $"/user/file-actions/copy?path={path}&target=/closed/{path}", kim);
            copied.ShouldBeOneOf([200, 400, 403, 404, 409], path);
            if (copied == 200)
            {
                (await kim.PostAsync("/user/dirs?path=/open")).Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Conflict);
            }

            (await server.AllAsync("kim", "/closed")).ShouldBe(["/closed/secret"]);
            (await server.ReadTextAsync("kim", "/closed/secret")).ShouldBe("secret");
        }
    }

    [Fact]
    public async Task An_archive_holds_what_was_asked_for()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"], ["/d/closed"] = ["list"] },
        });
        byte[] large = FileServer.RandomBytes(1_000_000, 3);
        await server.WriteAsync("kim", "/d/large.bin", large);
        await server.WriteAsync("kim", "/d/sub/ü.txt", "text");
        await server.WriteAsync("kim", "/d/..\\..\\evil", "backslash");
        await server.WriteAsync("kim", "/d/.._.._evil", "other");
        await server.WriteAsync("kim", "/d/C:x", "colon");
        await server.WriteAsync("kim", "/d/closed/secret", "secret");
        await server.WriteAsync("kim", "/other/secret", "not asked for");
        await server.WriteAsync("kim", "/e.txt", "e");
        await server.Sessions.FilesOf("kim").CreateSymbolicLinkAsync(FileServer.Path("/d/link"), "../other", CancellationToken.None);
        using HttpResponseMessage response = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/d","/d/sub","e.txt","../../e.txt"]""", Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        IReadOnlyDictionary<string, string> found = await ZipReader.ReadAsync(await response.Content.ReadAsByteArrayAsync());
        found.Keys.Order(StringComparer.Ordinal).ShouldBe(new[] { "d/", "d/.._.._evil", "d/.._.._evil (2)", "d/C_x", "d/closed/", "d/large.bin", "d/sub/", "d/sub/ü.txt", "e.txt" }.Order(StringComparer.Ordinal));
        found["d/large.bin"].ShouldBe(ZipReader.DigestOf(large));
        found["d/sub/ü.txt"].ShouldBe(ZipReader.DigestOf(Encoding.UTF8.GetBytes("text")));

        // Of one directory the names begin with it as well.
        using HttpResponseMessage one = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/d/sub"]""", Encoding.UTF8, "application/json"));
        (await ZipReader.ReadAsync(await one.Content.ReadAsByteArrayAsync())).Keys.ShouldBe(["sub/", "sub/ü.txt"], ignoreOrder: true);
        using HttpResponseMessage all = await server.SendAsync("POST", "/user/streamzip", kim, new StringContent("""["/"]""", Encoding.UTF8, "application/json"));
        (await ZipReader.ReadAsync(await all.Content.ReadAsByteArrayAsync())).Keys.ShouldContain("other/secret");
    }

    [Theory]
    [InlineData("""["/none"]""", 404)]
    [InlineData("""[]""", 400)]
    [InlineData("""["a\u0000b"]""", 400)]
    [InlineData("""[""]""", 400)]
    [InlineData("""{"a":1}""", 400)]
    [InlineData("""null""", 400)]
    [InlineData("""["/closed"]""", 403)]
    public async Task An_archive_that_cannot_be_is_refused(string body, int status)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"], ["/closed"] = ["upload"] },
        });
        await server.WriteAsync("kim", "/closed/f", "f");
        (await kim.PostAsync("/user/streamzip", body)).ShouldBe(status);
    }

    [Fact]
    public async Task An_archive_that_breaks_off_is_not_taken_for_whole()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        for (int i = 0; i < 8; i++)
        {
            await server.WriteAsync("kim", $"/d/{i}", FileServer.RandomBytes(8 << 20, i));
        }

        using HttpRequestMessage request = FileServer.Request("POST", "/user/streamzip", kim, new StringContent("""["/d"]""", Encoding.UTF8, "application/json"));
        using HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Sessions.Open.Single().End(Hpc.Accounts.Sessions.SessionEndReason.Kicked);
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
    }
}
