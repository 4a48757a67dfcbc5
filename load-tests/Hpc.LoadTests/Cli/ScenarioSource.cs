using System.Reflection;
using Hpc.LoadTests.Scenarios.Document;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;

namespace Hpc.LoadTests.Cli;

/// <summary>Scenarios: files, and those that come with the program.</summary>
internal static class ScenarioSource
{
    private const string Prefix = "scenarios/";
    private const string Suffix = ".yaml";

    private static readonly Assembly Home = typeof(ScenarioSource).Assembly;

    /// <summary>Names of those that come with the program.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Home.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The scenario of a name or file.</summary>
    public static Scenario Read(string nameOrFile, IEnumerable<string> settings) => ScenarioReader.Read(Text(nameOrFile), settings);

    /// <summary>The text of a scenario of that name or file.</summary>
    public static string Text(string nameOrFile)
    {
        if (Names.Contains(nameOrFile))
        {
            using Stream stream = Home.GetManifestResourceStream(Prefix + nameOrFile + Suffix)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }

        try
        {
            return new FileInfo(nameOrFile) is { Exists: true, Length: > DocumentReader.MaxLength } large
                ? throw new UsageException($"'{nameOrFile}' has {large.Length} bytes; a scenario has at most {DocumentReader.MaxLength}.")
                : File.ReadAllText(nameOrFile);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no scenario and no file '{nameOrFile}'{Scenarios.Suggestion.For(nameOrFile, Names)}. Scenarios: {string.Join(", ", Names)}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{nameOrFile}' cannot be read: {exception.Message}");
        }
    }
}
