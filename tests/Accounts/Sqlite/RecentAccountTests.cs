using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Tests.Sqlite;

public sealed class RecentAccountTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-recent-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabasePath => Path.Combine(_directory, "hpc.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_account_that_was_read_is_told_without_waiting_and_one_that_was_not_is_not()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);

        store.TryFindNow("alice", out _).ShouldBeFalse();
        UserAccount? read = await store.FindAsync("alice", Ct);

        store.TryFindNow("alice", out UserAccount? now).ShouldBeTrue();
        now.ShouldBeSameAs(read);
        store.TryFindNow("bob", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_no_user_has_is_not_remembered()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);

        (await store.FindAsync("alice", Ct)).ShouldBeNull();

        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Any_commit_makes_what_was_read_before_old()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        UserAccount alice = (await store.FindAsync("alice", Ct))!;

        await store.AddAsync(TestUsers.New("bob"), Ct);
        store.TryFindNow("alice", out _).ShouldBeFalse();

        await store.FindAsync("alice", Ct);
        await store.UpdateAsync(alice with { IsEnabled = false }, Ct);
        store.TryFindNow("alice", out _).ShouldBeFalse();
        (await store.FindAsync("alice", Ct))!.IsEnabled.ShouldBeFalse();
        store.TryFindNow("alice", out UserAccount? disabled).ShouldBeTrue();
        disabled.IsEnabled.ShouldBeFalse();

        await store.DeleteAsync("alice", Ct);
        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_commit_of_somebody_else_is_seen_at_once()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        await store.FindAsync("alice", Ct);
        store.TryFindNow("alice", out _).ShouldBeTrue();

        await using (var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
        {
            await other.OpenAsync(Ct);
            SqliteCommand command = other.CreateCommand();
            command.CommandText = "UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';";
            (await command.ExecuteNonQueryAsync(Ct)).ShouldBe(1);
        }

        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_writer_in_the_middle_of_its_change_holds_nobody_up()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        await store.FindAsync("alice", Ct);
        await using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        await other.OpenAsync(Ct);
        await using SqliteTransaction transaction = other.BeginTransaction(deferred: false);
        SqliteCommand command = other.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';";
        await command.ExecuteNonQueryAsync(Ct);

        store.TryFindNow("alice", out UserAccount? before).ShouldBeTrue();
        before.IsEnabled.ShouldBeTrue();
        await transaction.CommitAsync(Ct);

        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_commit_between_the_stamp_and_the_account_makes_what_was_read_old()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        await store.FindAsync("alice", Ct);
        store.StampTaken = () => Execute("UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';");
        (await store.FindAsync("alice", Ct))!.IsEnabled.ShouldBeFalse();

        // What was read is newer than its stamp, so that nobody can tell: it is read again.
        store.TryFindNow("alice", out _).ShouldBeFalse();
        store.StampTaken = null;
        (await store.FindAsync("alice", Ct))!.IsEnabled.ShouldBeFalse();
        store.TryFindNow("alice", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_stamp_an_account_is_found_and_not_remembered()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        store.Stamp.Dispose();

        (await store.FindAsync("alice", Ct)).ShouldNotBeNull();
        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Concurrent_readers_are_never_told_less_than_what_was_committed_before_they_asked()
    {
        using SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        long committed = 1;
        Task writing = Task.Run(
            async () =>
            {
                for (int i = 0; i < 60; i++)
                {
                    UserStoreResult result = await store.UpdateAsync(TestUsers.New() with { Version = Volatile.Read(ref committed) }, Ct);
                    result.Outcome.ShouldBe(UserStoreOutcome.Done);
                    Interlocked.Increment(ref committed);
                }
            },
            Ct);
        Task[] reading = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                do
                {
                    await store.FindAsync("alice", Ct);
                    long before = Volatile.Read(ref committed);
                    if (store.TryFindNow("alice", out UserAccount? now))
                    {
                        now.Version.ShouldBeGreaterThanOrEqualTo(before);
                    }
                }
                while (!writing.IsCompleted);
            },
            Ct))];

        await Task.WhenAll([writing, .. reading]);
        await store.FindAsync("alice", Ct);
        store.TryFindNow("alice", out UserAccount? last).ShouldBeTrue();
        last.Version.ShouldBe(61);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var recent = new RecentAccounts(TimeProvider.System);
        for (int i = 0; i <= RecentAccounts.Capacity; i++)
        {
            recent.Add(TestUsers.New($"user{i}"), stamp: 1);
            recent.Add(TestUsers.New($"user{i}"), stamp: 1);
            recent.Count.ShouldBeInRange(1, RecentAccounts.Capacity);
        }

        recent.TryFind($"user{RecentAccounts.Capacity}", 1, out _).ShouldBeTrue();
    }

    [Fact]
    public void A_new_stamp_forgets_all()
    {
        var recent = new RecentAccounts(TimeProvider.System);
        recent.Add(TestUsers.New("alice"), stamp: 1);
        recent.Add(TestUsers.New("bob"), stamp: 1);

        recent.TryFind("alice", 2, out _).ShouldBeFalse();

        recent.Count.ShouldBe(0);
        recent.TryFind("alice", 1, out _).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_told_for_longer_than_its_time()
    {
        var time = new SteppingTime();
        var recent = new RecentAccounts(time);
        recent.Add(TestUsers.New(), stamp: 1);

        time.Now = RecentAccounts.Lifetime - TimeSpan.FromTicks(1);
        recent.TryFind("alice", 1, out _).ShouldBeTrue();
        time.Now = RecentAccounts.Lifetime;
        recent.TryFind("alice", 1, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_closed_store_tells_nothing()
    {
        SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        await store.FindAsync("alice", Ct);
        store.Dispose();

        store.TryFindNow("alice", out _).ShouldBeFalse();
    }

    private void Execute(string sql)
    {
        using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery().ShouldBe(1);
    }

    private sealed class SteppingTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
