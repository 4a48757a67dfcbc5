using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Events.Rules;
using Hpc.HttpApi.Parts;
using Hpc.Server.Rules;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Rules;

public sealed class RuleActionTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryDataProvider _provider = new(TimeProvider.System);
    private readonly AccountServices _services;
    private readonly RecordingQuotas _quotas = new();

    public RuleActionTests() =>
        _services = new AccountServices(_provider, new NoHasher(), new NoProtector(), new AccountServicesOptions(), TimeProvider.System, NullLogger<AccountServices>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        foreach (string name in new[] { "ann", "kim", "kit" })
        {
            var user = new User { Username = name, Status = 1, HomeDir = _directory[name], Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"] } };
            (await _services.Users.AddAsync(user, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
            (await _services.Folders.AddAsync(new Folder { Name = "of-" + name, MappedPath = _directory["of-" + name] }, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Files_of_the_users_that_a_rule_is_for_are_counted()
    {
        (await RunAsync(QuotaResetAction.OfUsers(_services.Users, _quotas), "k*")).ShouldBeNull();
        _quotas.Asked.ShouldBe(["scan user:kim", "scan user:kit"]);
    }

    [Fact]
    public async Task Files_of_all_folders_are_counted_where_a_rule_names_none()
    {
        (await RunAsync(QuotaResetAction.OfFolders(_services.Folders, _quotas))).ShouldBeNull();
        _quotas.Asked.ShouldBe(["scan folder:of-ann", "scan folder:of-kim", "scan folder:of-kit"]);
    }

    [Fact]
    public async Task What_users_have_moved_is_set_to_nothing()
    {
        (await RunAsync(QuotaResetAction.OfTransfers(_services.Users, _quotas), "ann")).ShouldBeNull();
        _quotas.Asked.ShouldBe(["set user:ann //0/0"]);
    }

    [Fact]
    public async Task Files_that_cannot_be_counted_are_named()
    {
        _quotas.Answers["user:ann"] = ScanStart.NotFound;
        _quotas.Answers["user:kim"] = ScanStart.FilesUnavailable;
        _quotas.Answers["user:kit"] = ScanStart.Unavailable;
        (await RunAsync(QuotaResetAction.OfUsers(_services.Users, _quotas))).ShouldBe(
            "not done for user:kim (its files cannot be counted now), user:kit (its files cannot be counted now)");
    }

    [Fact]
    public async Task One_user_that_fails_does_not_end_the_row_and_ten_in_a_row_do()
    {
        for (int i = 10; i < 30; i++)
        {
            var user = new User { Username = $"u{i}", Status = 1, HomeDir = _directory["u"], Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"] } };
            (await _services.Users.AddAsync(user, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        }

        _quotas.Faulty = scope => scope == "user:kim";
        (await RunAsync(QuotaResetAction.OfTransfers(_services.Users, _quotas))).ShouldBe("not done for user:kim (away)");
        _quotas.Asked.Count.ShouldBe(23);
        _quotas.Asked.Clear();
        _quotas.Faulty = scope => scope.StartsWith("user:u", StringComparison.Ordinal);
        (await RunAsync(QuotaResetAction.OfTransfers(_services.Users, _quotas))).ShouldNotBeNull().ShouldStartWith("given up at user:u19, with those behind it: user:u10 (away), ");
        _quotas.Asked.Count.ShouldBe(13);
    }

    [Fact]
    public async Task What_a_dead_server_left_of_a_backup_is_removed_after_a_day()
    {
        Directory.CreateDirectory(_directory["backups"]);
        foreach ((string name, int hours) in new[] { ("backup_Tuesday_5.json.part-1", 25), ("backup_Tuesday_5.json.part-2", 1), ("backup_Tuesday_6.json.part-3", 25) })
        {
            await File.WriteAllTextAsync(_directory["backups/" + name], "half", Ct);
            File.SetLastWriteTimeUtc(_directory["backups/" + name], DateTime.UtcNow.AddHours(-hours));
        }

        (await RunAsync(new BackupAction(Dumps(), new BackupFiles(_directory["backups"])))).ShouldBeNull();
        Directory.GetFiles(_directory["backups"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["backup_Tuesday_5.json", "backup_Tuesday_5.json.part-2", "backup_Tuesday_6.json.part-3"]);
    }

    [Fact]
    public async Task A_backup_is_a_file_of_the_hour_of_the_week()
    {
        var action = new BackupAction(Dumps(), new BackupFiles(_directory["backups"]));
        (await RunAsync(action)).ShouldBeNull();
        string path = _directory["backups/backup_Tuesday_5.json"];
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var dump = JsonDocument.Parse(await File.ReadAllTextAsync(path, Ct)))
        {
            dump.RootElement.GetProperty("users").GetArrayLength().ShouldBe(3);
        }

        // The next week's takes its place.
        (await _services.Users.DeleteAsync("ann", null, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await RunAsync(action)).ShouldBeNull();
        using var next = JsonDocument.Parse(await File.ReadAllTextAsync(path, Ct));
        next.RootElement.GetProperty("users").GetArrayLength().ShouldBe(2);
        Directory.GetFiles(_directory["backups"]).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_backup_goes_through_no_link_and_nowhere()
    {
        Directory.CreateDirectory(_directory["backups"]);
        await File.WriteAllTextAsync(_directory["mine"], "mine", Ct);
        File.CreateSymbolicLink(_directory["backups/backup_Tuesday_5.json"], _directory["mine"]);
        (await RunAsync(new BackupAction(Dumps(), new BackupFiles(_directory["backups"])))).ShouldNotBeNull().ShouldContain("is a link");
        (await File.ReadAllTextAsync(_directory["mine"], Ct)).ShouldBe("mine");
        (await RunAsync(new BackupAction(Dumps(), new BackupFiles("")))).ShouldNotBeNull().ShouldContain("data_provider.backups_path");
    }

    private static async Task<string?> RunAsync(IRuleAction action, params string[] names)
    {
        var rule = new EventRule { Name = "r", Conditions = new() { Options = new() { Names = [.. names.Select(name => new ConditionPattern { Pattern = name })] } } };
        return await action.RunAsync(new EventRuleAction(), new RuleRun(rule, "Schedule", new DateTimeOffset(2030, 1, 1, 5, 0, 0, TimeSpan.Zero), "id"), Ct);
    }

    private DumpService Dumps() => new(_services, new DumpLimits(), NullLogger<DumpService>.Instance);

    private sealed class RecordingQuotas : IQuotaOperations
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public Func<string, bool> Faulty { get; set; } = _ => false;

        public Dictionary<string, ScanStart> Answers { get; } = new(StringComparer.Ordinal);

        public ValueTask<IReadOnlyList<RunningScan>> ListScansAsync(CancellationToken ct) => new([]);

        public ValueTask<ScanStart> StartScanAsync(string scope, CancellationToken ct)
        {
            Asked.Enqueue("scan " + scope);
            return new(Answers.GetValueOrDefault(scope, ScanStart.Started));
        }

        public ValueTask ChangeAsync(string scope, bool isAdded, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct)
        {
            Asked.Enqueue($"{(isAdded ? "add" : "set")} {scope} {files}/{bytes}/{uploaded}/{downloaded}");
            return Faulty(scope) ? throw new DataProviderException("away") : ValueTask.CompletedTask;
        }
    }

    private sealed class NoHasher : IPasswordHasher
    {
        public ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct) => throw new NotSupportedException();

        public bool IsPreferred(string hash) => true;
    }

    private sealed class NoProtector : ISecretProtector
    {
        public Secret Protect(Secret secret, string objectName) => secret;

        public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }
    }
}
