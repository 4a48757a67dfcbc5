using Hpc.Policy.Tests.Matrix;
using Hpc.Policy.Tests.Model;
using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Quota;

/// <summary>What is counted is what is there, after every operation, whatever it was and however it ended; and it never passes a limit.</summary>
public sealed class CountTests(ITestOutputHelper output)
{
    private static readonly string[] Operations =
        [.. OperationTable.Rows.Where(row => row.Changes).Select(row => row.Name).Where(name => name is not ("symlink-into" or "create-exclusive")), "hardlink", "hardlink", "rename-over", "rename-over"];

    [Theory]
    [InlineData(BackendKind.Memory, UploadMode.Standard, 600)]
    [InlineData(BackendKind.Memory, UploadMode.Atomic, 600)]
    [InlineData(BackendKind.Local, UploadMode.Standard, 150)]
    [InlineData(BackendKind.Local, UploadMode.Atomic, 150)]
    [InlineData(BackendKind.Local, UploadMode.AtomicWithResume, 150)]
    public async Task The_count_is_what_a_walk_finds_after_every_operation(BackendKind kind, UploadMode mode, int sequences)
    {
        var failures = new List<string>();
        int done = 0;
        int refused = 0;
        await Parallel.ForAsync(1, sequences + 1, async (seed, _) =>
        {
            (string? failure, int ownDone, int ownRefused) = await RunAsync(kind, mode, seed);
            lock (failures)
            {
                done += ownDone;
                refused += ownRefused;
                if (failure is not null)
                {
                    failures.Add(failure);
                }
            }
        });

        output.WriteLine($"{sequences:N0} sequences, {done:N0} operations done, {refused:N0} refused for the quota, {failures.Count:N0} sequences wrong");
        refused.ShouldBeGreaterThan(0);
        failures.OrderBy(failure => failure.Length).Take(5).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(BackendKind.Memory, UploadMode.Standard, 60)]
    [InlineData(BackendKind.Local, UploadMode.Standard, 150)]
    [InlineData(BackendKind.Local, UploadMode.Atomic, 150)]
    public Task Four_users_of_one_tree_at_once_leave_a_right_count(BackendKind kind, UploadMode mode, int rounds) =>
        RunTogetherAsync(kind, mode, rounds, [.. Operations.Except(["hardlink"])], World.Directories);

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public Task A_file_that_gets_a_second_name_while_it_moves_to_another_mount_is_counted_right(UploadMode mode) =>
        RunTogetherAsync(BackendKind.Local, mode, 100, ["create", "replace", "hardlink", "rename-over", "rename", "delete"], ["/", "/a", "/m", "/m/d"]);

