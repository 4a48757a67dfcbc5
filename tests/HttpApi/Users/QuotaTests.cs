using System.Net;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.HttpApi.Tests;

public sealed class QuotaTests
{
    [Fact]
    public async Task A_quota_that_is_used_up_is_413_and_leaves_nothing()
    {
        await using FileServer server = await FileServer.StartAsync();
        var ledger = new UsageLedger("user:kim", new GenerousReserver());
        server.Sessions.Configure = definition => definition with { Mounts = [definition.Mounts[0] with { Quotas = [new QuotaShare(ledger, 1_000_000, 3)] }] };
        ApiClient kim = await server.UserAsync();
        (await server.StatusAsync("POST", "/user/files/upload?path=/a", kim, new ByteArrayContent(new byte[900_000]))).ShouldBe(HttpStatusCode.Created);
        (await server.StatusAsync("POST", "/user/files/upload?path=/b", kim, new ByteArrayContent(new byte[400_000]))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var form = FileServer.Form(("c", new byte[10]), ("d", new byte[10]), ("e", new byte[10]));
        (await server.StatusAsync("POST", "/user/files", kim, form)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.StatusAsync("POST", "/user/file-actions/copy?path=/a&target=/f", kim)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.AllAsync("kim")).ShouldBe(["/a", "/c", "/d"]);
        ledger.Bytes.Value.ShouldBe(900_020);
        ledger.Files.Value.ShouldBe(3);
    }

    [Fact]
    public async Task A_transfer_quota_that_is_used_up_is_403_for_downloads_and_413_for_uploads()
    {
        await using FileServer server = await FileServer.StartAsync();
        var ledger = new UsageLedger("user:kim", new GenerousReserver());
        server.Sessions.Configure = definition => definition with { Transfer = new TransferQuota(ledger, 1_000, 1_000, 0) };
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", new byte[800]);
        (await server.StatusAsync("GET", "/user/files?path=/f", kim)).ShouldBe(HttpStatusCode.OK);
        (await server.StatusAsync("GET", "/user/files?path=/f", kim)).ShouldBe(HttpStatusCode.Forbidden);
        (await server.StatusAsync("GET", "/user/files?path=/f", kim, null, ("Range", "bytes=0-99"))).ShouldBe(HttpStatusCode.PartialContent);
        (await server.StatusAsync("POST", "/user/files/upload?path=/g", kim, new ByteArrayContent(new byte[2_000]))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.ReadAsync("kim", "/g")).ShouldBeNull();
    }
}
