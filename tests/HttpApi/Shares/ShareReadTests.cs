using System.Net;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Storage;
using Hpc.Storage.Memory;

namespace Hpc.HttpApi.Tests;

public sealed class ShareReadTests
{
    [Fact]
    public async Task A_share_is_an_archive_a_file_and_a_listing()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/share"] });
        await server.WriteAsync("kim", "/share/a/f", "one");
        await server.WriteAsync("kim", "/share/g", "two");
        await server.WriteAsync("kim", "/share2/secret", "secret");
        using HttpResponseMessage zip = await server.SendAsync("GET", "/shares/" + id, null);
        zip.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync())).Keys.ShouldBe(["share/", "share/a/", "share/a/f", "share/g"], ignoreOrder: true);
        (await server.Api.Anonymous.GetAsync($"/shares/{id}/files?path=a%2Ff")).ShouldBe(200).Body.ShouldBe("one");
        (await server.Api.Anonymous.GetAsync($"/shares/{id}/files?path=%2Fg")).ShouldBe(200).Body.ShouldBe("two");
        (await server.StatusAsync("GET", $"/shares/{id}/files?path=g", null, null, ("Range", "bytes=1-1"))).ShouldBe(HttpStatusCode.PartialContent);
        (await server.Api.Anonymous.GetAsync($"/shares/{id}/dirs")).ShouldBe(200).Json.AsArray().Count.ShouldBe(2);
        (await server.Api.Anonymous.GetAsync($"/shares/{id}/dirs?path=a")).ShouldBe(200).Json[0]!["name"]!.GetValue<string>().ShouldBe("f");
        (await server.Api.Anonymous.GetAsync($"/shares/{id}?compress=false")).ShouldBe(400);
        (await server.Api.Anonymous.GetAsync($"/shares/{id}/files")).ShouldBe(400);
        server.Sessions.Requests.ShouldAllBe(request => request.Protocol == "HTTPShare" && request.User.UserName == "kim");
    }

    [Fact]
    public async Task A_share_of_files_is_those_alone()
    {
        await using FileServer server = await FileServer.StartAsync();
        string one = await AddAsync(server, new Share { Scope = 1, Paths = ["/d/f"] });
        string two = await AddAsync(server, new Share { Scope = 1, Paths = ["/d/f", "/d/g"] }, isNew: false);
        await server.WriteAsync("kim", "/d/f", "one");
        await server.WriteAsync("kim", "/d/f2", "secret");
        await server.WriteAsync("kim", "/d/g", "two");
        using HttpResponseMessage file = await server.SendAsync("GET", $"/shares/{one}?compress=false", null);
        (await file.Content.ReadAsStringAsync()).ShouldBe("one");
        file.Content.Headers.GetValues("Content-Disposition").Single().ShouldStartWith("attachment; filename=\"f\"");
        using HttpResponseMessage zip = await server.SendAsync("GET", "/shares/" + two, null);
        (await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync())).Keys.ShouldBe(["f", "g"], ignoreOrder: true);
        (await server.Api.Anonymous.GetAsync($"/shares/{two}?compress=false")).ShouldBe(400);
        (await server.Api.Anonymous.GetAsync($"/shares/{two}/files?path=f")).ShouldBe(400);
        (await server.Api.Anonymous.GetAsync($"/shares/{two}/dirs")).ShouldBe(400);
        foreach (string path in new[] { "../f2", "2", "/../f2", "..%2Ff2" })
        {
            (await server.Api.Anonymous.GetAsync($"/shares/{one}/files?path={path}")).Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Nothing_leads_out_of_a_share()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 3, Paths = ["/share"] });
        await server.WriteAsync("kim", "/share/in/f", "open");
        await server.WriteAsync("kim", "/share2/f", "secret");
        await server.WriteAsync("kim", "/share2/unshared", "secret");
        await server.WriteAsync("kim", "/f", "secret");
        MemoryFileSystem files = server.Sessions.FilesOf("kim");
        await files.CreateSymbolicLinkAsync(FileServer.Path("/share/out"), "../share2", CancellationToken.None);
        await files.CreateSymbolicLinkAsync(FileServer.Path("/share/outfile"), "../f", CancellationToken.None);
        await files.CreateSymbolicLinkAsync(FileServer.Path("/share/inner"), "in", CancellationToken.None);
        string[] parts = ["..", ".", "", "f", "in", "share2", "out", "outfile", "inner", "2", "%2e%2e", "..%2f", "..\\", "%00", "%252e%252e", "share"];
        var random = new Random(39);
        for (int i = 0; i < 400; i++)
        {
            string path = string.Join(random.Next(4) == 0 ? "//" : "/", Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]));
            string query = Uri.EscapeDataString(path).Replace("%25", "%", StringComparison.Ordinal);
            using HttpResponseMessage file = await server.SendAsync("GET", $"/shares/{id}/files?path={query}", null);
            ((int)file.StatusCode).ShouldBeOneOf([200, 400, 404], path);
            if (file.StatusCode == HttpStatusCode.OK)
            {
                (await file.Content.ReadAsStringAsync()).ShouldNotBe("secret");
            }

            using HttpResponseMessage list = await server.SendAsync("GET", $"/shares/{id}/dirs?path={query}", null);
            (await list.Content.ReadAsStringAsync()).ShouldNotContain("unshared");
            ((int)await server.StatusAsync("POST", $"/shares/{id}/{query}", null, new StringContent("evil"))).ShouldBeOneOf([201, 400, 403, 404, 415], path);
            (await server.ReadTextAsync("kim", "/share2/f")).ShouldBe("secret");
            (await server.ReadTextAsync("kim", "/f")).ShouldBe("secret");
            (await server.AllAsync("kim", "/share2")).ShouldBe(["/share2/f", "/share2/unshared"]);
        }

        (await server.AllAsync("kim")).Where(path => path == "/share/" || !path.StartsWith("/share/", StringComparison.Ordinal)).ShouldBe(["/f", "/share/", "/share2/", "/share2/f", "/share2/unshared"]);
        using HttpResponseMessage zip = await server.SendAsync("GET", "/shares/" + id, null);
        (await ZipReader.ReadAsync(await zip.Content.ReadAsByteArrayAsync())).Keys.ShouldAllBe(name => name.StartsWith("share/", StringComparison.Ordinal) && !name.Contains("unshared", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_share_is_used_as_often_as_it_may_be()
    {
        const int Most = 10;
        const int Asked = 1_000;
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/f"], MaxTokens = Most });
        await server.WriteAsync("kim", "/f", "content");
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, Asked).Select(_ => server.StatusAsync("GET", $"/shares/{id}?compress=false", null)));
        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(Most);
        answers.Count(status => status == HttpStatusCode.NotFound).ShouldBe(Asked - Most);
        (await UsedAsync(server, id)).ShouldBe(Most);
        (await server.StatusAsync("GET", $"/shares/{id}", null)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_use_that_fails_is_given_back()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/d"], MaxTokens = 2 });
        await server.WriteAsync("kim", "/d/large", new byte[64 << 20]);
        (await server.StatusAsync("GET", $"/shares/{id}/files?path=none", null)).ShouldBe(HttpStatusCode.NotFound);
        (await server.StatusAsync("HEAD", $"/shares/{id}/files?path=large", null)).ShouldBe(HttpStatusCode.OK);
        (await server.StatusAsync("GET", $"/shares/{id}/files?path=large", null, null, ("Range", "bytes=99999999-"))).ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        (await server.StatusAsync("GET", $"/shares/{id}/dirs", null)).ShouldBe(HttpStatusCode.OK);
        (await UsedAsync(server, id)).ShouldBe(0);
        foreach (string path in new[] { $"/shares/{id}/files?path=large", $"/shares/{id}/files?path=large" })
        {
            using HttpRequestMessage request = FileServer.Request("GET", path, null);
            using (HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            {
                response.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await UsedAsync(server, id)).ShouldBe(1);
            }

            await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);

            (await UsedAsync(server, id)).ShouldBe(0);
        }

        (await server.StatusAsync("GET", $"/shares/{id}/files?path=large", null)).ShouldBe(HttpStatusCode.OK);
        (await UsedAsync(server, id)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_asks_for_the_headers_of_an_archive_takes_no_use()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/d"], MaxTokens = 1 });
        await server.WriteAsync("kim", "/d/f", "content");
        server.Sessions.Events.Clear();
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage head = await server.SendAsync("HEAD", $"/shares/{id}", null);
            head.StatusCode.ShouldBe(HttpStatusCode.OK);
            head.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
            head.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
            (await UsedAsync(server, id)).ShouldBe(0);
        }

        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        server.Sessions.Events.ShouldAllBe(fileEvent => fileEvent.Path == FileServer.Path("/d"));
        (await server.StatusAsync("GET", $"/shares/{id}", null)).ShouldBe(HttpStatusCode.OK);
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        (await UsedAsync(server, id)).ShouldBe(1);
        (await server.StatusAsync("HEAD", $"/shares/{id}", null)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Shares_that_are_not_there_look_alike()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/f"], ExpiresAt = server.Api.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds() });
        await server.WriteAsync("kim", "/f", "content");
        string unknown = (await server.Api.Anonymous.GetAsync("/shares/AAAAAAAAAAAAAAAAAAAAAA")).ShouldBe(404).Body;
        server.Refused.ShouldBe(1);
        (await server.StatusAsync("GET", $"/shares/{id}?compress=false", null)).ShouldBe(HttpStatusCode.OK);
        User kim = (await server.Api.Parts.Services.Users.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value;
        Func<User, User>[] changes =
        [
            user => user with { Status = 0 },
            user => user with { ExpirationDate = 1 },
            user => user with { Filters = user.Filters with { WebClient = ["shares-disabled"] } },
            user => user with { Filters = user.Filters with { DeniedProtocols = ["HTTP"] } },
        ];
        foreach (Func<User, User> change in changes)
        {
            await ChangeAsync(server, change(kim));
            (await server.Api.Anonymous.GetAsync($"/shares/{id}?compress=false")).ShouldBe(404).Body.ShouldBe(unknown);
        }

        await ChangeAsync(server, kim);
        (await server.StatusAsync("GET", $"/shares/{id}?compress=false", null)).ShouldBe(HttpStatusCode.OK);
        server.Api.Time.Advance(TimeSpan.FromHours(2));
        (await server.Api.Anonymous.GetAsync($"/shares/{id}?compress=false")).ShouldBe(404).Body.ShouldBe(unknown);
        (await server.StatusAsync("GET", "/shares/" + new string('a', 4000), null)).ShouldBe(HttpStatusCode.NotFound);
        (await server.StatusAsync("GET", "/shares/..%2F..%2Fx", null)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Scope_address_and_permissions_of_the_owner_hold()
    {
        await using FileServer server = await FileServer.StartAsync();
        string write = await AddAsync(server, new Share { Scope = 2, Paths = ["/d"] });
        string elsewhere = await AddAsync(server, new Share { Scope = 1, Paths = ["/d"], AllowFrom = ["192.0.2.0/24"] }, isNew: false);
        string here = await AddAsync(server, new Share { Scope = 1, Paths = ["/d"], AllowFrom = ["127.0.0.0/8"] }, isNew: false);
        string read = await AddAsync(server, new Share { Scope = 1, Paths = ["/d"] }, isNew: false);
        await server.WriteAsync("kim", "/d/f", "content");
        (await server.StatusAsync("GET", "/shares/" + write, null)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", $"/shares/{write}/dirs", null)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", "/shares/" + elsewhere, null)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", $"/shares/{here}/files?path=f", null)).ShouldBe(HttpStatusCode.OK);
        (await server.StatusAsync("POST", $"/shares/{read}/x", null, new StringContent("x"))).ShouldBe(HttpStatusCode.Forbidden);
        User kim = (await server.Api.Parts.Services.Users.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value;
        await ChangeAsync(server, kim with { Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["list"] } });
        (await server.StatusAsync("GET", $"/shares/{here}/files?path=f", null)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("POST", $"/shares/{write}/x", null, new StringContent("x"))).ShouldBe(HttpStatusCode.Forbidden);
        (await UsedAsync(server, here)).ShouldBe(1);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_wrong_ones_are_bounded_and_told()
    {
        await using FileServer server = await FileServer.StartAsync(options => options with { Limits = options.Limits with { LoginsPerPeriod = 12 } });
        string id = await AddAsync(server, new Share { Scope = 1, Paths = ["/f"], Password = "a share password" });
        await server.WriteAsync("kim", "/f", "content");
        string path = $"/shares/{id}?compress=false";
        using (HttpResponseMessage without = await server.SendAsync("GET", path, null))
        {
            without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            without.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
        }

        server.Refused.ShouldBe(0);
        foreach (string user in new[] { "kim", "anybody", "" })
        {
            (await server.StatusAsync("GET", path, null, null, Basic(user, "a share password"))).ShouldBe(HttpStatusCode.OK);
        }

        int tried = 0;
        HttpStatusCode last;
        while ((last = await server.StatusAsync("GET", path, null, null, Basic("kim", "wrong " + tried))) == HttpStatusCode.Unauthorized && tried < 100)
        {
            tried++;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        tried.ShouldBeInRange(12, 60);
        server.Refused.ShouldBe(tried);

        // Who knows the password, and gave it before, is not kept out by who does not.
        (await server.StatusAsync("GET", path, null, null, Basic("kim", "a share password"))).ShouldBe(HttpStatusCode.OK);
        (int exit, string output) = await Curl.RunAsync("-f", "-u", "x:a share password", $"{server.Api.BaseAddress}api/v2{path}");
        (exit, output).ShouldBe((0, "content"));
    }

    private static (string Name, string Value) Basic(string user, string password) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    internal static async Task<string> AddAsync(FileServer server, Share share, bool isNew = true)
    {
        if (isNew)
        {
            await server.Api.AddUserAsync("kim");
        }

        ObjectResult<Share> added = await server.Api.Parts.Services.Shares.AddAsync(share with { Name = "share", Username = "kim" }, ChangeContext.Operator, CancellationToken.None);
        added.Status.ShouldBe(ObjectStatus.Done, added.Message);
        return added.Value!.Value.Id;
    }

    internal static async Task<long> UsedAsync(FileServer server, string id)
    {
        var key = new ObjectKey(ObjectKind.Share, id);
        return (await server.Api.Parts.Provider.Activity.FindAsync([key], CancellationToken.None)).GetValueOrDefault((key, ActivityField.UsedTokens));
    }

    private static async Task ChangeAsync(FileServer server, User user)
    {
        ObjectResult<User> changed = await server.Api.Parts.Services.Users.UpdateAsync(user.Username, user with { Password = null }, null, ChangeContext.Operator, CancellationToken.None);
        changed.Status.ShouldBe(ObjectStatus.Done, changed.Message);
    }
}
