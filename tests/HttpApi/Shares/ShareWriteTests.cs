using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Storage;

namespace Hpc.HttpApi.Tests;

public sealed class ShareWriteTests
{
    [Fact]
    public async Task Files_are_uploaded_into_a_share()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 2, Paths = ["/in"] });
        await server.WriteAsync("kim", "/in/sub/x", "x");
        using var form = FileServer.Form(("../a", Encoding.UTF8.GetBytes("one")), ("b", Encoding.UTF8.GetBytes("two")));
        (await server.StatusAsync("POST", "/shares/" + id, null, form)).ShouldBe(HttpStatusCode.Created);
        (await server.StatusAsync("POST", $"/shares/{id}/c%20d", null, new StringContent("three"), ("X-SFTPGO-MTIME", "1600000000000"))).ShouldBe(HttpStatusCode.Created);
        (await server.StatusAsync("POST", $"/shares/{id}/sub%2Fe", null, new StringContent("four"))).ShouldBe(HttpStatusCode.Created);
        (await server.StatusAsync("POST", $"/shares/{id}/none%2Fe", null, new StringContent("five"))).ShouldBe(HttpStatusCode.NotFound);
        (await server.StatusAsync("POST", $"/shares/{id}/sub", null, new StringContent("six"))).ShouldBe(HttpStatusCode.BadRequest);
        (await server.AllAsync("kim")).ShouldBe(["/in/", "/in/a", "/in/b", "/in/c d", "/in/sub/", "/in/sub/e", "/in/sub/x"]);
        (await server.Sessions.FilesOf("kim").GetAttributesAsync(FileServer.Path("/in/c d"), CancellationToken.None)).Value.ModificationTime.Seconds.ShouldBe(1_600_000_000);
        (await ShareReadTests.UsedAsync(server, id)).ShouldBe(4);
    }

    [Fact]
    public async Task Each_file_is_a_use_and_the_last_one_ends_the_upload()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 2, Paths = ["/in"], MaxTokens = 2 });
        await server.WriteAsync("kim", "/in/x", "x");
        using var form = FileServer.Form(("a", [1]), ("b", [2]), ("c", [3]));
        (await server.StatusAsync("POST", "/shares/" + id, null, form)).ShouldBe(HttpStatusCode.NotFound);
        (await server.AllAsync("kim", "/in")).ShouldBe(["/in/a", "/in/b", "/in/x"]);
        (await ShareReadTests.UsedAsync(server, id)).ShouldBe(2);
        (await server.StatusAsync("POST", $"/shares/{id}/d", null, new StringContent("d"))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("as it is", 201)]
    [InlineData("expired", 404)]
    [InlineData("with a password", 404)]
    [InlineData("removed", 404)]
    public async Task A_form_that_was_on_its_way_for_long_is_for_the_share_of_now(string share, int status)
    {
        await using FileServer server = await FileServer.StartAsync();
        DateTimeOffset end = server.Api.Time.GetUtcNow().AddHours(1);
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 2, Paths = ["/in"], ExpiresAt = end.ToUnixTimeMilliseconds() });
        await server.WriteAsync("kim", "/in/x", "x");
        const string Form = "--b\r\nContent-Disposition: form-data; name=\"filenames\"; filename=\"late\"\r\n\r\nlate\r\n--b--\r\n";
        using SlowRequest request = await SlowRequest.BeginAsync(server.Api, server.Api.Anonymous, "POST", "/shares/" + id, Form, "multipart/form-data; boundary=b");
        IObjectService<Share> shares = server.Api.Parts.Services.Shares;
        Share stored = (await shares.FindAsync(id, ChangeContext.Operator, CancellationToken.None))!.Value;
        switch (share)
        {
            case "expired":
                server.Api.Time.Advance(TimeSpan.FromHours(1));
                break;
            case "with a password":
                (await shares.UpdateAsync(id, stored with { Password = "another horse 2" }, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
                break;
            case "removed":
                (await shares.DeleteAsync(id, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
                break;
            default:
                (await shares.UpdateAsync(id, stored with { Description = "changed" }, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
                break;
        }

        (await request.EndAsync()).ShouldBe(status);
        (await server.AllAsync("kim", "/in")).ShouldBe(status == 201 ? ["/in/late", "/in/x"] : ["/in/x"]);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_gives_its_use_back()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 2, Paths = ["/in"], MaxTokens = 1 });
        await server.WriteAsync("kim", "/in/x", "x");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Api.Server.EndPoints[0]);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v2/shares/{id}/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"));
            await client.GetStream().WriteAsync(new byte[600_000]);
            await FileServer.WhileAsync(() => server.Sessions.Open.SingleOrDefault()?.Meter.BytesReceived is not > 0);

            (await ShareReadTests.UsedAsync(server, id)).ShouldBe(1);
        }

        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);

        (await ShareReadTests.UsedAsync(server, id)).ShouldBe(0);
        (await server.StatusAsync("POST", $"/shares/{id}/whole", null, new StringContent("whole"))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_user_who_may_not_write_here_lets_nobody_else()
    {
        await using FileServer server = await FileServer.StartAsync();
        await server.UserAsync(change: user => user with { Filters = user.Filters with { WebClient = ["write-disabled"] } });
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 3, Paths = ["/in"] }, isNew: false);
        await server.WriteAsync("kim", "/in/x", "x");
        (await server.StatusAsync("POST", $"/shares/{id}/y", null, new StringContent("y"))).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", $"/shares/{id}/files?path=x", null)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Curl_uploads_into_a_share_with_a_password()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await ShareReadTests.AddAsync(server, new Share { Scope = 2, Paths = ["/in"], Password = "a share password" });
        await server.WriteAsync("kim", "/in/x", "x");
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        try
        {
            byte[] content = FileServer.RandomBytes(300_000, 5);
            await File.WriteAllBytesAsync(file, content);
            (int exit, string output) = await Curl.RunAsync("-f", "-u", "me:a share password", "-X", "POST", "-T", file, $"{server.Api.BaseAddress}api/v2/shares/{id}/up.bin");
            exit.ShouldBe(0, output);
            (await server.ReadAsync("kim", "/in/up.bin")).ShouldBe(content);
            (exit, output) = await Curl.RunAsync("-f", "-u", "me:wrong", "-F", $"filenames=@{file};filename=no.bin", $"{server.Api.BaseAddress}api/v2/shares/{id}");
            exit.ShouldBe(22, output);
            (await server.ReadAsync("kim", "/in/no.bin")).ShouldBeNull();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