    private static async Task RunTogetherAsync(BackendKind kind, UploadMode mode, int rounds, string[] operations, string[] directories)
    {
        for (int seed = 1; seed <= rounds; seed++)
        {
            var random = new Random(seed);
            var rules = new UserRules { Mounts = ["/m", "/a/n"] };
            using World world = await World.CreateAsync(kind, rules.Mounts, random);
            var counted = new Counted(world);
            await counted.StartAsync(random);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
            {
                var own = new Random((seed * 10) + number);
                var runner = new OperationRunner(world.Backends.Open(rules, new VfsOptions { UploadMode = mode }, counted.SharesOf));
                for (int left = 60; left > 0; left--)
                {
                    runner.Content = new string('+', own.Next(1, 300));
                    await runner.RunAsync(operations[own.Next(operations.Length)], P(RandomPath(own, directories)), P(RandomPath(own, directories)), "f");
                }
            })));
            (await counted.WrongAsync()).ShouldBeNull($"seed {seed}");
        }
    }

    private static async Task<(string? Failure, int Done, int Refused)> RunAsync(BackendKind kind, UploadMode mode, int seed)
    {
        var random = new Random(seed);
        var rules = new UserRules { Mounts = ["/m", "/a/n"] };
        if (random.Next(2) == 0)
        {
            rules.Permissions["/v"] = ["*"];
        }

        using World world = await World.CreateAsync(kind, rules.Mounts, random);
        var counted = new Counted(world);
        await counted.StartAsync(random);
        UserFileSystem files = world.Backends.Open(rules, new VfsOptions { UploadMode = mode, HashUploads = random.Next(2) == 0 }, counted.SharesOf);
        var log = new List<string>();
        (int done, int refused) = (0, 0);
        for (int left = 40; left > 0; left--)
        {
            string operation = Operations[random.Next(Operations.Length)];
            string path = RandomPath(random, World.Directories);
            string target = RandomPath(random, World.Directories);
            var runner = new OperationRunner(files) { Content = random.Next(3) == 0 ? world.NextContent() + new string('+', random.Next(400)) : world.NextContent() };
            StorageError error = await runner.RunAsync(operation, P(path), P(target), "f");
            done += error == StorageError.None ? 1 : 0;
            refused += error == StorageError.QuotaExceeded ? 1 : 0;
            log.Add($"{operation} {path} → {target} ({runner.Content.Length}) = {error}");
            if (await counted.WrongAsync() is { } wrong)
            {
                return ($"seed {seed} on {kind}, {mode}: {wrong}\n{string.Join('\n', log.TakeLast(12))}\n", done, refused);
            }
        }

        return (null, done, refused);
    }

    private static string RandomPath(Random random, string[] directories) =>
        UserRules.Join(directories[random.Next(directories.Length)], random.Next(6) == 0 ? $"l{random.Next(3)}" : World.Names[random.Next(5)]);

    /// <summary>Three scopes: the user's own, a folder's, and a folder that counts in the user's quota, too.</summary>
    private sealed class Counted(World world)
    {
        private readonly UsageLedger _user = new("user:u", new CeilingReserver());
        private readonly UsageLedger _folder = new("folder:m", new CeilingReserver());
        private readonly UsageLedger _inner = new("folder:n", new CeilingReserver());
        private readonly Dictionary<UsageLedger, (long Files, long Bytes)> _limits = [];

        public IReadOnlyList<QuotaShare> SharesOf(string mount) => mount switch
        {
            "/" => [Share(_user)],
            "/m" => [Share(_folder)],
            _ => [new QuotaShare(_inner, 0, 0), Share(_user)],
        };

        public async Task StartAsync(Random random)
        {
            foreach ((UsageLedger ledger, long files, long bytes) in await CountAsync())
            {
                ledger.Files.Add(files);
                ledger.Bytes.Add(bytes);
                _limits[ledger] = (files + random.Next(1, 8), bytes + random.Next(100, 1500));
            }
        }

        public async Task<string?> WrongAsync()
        {
            foreach ((UsageLedger ledger, long files, long bytes) in await CountAsync())
            {
                if (ledger.Files.Value != files || ledger.Bytes.Value != bytes)
                {
                    return $"{ledger.Scope} counts {ledger.Files.Value} files and {ledger.Bytes.Value} bytes, and there are {files} and {bytes}";
                }

                if (!ReferenceEquals(ledger, _inner) && (files > _limits[ledger].Files || bytes > _limits[ledger].Bytes))
                {
                    return $"{ledger.Scope} has {files} files and {bytes} bytes, and may have {_limits[ledger]}";
                }
            }

            return null;
        }

        private QuotaShare Share(UsageLedger ledger) => new(ledger, _limits[ledger].Bytes, _limits[ledger].Files);

        private async Task<List<(UsageLedger Ledger, long Files, long Bytes)>> CountAsync()
        {
            (long rootFiles, long rootBytes) = await world.CountAsync("/");
            (long folderFiles, long folderBytes) = await world.CountAsync("/m");
            (long innerFiles, long innerBytes) = await world.CountAsync("/a/n");
            return [(_user, rootFiles + innerFiles, rootBytes + innerBytes), (_folder, folderFiles, folderBytes), (_inner, innerFiles, innerBytes)];
        }
    }
}
