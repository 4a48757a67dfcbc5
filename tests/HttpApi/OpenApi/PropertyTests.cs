using System.Globalization;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Tests;

/// <summary>
/// Random requests for every operation of the document, good and broken ones: no fault, no hang, nothing out of the document, no secret in any answer.
/// </summary>
public sealed class PropertyTests
{
    private const string Marker = "MARKER-SECRET-";
    private const int PerOperation = 12;

    // What is told to its owner, or was asked for with all rights: keys and codes that are made for the answer.
    private static readonly string[] TellSecrets = ["/api/v2/dumpdata"];

    private static readonly TimeSpan NoHang = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_request_faults_hangs_or_leaks_a_secret(int seed)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonNode document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/openapi.json"))!;
        string[] secrets = await PlantAsync(server);
        var random = new Random(seed);
        var values = new RandomValues(random, document, Marker);
        string admin = (await server.AdminAsync()).Token;
        var failures = new List<string>();
        using var noHang = new CancellationTokenSource(NoHang);
        foreach ((string path, JsonNode? item) in document["paths"]!.AsObject().OrderBy(_ => random.Next()).ToArray())
        {
            foreach ((string method, JsonNode? operation) in item!.AsObject().Where(entry => entry.Key is "get" or "put" or "post" or "delete" or "patch"))
            {
                for (int i = 0; i < PerOperation; i++)
                {
                    // Logging out and changing the own account would make all that follows a 401.
                    if ((path.EndsWith("/logout", StringComparison.Ordinal) && i == 0) || i % 6 == 5)
                    {
                        admin = (await server.AdminAsync()).Token;
                    }

                    using HttpRequestMessage request = values.NewRequest(method, path, operation!, admin);
                    string line = $"{request.Method} {request.RequestUri}";
                    using HttpResponseMessage response = await server.Http.SendAsync(request, noHang.Token);
                    string body = await response.Content.ReadAsStringAsync(noHang.Token);
                    int status = (int)response.StatusCode;
                    if (status == 500 || (status > 501 && status != 503))
                    {
                        failures.Add($"{line}: {status} {body}");
                    }

                    if (!operation!["responses"]!.AsObject().ContainsKey(status.ToString(CultureInfo.InvariantCulture)))
                    {
                        failures.Add($"{line}: {status} is not in the document: {body}");
                    }

                    if (!TellSecrets.Contains(path) && !line.Contains("confidential_data", StringComparison.Ordinal)
                        && secrets.FirstOrDefault(secret => body.Contains(secret, StringComparison.OrdinalIgnoreCase)) is { } leaked)
                    {
                        failures.Add($"{line}: {leaked} is in the answer");
                    }

                    if (body.Contains("   at ", StringComparison.Ordinal) || body.Contains("Exception", StringComparison.Ordinal))
                    {
                        failures.Add($"{line}: an exception is in the answer: {body}");
                    }
                }
            }
        }

        failures.Take(20).ShouldBeEmpty();
    }

    // Passwords, keys and secrets of every kind of object; none of them, and no hash or key material of them, may be shown.
    private static async Task<string[]> PlantAsync(ApiServer server)
    {
        ApiClient admin = await server.AdminAsync();
        string[] kinds =
        [
            """POST /users {"username":"kim","status":1,"password":"MARKER-SECRET-1","home_dir":"/srv/kim","permissions":{"/":["*"]},"filesystem":{"provider":1,"s3config":{"bucket":"b","region":"r","access_key":"k","access_secret":{"status":"Plain","payload":"MARKER-SECRET-2"}}}}""",
            """POST /folders {"name":"shared","mapped_path":"/srv/shared","filesystem":{"provider":4,"cryptconfig":{"passphrase":{"status":"Plain","payload":"MARKER-SECRET-3"}}}}""",
            """POST /groups {"name":"team","user_settings":{"filesystem":{"provider":5,"sftpconfig":{"endpoint":"h:22","username":"u","password":{"status":"Plain","payload":"MARKER-SECRET-4"}}}}}""",
            """POST /admins {"username":"boss","status":1,"password":"MARKER-SECRET-5","permissions":["*"]}""",
            """POST /eventactions {"name":"call","type":1,"options":{"http_config":{"endpoint":"https://h.example/","username":"u","password":{"status":"Plain","payload":"MARKER-SECRET-6"},"timeout":20,"method":"GET"}}}""",
            """POST /roles {"name":"branch"}""",
            """POST /iplists/2 {"ipornet":"10.0.0.1","mode":2,"type":2}""",
        ];
        foreach (string kind in kinds)
        {
            string[] parts = kind.Split(' ', 3);
            (await admin.PostAsync(parts[1], parts[2])).ShouldBe(201);
        }

        User user = (await server.Parts.Services.Users.FindAsync("kim", Hpc.Accounts.Services.ChangeContext.Operator, CancellationToken.None))!.Value;
        Admin boss = (await server.Parts.Services.Admins.FindAsync("boss", Hpc.Accounts.Services.ChangeContext.Operator, CancellationToken.None))!.Value;
        return [Marker, user.Password!, boss.Password!, user.Filesystem.S3.AccessSecret.Key];
    }
}
