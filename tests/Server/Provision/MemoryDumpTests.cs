using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Provision;

public sealed class MemoryDumpTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PasswordWorkers _passwords = new(new PasswordWorkersOptions(), TimeProvider.System, NullLogger<PasswordWorkers>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Kept => _directory["kept/accounts.json"];

    [Fact]
    public async Task What_is_in_memory_is_there_after_a_stop_and_a_start()
    {
        await using var fixture = new CommandFixture { Settings = ["--set", "data_provider.driver=memory", "--set", "data_provider.name=kept.json"] };
        await fixture.StartAsync();
        fixture.Console.Input = "word\n";
        await fixture.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin");
        string kept = Path.Combine(fixture.Data, "kept.json");
        await UntilAsync(() => File.Exists(kept), static () => { });

        await fixture.RunAsync("user", "set", "ann", "--quota-files", "7");
        await fixture.StopAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(kept).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Exists(kept + ".new").ShouldBeFalse();
        DateTime written = File.GetLastWriteTimeUtc(kept);

        await fixture.StartAsync();
        (await fixture.JsonAsync("user", "show", "ann", "--json")).GetProperty("quota_files").GetInt64().ShouldBe(7);
        await fixture.StopAsync();

        // Nothing was changed, and nothing is written.
        File.GetLastWriteTimeUtc(kept).ShouldBe(written);
    }

    [Fact]
    public async Task A_dump_that_is_removed_once_it_is_loaded_is_kept_before()
    {
        string dump = _directory["dump.json"];
        await File.WriteAllTextAsync(dump, """{"version":17,"users":[{"username":"ann","status":1,"home_dir":"/srv/ann","permissions":{"/":["*"]}}]}""", Ct);
        await using var fixture = new CommandFixture { Settings = ["--set", "data_provider.driver=memory", "--set", "data_provider.name=kept.json"] };
        await fixture.StartAsync("--loaddata-from", dump, "--loaddata-clean", "true");
        File.Exists(dump).ShouldBeFalse();
        (await File.ReadAllTextAsync(Path.Combine(fixture.Data, "kept.json"), Ct)).ShouldContain("\"ann\"");
    }

    [Fact]
    public async Task A_save_that_fails_is_counted_and_tried_again_and_a_file_that_was_mended_stays()
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        var time = new ManualTimeProvider();
        var log = new LineLogger<MemoryDump>();
        await using MemoryDump dump = New(provider, time, log, 64 << 20);
        dump.Start(await provider.Objects.GetStampAsync(Ct), keepsFirst: true);
        await AddAsync(provider, "ann");

        // There is no such directory yet.
        await TurnAsync(time, () => dump.Failures > 0);
        log.Lines.ShouldContain(line => line.Contains("accounts.json", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
        await File.WriteAllTextAsync(Kept, "as it was", Ct);
        await TurnAsync(time, () => File.Exists(Kept + ".loaded") && File.ReadAllText(Kept).Contains("ann", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(Kept + ".loaded", Ct)).ShouldBe("as it was");

        long failures = dump.Failures;
        await AddAsync(provider, "bob");
        await TurnAsync(time, () => File.ReadAllText(Kept).Contains("bob", StringComparison.Ordinal));
        dump.Failures.ShouldBe(failures);
        (await File.ReadAllTextAsync(Kept + ".loaded", Ct)).ShouldBe("as it was");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_file_that_is_gone_is_not_kept_and_one_that_is_kept_stays(bool isThere, bool isKept)
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
        if (isThere)
        {
            await File.WriteAllTextAsync(Kept, "mended", Ct);
        }

        if (isKept)
        {
            await File.WriteAllTextAsync(Kept + ".loaded", "the first", Ct);
        }

        await using MemoryDump dump = New(provider, new ManualTimeProvider(), new LineLogger<MemoryDump>(), 64 << 20);
        dump.Start(await provider.Objects.GetStampAsync(Ct), keepsFirst: true);
        await AddAsync(provider, "ann");
        (await dump.TrySaveAsync()).ShouldBeTrue();
        (await File.ReadAllTextAsync(Kept, Ct)).ShouldContain("ann");
        File.Exists(Kept + ".loaded").ShouldBe(isThere || isKept);
        if (isThere || isKept)
        {
            (await File.ReadAllTextAsync(Kept + ".loaded", Ct)).ShouldBe(isKept ? "the first" : "mended");
        }

        Directory.GetFiles(Path.GetDirectoryName(Kept)!, "*.new").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_start_could_not_read_again_does_not_take_the_place_of_what_it_can()
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
        await File.WriteAllTextAsync(Kept, "before", Ct);
        await using MemoryDump dump = New(provider, TimeProvider.System, new LineLogger<MemoryDump>(), maxBytes: 100);
        await AddAsync(provider, "ann");
        (await dump.TrySaveAsync()).ShouldBeFalse();
        (await File.ReadAllTextAsync(Kept, Ct)).ShouldBe("before");
        Directory.GetFiles(Path.GetDirectoryName(Kept)!).ShouldHaveSingleItem();
    }

    public void Dispose()
    {
        _passwords.Dispose();
        _directory.Dispose();
    }

    private static Task TurnAsync(ManualTimeProvider time, Func<bool> isDone) => UntilAsync(isDone, () => time.Advance(TimeSpan.FromMilliseconds(500)));

    private static async Task UntilAsync(Func<bool> isDone, Action turn)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isDone())
        {
            turn();
            await Task.Delay(5, limit.Token);
        }
    }

    private static async Task AddAsync(MemoryDataProvider provider, string name) =>
        await provider.Objects.ApplyAsync([ObjectChange.Put(new(ObjectKind.Role, name), 0, Encoding.UTF8.GetBytes($$"""{"name":"{{name}}","description":"{{new string('x', 200)}}"}"""), "", [])], Ct);

    private MemoryDump New(MemoryDataProvider provider, TimeProvider time, LineLogger<MemoryDump> log, int maxBytes)
    {
        var services = new AccountServices(provider, _passwords, new LocalSecretProtector(null), new AccountServicesOptions(), TimeProvider.System, NullLogger<AccountServices>.Instance);
        return new MemoryDump(provider.Objects, new DumpService(services, new DumpLimits(), NullLogger<DumpService>.Instance), Kept, maxBytes, time, log);
    }
}
