using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hpc.Server.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Hpc.Server.Tests.ClusterConfig;

/// <summary>The examples of cluster-config can be read, and say what the server understands.</summary>
public sealed partial class ExampleFilesTests
{
    private static readonly JsonDocumentOptions Comments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Fact]
    public void Every_yaml_file_can_be_read()
    {
        string[] files = [.. ExampleFiles.Of(".yaml")];
        files.Length.ShouldBeGreaterThan(3);
        foreach (string file in files)
        {
            ExampleFiles.ReadYaml(file).ShouldBeOfType<YamlMappingNode>(file);
        }
    }

    [Fact]
    public void Every_json_file_can_be_read()
    {
        string[] files = [.. ExampleFiles.Of(".json")];
        files.Length.ShouldBeGreaterThan(2);
        foreach (string file in files)
        {
            JsonNode.Parse(ExampleFiles.Read(file), null, Comments).ShouldBeOfType<JsonObject>(file);
        }
    }

    [Theory]
    [InlineData("systemd/hpc.json")]
    [InlineData("compose/hpc.json")]
    public async Task A_configuration_is_one_that_the_server_takes(string file)
    {
        var console = new TestConsole();
        (await console.RunAsync("config", "check", "--config-file", Path.Combine(ExampleFiles.Root, file))).ShouldBe(0, console.Error);
    }

    [Theory]
    [InlineData("systemd/hpc.service", "TimeoutStopSec=", "systemd/hpc.json")]
    [InlineData("compose/compose.yaml", "stop_grace_period: ", "compose/hpc.json")]
    public void A_drain_has_the_time_that_it_is_given(string file, string key, string configuration)
    {
        string line = ExampleFiles.Read(file).Split('\n').Select(text => text.Trim()).Single(text => text.StartsWith(key, StringComparison.Ordinal));
        int grace = JsonNode.Parse(ExampleFiles.Read(configuration), null, Comments)!["drain"]!["grace_seconds"]!.GetValue<int>();
        int.Parse(line[key.Length..].TrimEnd('s'), CultureInfo.InvariantCulture).ShouldBeGreaterThan(grace + 10);
    }

    [Fact]
    public async Task Keys_that_the_chart_writes_are_known()
    {
        var console = new TestConsole();
        (await console.RunAsync("config", "keys")).ShouldBe(0, console.Error);
        HashSet<string> known =
        [
            .. console.Out.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').SelectMany(key => key.Replace("[]", "", StringComparison.Ordinal).Split('.')),
        ];

        // A section is a dict: quoted words are its keys, and this one value.
        string[] words = [.. Word().Matches(ExampleFiles.Read("helm/hpc/templates/_helpers.tpl")).Select(match => match.Groups[1].Value).Where(word => word != "postgresql")];
        words.ShouldContain("master_key_file");
        words.Where(word => !known.Contains(word)).ShouldBeEmpty();
    }

    [GeneratedRegex("\"([a-z][a-z_]*)\"")]
    private static partial Regex Word();
}
