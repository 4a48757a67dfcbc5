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
    public void What_is_remembered_is_bounded()
    {
        var recent = new RecentAccounts();
        for (int i = 0; i <= RecentAccounts.Capacity; i++)
        {
            recent.Add(TestUsers.New($"user{i}"), stamp: 1);
        }

        int remembered = Enumerable.Range(0, RecentAccounts.Capacity + 1).Count(i => recent.Find($"user{i}", 1) is not null);

        remembered.ShouldBeInRange(1, RecentAccounts.Capacity);
        recent.Find($"user{RecentAccounts.Capacity}", 1).ShouldNotBeNull();
        recent.Find($"user{RecentAccounts.Capacity}", 2).ShouldBeNull();
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
}
