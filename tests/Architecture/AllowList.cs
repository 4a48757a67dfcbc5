namespace Hpc.Architecture.Tests;

/// <summary>Where a rule does not hold, and why. An entry that is no longer needed fails its test.</summary>
internal static class AllowList
{
    /// <summary>Longest source file, in lines.</summary>
    public const int MaxLines = 400;

    /// <summary>By file and <see cref="SourceRule.Name"/>.</summary>
    public static IReadOnlyDictionary<(string Path, string Rule), string> Sources { get; } = new Dictionary<(string, string), string>
    {
        [("src/Accounts/Authentication/FairQueue.cs", ".Wait(")] = "The password workers' own threads wait here for work.",
        [("src/Server/Logging/LogQueue.cs", ".Wait(")] = "The log's own thread sleeps here between lines.",
        [("src/Storage/Local/Workers/FileWorkers.cs", ".Wait(")] = "The workers' own threads wait here for work; they are what everything that blocks is handed to.",
        [("src/Transport/Connections/MemoryLink.cs", ".Wait(")] = "An awaitable signal's Wait, which returns a ValueTask.",
        [("src/Transport/Data/ReadinessLoop.cs", ".Wait(")] = "The loop's own threads wait here in epoll_wait; they are where data connections go on.",
        [("src/Transport/Pipes/SocketPipeReader.cs", ".Result")] = "Step.Result is a member of an enum.",
        [("src/Transport/Pipes/SocketPipeReader.Wait.cs", ".Result")] = "Step.Result is a member of an enum.",
    };

    /// <summary>Files over <see cref="MaxLines"/>.</summary>
    public static IReadOnlyDictionary<string, string> LongFiles { get; } = new Dictionary<string, string>
    {
    };
}
