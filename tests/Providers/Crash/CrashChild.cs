using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Crash;

/// <summary>What the process does that <see cref="CrashContract"/> kills: change sets, a thousand at once, until its input ends.</summary>
public sealed class CrashChild
{
    /// <summary>The contract's type, the target and the log, a line each.</summary>
    public const string Variable = "HPC_TEST_CRASH_CHILD";

    private const int AtOnce = 1000;
    private const int Most = 50_000;

    public static byte[] Document(string name) => Encoding.UTF8.GetBytes($$"""{"username":"{{name}}","text":"{{string.Concat(Enumerable.Repeat(name, 20))}}"}""");

    /// <summary>A user with a folder of its own.</summary>
    public static ObjectChange[] Changes(string name)
    {
        var folder = new ObjectKey(ObjectKind.Folder, name);
        return [ObjectChange.Put(new ObjectKey(ObjectKind.User, name), 0, Document(name), "", [folder]), ObjectChange.Put(folder, 0, Document(name), "", [])];
    }

    [Fact]
    public async Task It_writes_until_it_is_killed()
    {
        string[] lines = (Environment.GetEnvironmentVariable(Variable) ?? "").Split('\n');
        Assert.SkipUnless(lines.Length == 3, "This is for a child process.");
        var contract = (CrashContract)Activator.CreateInstance(Type.GetType(lines[0], throwOnError: true)!)!;
        await using IDataProvider provider = contract.Make(lines[1]);
        await provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);
        using var ended = new CancellationTokenSource();
        Task parent = Task.Run(async () =>
        {
            await Console.OpenStandardInput().ReadExactlyAsync(new byte[1]).AsTask().ContinueWith(_ => ended.Cancel(), TaskScheduler.Default);
        });
        await using var log = new FileStream(lines[2], FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var gate = new Lock();
        int next = 0;
        async Task WriteAsync()
        {
            while (!ended.IsCancellationRequested && Interlocked.Increment(ref next) is < Most and int number)
            {
                ObjectStoreResult result = await provider.Objects.ApplyAsync(Changes($"user{number}"), CancellationToken.None);
                result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
                lock (gate)
                {
                    log.Write(Encoding.ASCII.GetBytes($"user{number} {result.Stamp}\n"));
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WriteAsync()));
        await parent;
    }
}
