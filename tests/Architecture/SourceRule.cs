using System.Text.RegularExpressions;

namespace Hpc.Architecture.Tests;

/// <summary>Something that code in src does not say, and why.</summary>
internal sealed partial record SourceRule(string Name, Regex Pattern, string Reason)
{
    // Some ten lines.
    private const int GuardDistance = 400;

    public static IReadOnlyList<SourceRule> All { get; } =
    [
        new(".Result", ResultPattern(), "it blocks a thread until a task is done"),
        new(".Wait(", WaitPattern(), "it blocks a thread"),
        new("GetAwaiter().GetResult()", GetResultPattern(), "it blocks a thread until a task is done"),
        new("Thread.Sleep", SleepPattern(), "it blocks a thread; timers come from TimeProvider"),
        new("async void", AsyncVoidPattern(), "its exceptions end the process"),
        new("FileOptions.Asynchronous", AsynchronousPattern(), "it costs a hop to the thread pool per read (spec/26 §8.8)"),
    ];

    /// <summary>Where <paramref name="code"/> breaks the rule first, or -1. The result of a task that was just seen to be complete blocks nobody.</summary>
    public int FindIn(string code)
    {
        foreach (Match match in Pattern.Matches(code))
        {
            string before = code[Math.Max(0, match.Index - GuardDistance)..match.Index];
            if (!match.Groups["task"].Success || !before.Contains($"{match.Groups["task"].Value}.IsCompleted", StringComparison.Ordinal))
            {
                return match.Index;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"(?<task>\w+)\.Result\b(?!\s*[(<])")]
    private static partial Regex ResultPattern();

    [GeneratedRegex(@"\.Wait\s*\(")]
    private static partial Regex WaitPattern();

    [GeneratedRegex(@"GetAwaiter\s*\(\s*\)\s*\.\s*GetResult\s*\(\s*\)")]
    private static partial Regex GetResultPattern();

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\b")]
    private static partial Regex SleepPattern();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoidPattern();

    [GeneratedRegex(@"\bFileOptions\s*\.\s*Asynchronous\b")]
    private static partial Regex AsynchronousPattern();
}
