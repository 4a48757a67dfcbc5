using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Hpc.Server.Tests.ClusterConfig;

/// <summary>What is in the folder <c>cluster-config</c>.</summary>
internal static partial class ExampleFiles
{
    public static string Repository { get; } = FindRepository();

    public static string Root { get; } = Path.Combine(Repository, "cluster-config");

    /// <summary>Files with this ending, without Helm's templates, which are YAML only when Helm has filled them in.</summary>
    public static IEnumerable<string> Of(string ending) =>
        Directory.EnumerateFiles(Root, "*" + ending, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Contains("templates", StringComparison.Ordinal) && !path.StartsWith(Path.Combine("compose", "hpc") + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static YamlNode ReadYaml(string path)
    {
        using var reader = new StringReader(Read(path));
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.ShouldHaveSingleItem().RootNode;
    }

    /// <summary>Values of these keys, wherever they are.</summary>
    public static IEnumerable<string> Values(YamlNode node, string key) =>
        node.AllNodes.OfType<YamlMappingNode>().SelectMany(mapping => mapping.Children)
            .Where(child => child.Key is YamlScalarNode { Value: { } name } && name == key && child.Value is YamlScalarNode)
            .Select(child => ((YamlScalarNode)child.Value).Value!)
            .Distinct(StringComparer.Ordinal);

    /// <inheritdoc cref="Values(YamlNode,string)"/>
    public static IEnumerable<string> Values(JsonElement element, string key) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == key && property.Value.ValueKind == JsonValueKind.String ? [property.Value.GetString()!] : Values(property.Value, key)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Values(item, key)),
        _ => [],
    };

    /// <summary>Names of metrics in expressions of Prometheus; those of others' exporters begin otherwise.</summary>
    public static IEnumerable<string> Metrics(IEnumerable<string> expressions) =>
        expressions.SelectMany(expression => MetricPattern().Matches(expression)).Select(match => match.Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"\b(?:hpc|process|dotnet)_[a-z0-9_]+\b(?!=)")]
    private static partial Regex MetricPattern();

    private static string FindRepository([CallerFilePath] string file = "")
    {
        DirectoryInfo? directory = new FileInfo(file).Directory;
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Hpc.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests are not in the repository.");
    }
}
