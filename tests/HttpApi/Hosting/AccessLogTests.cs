using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Hpc.Accounts.Data;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Tests;

public sealed class AccessLogTests
{
    [Fact]
    public async Task Every_request_is_one_line_without_its_secrets()
    {
        using var log = new CapturedLog();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Loggers = log });
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/users/kim?secret=hidden-in-the-query")).ShouldBe(404);
        (await admin.PostAsync("/users", """{"username":"kim","password":"hidden-in-the-body"}""")).ShouldBe(400);
        using HttpResponseMessage wrong = await server.AskForTokenAsync("kim", "hidden-in-the-header");
        await EventuallyAsync(() => log.Lines.Count(line => line.Contains("/api/v2/", StringComparison.Ordinal) && line.Contains(" ms, ", StringComparison.Ordinal)) >= 4);
        log.Lines.ShouldContain(line => line.Contains("GET /api/v2/users/kim 404", StringComparison.Ordinal) && line.Contains("admin " + admin.Name, StringComparison.Ordinal) && line.Contains("127.0.0.1", StringComparison.Ordinal));
        log.Lines.ShouldContain(line => line.Contains("GET /api/v2/token 401", StringComparison.Ordinal) && line.Contains("nobody", StringComparison.Ordinal));
        log.Lines.ShouldNotContain(line => line.Contains("hidden-in", StringComparison.Ordinal) || line.Contains(admin.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ids_of_shares_are_in_no_line()
    {
        using var log = new CapturedLog();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Loggers = log }, loggers: log);
        await server.AddUserAsync("kim");
        ApiClient kim = await server.UserLoginAsync("kim");
        string id = (await kim.PostAsync("/user/shares", """{"name":"one","scope":1,"paths":["/a"]}""")).ShouldBe(201).Headers["X-Object-ID"];
        foreach ((string method, string path) in new[]
        {
            ("GET", "/user/shares/"), ("BREW", "/user/shares/"), ("PATCH", "/shares/"), ("GET", "/shares/"), ("GET", "/nothing/Shares/"), ("GET", "/user/shares%2f"), ("GET", "/user/shares//"), ("HEAD", "/shares/"),
        })
        {
            await kim.SendAsync(method, path + id);
        }

        (await kim.GetAsync($"/shares/{id}/nothing/at/all")).ShouldBe(404);
        (await kim.PutAsync("/user/shares/" + id, """{"name":"two","scope":1,"paths":["/b"]}""")).ShouldBe(200);
        (await kim.DeleteAsync("/user/shares/" + id)).ShouldBe(200);
        await EventuallyAsync(() => log.Lines.Count(line => line.Contains("shares", StringComparison.OrdinalIgnoreCase) && line.Contains(" ms, ", StringComparison.Ordinal)) >= 12);
        log.Lines.Count(line => line.Contains("of Share sha256:", StringComparison.Ordinal)).ShouldBe(3);
        log.Lines.ShouldContain(line => line.Contains("PUT /api/v2/user/shares/{id} 200", StringComparison.Ordinal));
        log.Lines.ShouldContain(line => line.Contains("PATCH /api/v2/shares/… 405", StringComparison.Ordinal));
        log.Lines.ShouldNotContain(line => line.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_is_told_to_the_log_and_to_nobody_else()
    {
        using var log = new CapturedLog();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Loggers = log, Connections = new FaultyConnections(new InvalidOperationException("inner-detail")) });
        ApiAnswer answer = (await (await server.AdminAsync()).GetAsync("/connections")).ShouldBe(500);
        answer.Body.ShouldNotContain("inner-detail");
        answer.Body.ShouldNotContain("Exception");
        log.Lines.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("inner-detail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_data_provider_that_is_away_is_503()
    {
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Connections = new FaultyConnections(new DataProviderException("inner-detail")) });
        (await (await server.AdminAsync()).GetAsync("/connections")).ShouldBe(503).Body.ShouldNotContain("inner-detail");
    }

    [Fact]
    public async Task Requests_are_counted_by_route()
    {
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "hpc_http_requests")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.Enqueue(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        listener.Start();
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/folders/of-this-test-alone")).ShouldBe(404);
        (await admin.SendAsync("BREW", "/nothing/at/all")).ShouldBe(404);
        await EventuallyAsync(() => counted.Contains("GET /api/v2/folders/{name} 404") && counted.Contains("other other 404"));
    }

    // The line is written after the answer has gone out.
    private static async Task EventuallyAsync(Func<bool> isSo)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isSo())
        {
            await Task.Delay(10, end.Token);
        }
    }

    private sealed class FaultyConnections(Exception fault) : Parts.IConnectionOperations
    {
        public ValueTask<IReadOnlyList<Models.ConnectionStatus>> ListAsync(CancellationToken ct) => throw fault;

        public ValueTask<bool> CloseAsync(string connectionId, string node, CancellationToken ct) => throw fault;

        public ValueTask<int> CloseUserAsync(string userName, CancellationToken ct) => throw fault;
    }
}
