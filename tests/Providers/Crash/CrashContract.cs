using System.Diagnostics;
using System.Globalization;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Crash;

/// <summary>
/// A process that writes through a provider is killed; what it was told to be stored is there. A subclass has a constructor without parameters that does nothing.
/// </summary>
public abstract class CrashContract : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Where the storage is, in the words of <see cref="Make"/>; of the parent.</summary>
    protected abstract string Target { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A closed provider on the storage, in the parent or in the child.</summary>
    public abstract IDataProvider Make(string target);

    /// <summary>Makes the storage; in the parent alone. The place to skip.</summary>
    public abstract ValueTask InitializeAsync();

    /// <summary>Removes the storage.</summary>
    public abstract ValueTask DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    public async Task What_was_acknowledged_is_there_after_a_kill_amid_a_thousand_writes(int acknowledged)
    {
        string log = Path.GetTempFileName();
        try
        {
            await WriteUntilAsync(log, acknowledged);
            string[] told = [.. (await File.ReadAllTextAsync(log, Ct)).Split('\n')[..^1]];
            told.Length.ShouldBeGreaterThanOrEqualTo(acknowledged);
            TestContext.Current.TestOutputHelper?.WriteLine($"{told.Length} change sets were acknowledged.");
            await CheckAsync(told);
        }
        finally
        {
            File.Delete(log);
        }
    }

    // The child appends a line for each change set that it was told to be stored.
    private async Task WriteUntilAsync(string log, int lines)
    {
        var start = new ProcessStartInfo("dotnet", [GetType().Assembly.Location, "-class", typeof(CrashChild).FullName!, "-noColor"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[CrashChild.Variable] = string.Join('\n', GetType().AssemblyQualifiedName, Target, log);
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(Ct);
        try
        {
            long started = Stopwatch.GetTimestamp();
            while (CountLines(log) < lines)
            {
                (Stopwatch.GetElapsedTime(started) < Limit && !child.HasExited).ShouldBeTrue("The child does not write.");
                await Task.Delay(Pause, Ct);
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        await output;
    }

    private static int CountLines(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Count(character => character == '\n');
    }

    private async Task CheckAsync(string[] told)
    {
        await using IDataProvider provider = Make(Target);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        long stamp = await provider.Objects.GetStampAsync(Ct);
        foreach (string[] line in told.Select(line => line.Split(' ')))
        {
            StoredObject user = (await provider.Objects.FindAsync(new ObjectKey(ObjectKind.User, line[0]), Ct)).ShouldNotBeNull();
            user.Document.Span.SequenceEqual(CrashChild.Document(line[0])).ShouldBeTrue();
            user.Stamp.ShouldBe(long.Parse(line[1], CultureInfo.InvariantCulture));
            stamp.ShouldBeGreaterThanOrEqualTo(user.Stamp);
        }

        // Change sets are there as a whole or not at all, acknowledged or not.
        long users = await provider.Objects.CountAsync(ObjectKind.User, null, Ct);
        users.ShouldBeGreaterThanOrEqualTo(told.Length);
        (await provider.Objects.CountAsync(ObjectKind.Folder, null, Ct)).ShouldBe(users);
        (await provider.Objects.ApplyAsync([CrashChild.Changes("after")[1]], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
    }
}
