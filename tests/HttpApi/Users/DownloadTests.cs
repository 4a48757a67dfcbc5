using System.Net;
using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.HttpApi.Tests;

public sealed class DownloadTests
{
    private static readonly byte[] Content = FileServer.RandomBytes(700_001, 7);

    [Fact]
    public async Task A_file_is_sent_whole()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/a/b \"ü\".bin", Content);
        using HttpResponseMessage response = await server.SendAsync("GET", "/user/files?path=a%2Fb%20%22%C3%BC%22.bin", kim);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
        response.Content.Headers.GetValues("Content-Disposition").Single().ShouldBe("attachment; filename=\"b ___.bin\"; filename*=UTF-8''b%20%22%C3%BC%22.bin");
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        response.Headers.AcceptRanges.ShouldContain("bytes");
        SessionRequest request = server.Sessions.Requests.Single();
        request.Protocol.ShouldBe("HTTP");
        request.User.UserName.ShouldBe("kim");
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        server.Sessions.Events.Where(e => e.Kind == FileEventKind.Download).ShouldHaveSingleItem().Outcome.ShouldBe(StorageError.None);
        server.Sessions.Ends.ShouldBe([SessionEndReason.ClosedByPeer]);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=699999-", 699_999, 2)]
    [InlineData("bytes=600000-99999999", 600_000, 100_001)]
    [InlineData("bytes=-5", 699_996, 5)]
    [InlineData("bytes=-99999999", 0, 700_001)]
    public async Task A_range_is_sent(string range, int start, int length)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", Content);
        using HttpResponseMessage response = await server.SendAsync("GET", "/user/files?path=/f", kim, null, ("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        response.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes {start}-{start + length - 1}/700001");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Content[start..(start + length)]);
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=nonsense")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=9-3")]
    public async Task What_is_no_single_range_is_the_whole_file(string range)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", Content);
        using HttpResponseMessage response = await server.SendAsync("GET", "/user/files?path=/f", kim, null, ("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
    }

    [Theory]
    [InlineData("bytes=700001-")]
    [InlineData("bytes=-0")]
    public async Task A_range_behind_the_end_is_refused(string range)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", Content);
        using HttpResponseMessage response = await server.SendAsync("GET", "/user/files?path=/f", kim, null, ("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */700001");
    }

    [Fact]
    public async Task Conditions_are_kept()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", Content);
        using HttpResponseMessage first = await server.SendAsync("HEAD", "/user/files?path=/f", kim);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentLength.ShouldBe(Content.Length);
        (await first.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        string tag = first.Headers.ETag!.ToString();
        string modified = first.Content.Headers.LastModified!.Value.ToString("R");
        string before = first.Content.Headers.LastModified!.Value.AddDays(-1).ToString("R");
        Task<HttpStatusCode> Get(params (string, string)[] headers) => server.StatusAsync("GET", "/user/files?path=/f", kim, null, headers);
        (await Get(("If-None-Match", tag))).ShouldBe(HttpStatusCode.NotModified);
        (await Get(("If-None-Match", "\"other\", W/" + tag))).ShouldBe(HttpStatusCode.NotModified);
        (await Get(("If-None-Match", "\"other\""))).ShouldBe(HttpStatusCode.OK);
        (await Get(("If-Modified-Since", modified))).ShouldBe(HttpStatusCode.NotModified);
        (await Get(("If-Modified-Since", before))).ShouldBe(HttpStatusCode.OK);
        (await Get(("If-None-Match", "\"other\""), ("If-Modified-Since", modified))).ShouldBe(HttpStatusCode.OK);
        (await Get(("If-Match", "\"other\""))).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Get(("If-Match", tag))).ShouldBe(HttpStatusCode.OK);
        (await Get(("If-Unmodified-Since", before))).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Get(("Range", "bytes=1-2"), ("If-Range", tag))).ShouldBe(HttpStatusCode.PartialContent);
        (await Get(("Range", "bytes=1-2"), ("If-Range", "\"other\""))).ShouldBe(HttpStatusCode.OK);
        (await Get(("Range", "bytes=1-2"), ("If-Range", "W/" + tag))).ShouldBe(HttpStatusCode.OK);
        (await Get(("Range", "bytes=1-2"), ("If-Range", modified))).ShouldBe(HttpStatusCode.PartialContent);
        (await Get(("Range", "bytes=1-2"), ("If-Range", before))).ShouldBe(HttpStatusCode.OK);
        await server.WriteAsync("kim", "/f", "changed");
        (await Get(("If-None-Match", tag))).ShouldBe(HttpStatusCode.OK);

        // Asking for headers, and being told that nothing changed, is no download.
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        server.Sessions.Events.Count(e => e.Kind == FileEventKind.Download).ShouldBe(10);
    }

    [Fact]
    public async Task An_empty_file_has_no_ranges()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/empty", "");
        using HttpResponseMessage whole = await server.SendAsync("GET", "/user/files?path=/empty", kim);
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        whole.Content.Headers.ContentLength.ShouldBe(0);
        (await server.StatusAsync("GET", "/user/files?path=/empty", kim, null, ("Range", "bytes=0-"))).ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task What_is_not_allowed_or_not_there_is_told()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"], ["/closed"] = ["list"] },
        });
        await server.WriteAsync("kim", "/closed/f", "secret");
        (await server.StatusAsync("GET", "/user/files?path=/closed/f", kim)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("HEAD", "/user/files?path=/closed/f", kim)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", "/user/files?path=/none", kim)).ShouldBe(HttpStatusCode.NotFound);
        (await server.StatusAsync("GET", "/user/files?path=/closed", kim)).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("GET", "/user/files", kim)).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("GET", "/user/files?path=a%00b", kim)).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("GET", "/user/files?path=" + new string('a', 5000), kim)).ShouldBe(HttpStatusCode.BadRequest);
        (await server.StatusAsync("GET", "/user/files?path=/closed/f", null)).ShouldBe(HttpStatusCode.Unauthorized);
        ApiClient admin = await server.Api.AdminAsync();
        (await server.StatusAsync("GET", "/user/files?path=/closed/f", admin)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Too_many_sessions_are_told_to_wait()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/large", new byte[32 << 20]);
        server.Sessions.Limit = 1;
        using HttpRequestMessage request = FileServer.Request("GET", "/user/files?path=/large", kim);
        using (HttpResponseMessage slow = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            slow.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await server.StatusAsync("GET", "/user/dirs", kim)).ShouldBe(HttpStatusCode.TooManyRequests);
            (await slow.Content.ReadAsByteArrayAsync()).Length.ShouldBe(32 << 20);
        }
    }

    [Theory]
    [InlineData(SessionEndReason.Kicked)]
    [InlineData(SessionEndReason.AccountChanged)]
    public async Task A_session_that_is_ended_breaks_its_download_off(SessionEndReason reason)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/large", new byte[64 << 20]);
        using HttpRequestMessage request = FileServer.Request("GET", "/user/files?path=/large", kim);
        using HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        MemorySessions.MemoryGrant grant = server.Sessions.Open.Single();
        grant.Meter.Transfers.Values.Single().VirtualPath.ShouldBe("/large");
        grant.End(reason);
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);

        server.Sessions.Ends.ShouldBe([reason]);
        server.Sessions.Events.Single(e => e.Kind == FileEventKind.Download).Outcome.ShouldBe(StorageError.Cancelled);
    }

    [Fact]
    public async Task Without_sessions_files_are_not_served()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim");
        ApiClient kim = await server.UserLoginAsync("kim");
        (await kim.GetAsync("/user/dirs")).ShouldBe(501);
        (await kim.GetAsync("/user/files?path=/f")).ShouldBe(501);
    }

    [Fact]
    public async Task Curl_continues_a_download()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f.bin", Content);
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(file, Content[..300_000]);
            (int exit, string output) = await Curl.RunAsync("-f", "-C", "-", "-o", file, "-H", "Authorization: Bearer " + kim.Token, $"{server.Api.BaseAddress}api/v2/user/files?path=f.bin");
            exit.ShouldBe(0, output);
            (await File.ReadAllBytesAsync(file)).ShouldBe(Content);
            (exit, output) = await Curl.RunAsync("-f", "-r", "5-9", "-o", file, "-H", "Authorization: Bearer " + kim.Token, $"{server.Api.BaseAddress}api/v2/user/files?path=f.bin");
            exit.ShouldBe(0, output);
            (await File.ReadAllBytesAsync(file)).ShouldBe(Content[5..10]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
