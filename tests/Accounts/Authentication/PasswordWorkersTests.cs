using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class PasswordWorkersTests : IDisposable
{
    private static readonly byte[] Password = TestUsers.Utf8("secret");

    private readonly CountingVerifier _verifier = new() { Answer = (_, _) => true };
    private readonly ManualTime _time = new();
    private readonly List<PasswordWorkers> _all = [];

    public void Dispose()
    {
        _verifier.Open.Set();
        _all.ForEach(workers => workers.Dispose());
    }

    [Fact]
    public async Task Passwords_are_verified_on_threads_of_the_workers()
    {
        PasswordWorkers workers = New(threads: 2, queue: 4);
        (await workers.VerifyAsync("hash", Password, default)).ShouldBe(PasswordCheck.Match);
        _verifier.Calls.ShouldHaveSingleItem().Thread!.ShouldStartWith("password-");
    }

    [Fact]
    public async Task No_more_are_verified_at_once_than_there_are_threads()
    {
        PasswordWorkers workers = New(threads: 3, queue: 100);
        PasswordCheck[] checks = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => workers.VerifyAsync("hash", Password, default).AsTask()));
        checks.ShouldAllBe(check => check == PasswordCheck.Match);
        _verifier.MostAtOnce.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_more_when_it_has_room()
    {
        PasswordWorkers workers = New(threads: 1, queue: 1);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("hash", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<PasswordCheck> waiting = workers.VerifyAsync("hash", Password, default).AsTask();

        (await workers.VerifyAsync("hash", Password, default)).ShouldBe(PasswordCheck.QueueFull);

        _verifier.Open.Set();
        (await running).ShouldBe(PasswordCheck.Match);
        (await waiting).ShouldBe(PasswordCheck.Match);
        (await workers.VerifyAsync("hash", Password, default)).ShouldBe(PasswordCheck.Match);
    }

    [Fact]
    public async Task What_waits_too_long_is_refused_and_never_verified()
    {
        PasswordWorkers workers = New(threads: 1, queue: 4);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("first", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<PasswordCheck> waiting = workers.VerifyAsync("second", Password, default).AsTask();

        _time.Advance(TimeSpan.FromSeconds(31));

        (await running).ShouldBe(PasswordCheck.TimedOut);
        (await waiting).ShouldBe(PasswordCheck.TimedOut);
        _verifier.Open.Set();
        (await workers.VerifyAsync("third", Password, default)).ShouldBe(PasswordCheck.Match);
        _verifier.Calls.Select(call => call.Hash).ShouldBe(["first", "third"]);
    }

    [Fact]
    public async Task What_its_caller_gave_up_is_never_verified()
    {
        PasswordWorkers workers = New(threads: 1, queue: 4);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("first", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        using var cancel = new CancellationTokenSource();
        Task<PasswordCheck> waiting = workers.VerifyAsync("second", Password, cancel.Token).AsTask();

        await cancel.CancelAsync();
        (await waiting).ShouldBe(PasswordCheck.TimedOut);

        _verifier.Open.Set();
        (await running).ShouldBe(PasswordCheck.Match);
        (await workers.VerifyAsync("third", Password, default)).ShouldBe(PasswordCheck.Match);
        _verifier.Calls.Select(call => call.Hash).ShouldBe(["first", "third"]);
    }

    [Fact]
    public async Task The_callers_password_may_change_once_the_call_has_begun()
    {
        PasswordWorkers workers = New(threads: 1, queue: 4);
        byte[] password = TestUsers.Utf8("secret");
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("first", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<PasswordCheck> waiting = workers.VerifyAsync("second", password, default).AsTask();
        Array.Clear(password);
        _verifier.Open.Set();

        await Task.WhenAll(running, waiting);

        _verifier.Calls.ShouldAllBe(call => call.Password == "secret");
    }

    [Fact]
    public async Task Stopping_answers_what_waits_and_refuses_what_comes_later()
    {
        PasswordWorkers workers = New(threads: 1, queue: 4);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("first", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<PasswordCheck> waiting = workers.VerifyAsync("second", Password, default).AsTask();

        Task stopping = Task.Run(workers.Dispose);
        _verifier.Open.Set();
        await stopping;

        (await running).ShouldBe(PasswordCheck.Match);
        (await waiting).ShouldBeOneOf(PasswordCheck.Failed, PasswordCheck.Match);
        (await workers.VerifyAsync("late", Password, default)).ShouldBe(PasswordCheck.Failed);
    }

    [Fact]
    public async Task A_flood_from_one_address_leaves_room_for_others_and_does_not_go_first()
    {
        PasswordWorkers workers = New(threads: 1, queue: 10);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("first", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<PasswordCheck>[] flood = [.. Enumerable.Range(0, 20).Select(i => workers.VerifyAsync($"flood{i}", Password, IPAddress.Parse($"2001:db8::{i + 1}"), default).AsTask())];
        Task<PasswordCheck> other = workers.VerifyAsync("other", Password, IPAddress.Parse("192.0.2.1"), default).AsTask();
        _verifier.Open.Set();

        (await other).ShouldBe(PasswordCheck.Match);
        (await running).ShouldBe(PasswordCheck.Match);
        PasswordCheck[] checks = await Task.WhenAll(flood);
        checks.Count(check => check == PasswordCheck.Match).ShouldBe(5);
        checks.Count(check => check == PasswordCheck.QueueFull).ShouldBe(15);
        _verifier.Calls.Select(call => call.Hash).Take(3).ShouldBe(["first", "flood0", "other"]);
    }

    [Fact]
    public async Task New_hashes_are_made_on_the_same_threads_by_the_configured_algorithm()
    {
        foreach (PasswordHashOptions hashing in new[] { new PasswordHashOptions { BcryptCost = 4 }, new PasswordHashOptions { Algorithm = PasswordAlgorithm.Argon2id, Argon2MemoryKiB = 64 } })
        {
            using var workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = 1, Hashing = hashing }, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
            string hash = (await workers.HashAsync(Password, default)).ShouldNotBeNull();
            PasswordHash.AlgorithmOf(hash).ShouldBe(hashing.Algorithm);
            workers.IsPreferred(hash).ShouldBeTrue();
            workers.IsPreferred("$6$rounds=5000$salt$x").ShouldBeFalse();
            (await workers.VerifyAsync(hash, Password, default)).ShouldBe(PasswordCheck.Match);
            PasswordHash.CostOf(workers.NewDecoy()).ShouldBe(PasswordHash.CostOf(hash));
            await Should.ThrowAsync<ArgumentException>(async () => await workers.HashAsync(default, default));
        }
    }

    [Fact]
    public async Task A_full_queue_makes_no_hash()
    {
        PasswordWorkers workers = New(threads: 1, queue: 1);
        _verifier.Open.Reset();
        Task<PasswordCheck> running = workers.VerifyAsync("hash", Password, default).AsTask();
        await _verifier.Entered.WaitAsync();
        Task<string?> waiting = workers.HashAsync(Password, default).AsTask();
        (await workers.HashAsync(Password, default)).ShouldBeNull();
        _verifier.Open.Set();
        (await running).ShouldBe(PasswordCheck.Match);
        (await waiting).ShouldNotBeNull();
    }

    private PasswordWorkers New(int threads, int queue)
    {
        var workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = threads, QueueLength = queue }, _verifier, _time, NullLogger.Instance);
        _all.Add(workers);
        return workers;
    }
}
