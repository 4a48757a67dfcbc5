using System.Net;
using Hpc.Accounts.Sessions;
using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.HttpApi.Tests;

/// <summary>Downloads and uploads that wait for a limit of speed, and what ends the wait.</summary>
public sealed class FilePacingTests
{
    private const int Size = 100_000;

    private static readonly byte[] Content = FileServer.RandomBytes(Size, 12);

    private readonly FakeBandwidth _up = new();
    private readonly FakeBandwidth _down = new();

    [Fact]
    public async Task A_download_goes_on_with_its_limit_and_is_not_idle_while_it_waits()
    {
        await using FileServer server = await StartAsync();
        ApiClient kim = await KimAsync(server);
        Task<HttpResponseMessage> download = server.SendAsync("GET", "/user/files?path=/f", kim);
        await FileServer.WhileAsync(() => _down.Waiting == 0);
        await FileServer.WhileAsync(() => !server.Sessions.Open.Single().Meter.IsWaiting);
        _down.Taken.ShouldBe(0);
        _down.Allow(Size);
        using HttpResponseMessage response = await download;
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
        (_down.Taken, _up.Taken).ShouldBe((Size, 0));
    }

    [Fact]
    public async Task An_upload_takes_from_its_limit_what_has_come_and_nothing_before()
    {
        await using FileServer server = await StartAsync();
        ApiClient kim = await KimAsync(server);
        Task<HttpStatusCode> upload = server.StatusAsync("POST", "/user/files/upload?path=/g", kim, new ByteArrayContent(Content));
        await FileServer.WhileAsync(() => _up.Waiting == 0);
        await FileServer.WhileAsync(() => !server.Sessions.Open.Single().Meter.IsWaiting);
        server.Sessions.Open.Single().Meter.BytesReceived.ShouldBe(0);
        _up.Allow(_up.Length);
        await FileServer.WhileAsync(() => server.Sessions.Open.Single().Meter.BytesReceived < _up.Length);
        _up.Allow(Size);
        (await upload).ShouldBe(HttpStatusCode.Created);
        (await server.ReadAsync("kim", "/g")).ShouldBe(Content);
        _up.Taken.ShouldBe(Size);
    }

    [Theory]
    [InlineData("GET", "/user/files?path=/f")]
    [InlineData("POST", "/user/streamzip")]
    [InlineData("POST", "/user/files/upload?path=/g")]
    public async Task A_wait_ends_with_its_session(string method, string path)
    {
        await using FileServer server = await StartAsync();
        ApiClient kim = await KimAsync(server);
        using HttpContent? content = method == "GET" ? null : path.EndsWith("zip", StringComparison.Ordinal) ? new StringContent("""["/f"]""") : new ByteArrayContent(Content);
        Task<HttpResponseMessage> answer = server.SendAsync(method, path, kim, content);
        await FileServer.WhileAsync(() => _up.Waiting + _down.Waiting == 0);
        MemorySessions.MemoryGrant grant = server.Sessions.Open.Single();
        await FileServer.WhileAsync(() => !grant.Meter.IsWaiting);
        grant.End(SessionEndReason.Kicked);
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        (grant.Meter.IsWaiting, _up.Waiting + _down.Waiting, _up.Taken + _down.Taken).ShouldBe((false, 0, 0));
        await answer.ContinueWith(static task => task.Exception is null ? null : task.Exception.Message, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_wait_ends_with_its_client()
    {
        await using FileServer server = await StartAsync();
        ApiClient kim = await KimAsync(server);
        using (HttpRequestMessage request = FileServer.Request("GET", "/user/files?path=/f", kim))
        {
            using var gone = new CancellationTokenSource();
            Task<HttpResponseMessage> answer = server.Http.SendAsync(request, gone.Token);
            await FileServer.WhileAsync(() => _down.Waiting == 0);
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => answer);
        }

        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        (_down.Waiting, _down.Taken).ShouldBe((0, 0));
    }

    private static async Task<ApiClient> KimAsync(FileServer server)
    {
        ApiClient kim = await server.UserAsync();
        await server.WriteAsync("kim", "/f", Content);
        return kim;
    }

    private async Task<FileServer> StartAsync()
    {
        FileServer server = await FileServer.StartAsync();
        server.Sessions.Configure = files => files with { Bandwidth = new FileBandwidth(_up, _down) };
        return server;
    }
}
