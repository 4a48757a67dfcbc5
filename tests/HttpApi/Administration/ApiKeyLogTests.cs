using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Tests;

public sealed partial class ApiKeyLogTests
{
    [Fact]
    public async Task A_refused_key_is_one_warning_with_id_account_and_reason_and_without_the_secret()
    {
        using var log = new CapturedLog();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Loggers = log }, loggers: log);
        await server.AddAdminAsync("shy", "*");
        await server.AddAdminAsync(new Admin { Username = "robot", Permissions = ["*"], Filters = new AdminFilters { AllowApiKeyAuth = true } });
        await server.AddAdminAsync(new Admin { Username = "half", Permissions = ["*"], Filters = new AdminFilters { AllowApiKeyAuth = true, RequireTwoFactor = true } });
        await server.AddUserAsync("kim", user => user with { Filters = user.Filters with { AllowApiKeyAuth = true, TwoFactorProtocols = ["HTTP"] } });
        ApiClient admin = await server.AdminAsync();
        long end = server.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        string robot = await AddAsync(admin, $$"""{"name":"a","scope":1,"admin":"robot","expires_at":{{end}}}""");
        string shy = await AddAsync(admin, """{"name":"b","scope":1,"admin":"shy"}""");
        string half = await AddAsync(admin, """{"name":"c","scope":1,"admin":"half"}""");
        string kim = await AddAsync(admin, """{"name":"d","scope":2,"user":"kim"}""");
        string wrong = robot[..^1] + (robot[^1] == 'a' ? 'b' : 'a');

        await RefusedAsync(server, log, "hidden", 400, "(none)", "(nobody)", "has not the form");
        await RefusedAsync(server, log, "unknown.hidden.lee", 400, "unknown", "lee", "there is no key of this id");
        await RefusedAsync(server, log, wrong, 401, IdOf(robot), "robot", "wrong secret");
        await RefusedAsync(server, log, shy, 401, IdOf(shy), "shy", "not for keys");
        await RefusedAsync(server, log, half, 401, IdOf(half), "half", "second factor");
        await RefusedAsync(server, log, kim, 401, IdOf(kim), "kim", "second factor");
        server.Time.Advance(TimeSpan.FromHours(1));
        await RefusedAsync(server, log, robot, 401, IdOf(robot), "robot", "expired");

        foreach (string secret in new[] { "hidden", wrong.Split('.')[1], shy.Split('.')[1], half.Split('.')[1], kim.Split('.')[1], robot.Split('.')[1] })
        {
            log.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_end_of_a_token_is_logged_in_utc()
    {
        using var log = new CapturedLog();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Loggers = log });
        ApiClient admin = await server.AdminAsync();
        string line = log.Lines.Single(entry => entry.Contains($"admin {admin.Name} was given a token", StringComparison.Ordinal));
        Match time = Time().Match(line);
        time.Success.ShouldBeTrue(line);
        DateTimeOffset.Parse(time.Value, CultureInfo.InvariantCulture).ShouldBeGreaterThan(server.Time.GetUtcNow());
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    private static string IdOf(string key) => key.Split('.')[0];

    private static async Task<string> AddAsync(ApiClient admin, string json)
    {
        JsonNode added = (await admin.PostAsync("/apikeys", json)).ShouldBe(201).Json;
        return added["key"]!.GetValue<string>();
    }

    private static async Task RefusedAsync(ApiServer server, CapturedLog log, string key, int status, string id, string account, string reason)
    {
        log.Lines.Clear();
        (await new ApiClient(server, "", null, key).GetAsync(account == "kim" ? "/user/dirs" : "/users")).ShouldBe(status);
        string line = log.Lines.Single(entry => entry.Contains("API key", StringComparison.Ordinal));
        line.ShouldStartWith($"Warning API key {id} for {account} from 127.0.0.1 was refused: ");
        line.ShouldContain(reason);
    }
}
