using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hpc.HttpApi.Tests;

public sealed partial class DocumentTests
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    [Fact]
    public async Task The_document_describes_every_operation()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonNode document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/openapi.json"))!;
        document["openapi"]!.GetValue<string>().ShouldStartWith("3.");
        document["info"]!["version"]!.GetValue<string>().ShouldBe("1.2.3");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        int operations = 0;
        foreach ((string path, JsonNode? item) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in item!.AsObject().Where(entry => Methods.Contains(entry.Key)))
            {
                operations++;
                string name = $"{method} {path}";
                ids.Add(operation!["operationId"]!.GetValue<string>()).ShouldBeTrue(name);
                operation["summary"]!.GetValue<string>().ShouldNotBeEmpty(name);
                operation["tags"]!.AsArray().Count.ShouldBe(1, name);
                JsonObject responses = operation["responses"]!.AsObject();
                responses.ShouldContain(response => response.Key.StartsWith('2') || response.Key == "501", name);
                string[] inPath = [.. PathParameter().Matches(path).Select(match => match.Groups[1].Value)];
                string[] described = [.. (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>())];
                described.ShouldBe(inPath, name);
                if (path.StartsWith("/api/", StringComparison.Ordinal))
                {
                    responses.ShouldContain(response => response.Key == "429", name);
                }
            }
        }

        operations.ShouldBeGreaterThan(80);
        string[] security = [.. document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key)];
        security.ShouldBe(["BasicAuth", "BearerAuth", "APIKeyAuth"], ignoreOrder: true);
        JsonNode users = document["paths"]!["/api/v2/users"]!["post"]!;
        users["requestBody"]!["content"]!["application/json"]!["schema"].ShouldNotBeNull();
        document["components"]!["schemas"]!["User"]!["properties"]!["home_dir"].ShouldNotBeNull();
        document["paths"]!["/api/v2/apikeys"]!["get"]!["security"]!.AsArray().Count.ShouldBe(1);
        document["paths"]!["/api/v2/users"]!["get"]!["security"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Every_reference_of_the_document_leads_somewhere()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string text = await server.Http.GetStringAsync("/openapi/openapi.json");
        JsonObject schemas = JsonNode.Parse(text)!["components"]!["schemas"]!.AsObject();
        foreach (Match match in Reference().Matches(text))
        {
            schemas.ContainsKey(match.Groups[1].Value).ShouldBeTrue(match.Value);
        }
    }

    [Fact]
    public async Task The_document_is_there_as_yaml_and_the_viewer_loads_nothing_from_elsewhere()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string yaml = await server.Http.GetStringAsync("/openapi/openapi.yaml");
        yaml.ShouldStartWith("openapi: 3.0");
        yaml.ShouldContain("/api/v2/users/{username}");
        using HttpResponseMessage page = await server.Http.GetAsync("/openapi/index.html");
        page.EnsureSuccessStatusCode();
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'self'");
        string html = await page.Content.ReadAsStringAsync();
        foreach (Match match in Source().Matches(html))
        {
            string asset = match.Groups[1].Value;
            asset.ShouldNotContain("//");
            using HttpResponseMessage loaded = await server.Http.GetAsync("/openapi/" + asset);
            loaded.IsSuccessStatusCode.ShouldBeTrue(asset);
        }

        (await server.Http.GetStringAsync("/openapi/index.js")).ShouldContain("openapi.json");
    }

    [Fact]
    public async Task The_document_can_be_switched_off()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { RenderOpenApi = false });
        foreach (string path in new[] { "/openapi", "/openapi/openapi.json", "/openapi/openapi.yaml", "/openapi/index.html" })
        {
            using HttpResponseMessage response = await server.Http.GetAsync(path);
            ((int)response.StatusCode).ShouldBe(404);
        }
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("#/components/schemas/([^\"/]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Source();
}
