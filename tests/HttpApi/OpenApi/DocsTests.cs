using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Hpc.HttpApi.Tests;

/// <summary>The table of docs/rest-api.md: what is listed is served, what is served is listed, and the tests that it names are there.</summary>
public sealed class DocsTests
{
    private const string NotServed = "404";

    [Fact]
    public async Task The_table_of_paths_is_what_is_served()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonNode document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/openapi.json"))!;
        string[] served =
        [
            .. document["paths"]!.AsObject()
                .Where(path => path.Key.StartsWith("/api/v2", StringComparison.Ordinal))
                .SelectMany(path => path.Value!.AsObject().Where(entry => entry.Value is JsonObject).Select(entry => $"{entry.Key.ToUpperInvariant()} {path.Key["/api/v2".Length..]}")),
        ];
        Row[] rows = Rows();
        rows.Select(row => row.Operation).ShouldBeUnique();
        rows.Where(row => !row.Answer.StartsWith(NotServed, StringComparison.Ordinal)).Select(row => row.Operation).ShouldBe(served, ignoreOrder: true);
    }

    [Fact]
    public void The_tests_that_the_table_names_are_there()
    {
        HashSet<string> tests =
        [
            .. typeof(DocsTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => $"{type.Name}.{method.Name}")),
        ];
        Rows().Where(row => row.Test != "-" && !tests.Contains(row.Test)).ShouldBeEmpty();
    }

    private static Row[] Rows() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryOf(), "docs", "rest-api.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 7 && cells[1] is "GET" or "POST" or "PUT" or "PATCH" or "DELETE")
            .Select(cells => new Row($"{cells[1]} {cells[2].Trim('`')}", cells[4], cells[5].Trim('`'))),
    ];

    private static string RepositoryOf([CallerFilePath] string file = "")
    {
        DirectoryInfo? directory = new FileInfo(file).Directory;
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Hpc.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests are not in the repository.");
    }

    private sealed record Row(string Operation, string Answer, string Test);
}
