using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class FailClosedTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_store_that_throws_refuses()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        _fixture.Store.OnFind = (_, _) => throw new InvalidOperationException("the database is away");

        LoginOutcome password = await _fixture.LoginAsync("alice", "secret");
        LoginOutcome publicKey = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: true));

        password.Verdict.ShouldBe(LoginVerdict.Refused);
        password.Reason!.ShouldNotContain("away");
        publicKey.Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_store_that_throws_later_refuses()
    {
        _fixture.Store.OnFind = async (_, _) =>
        {
            await Task.Yield();
            throw new IOException("disk");
        };
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_verification_that_throws_refuses_and_the_next_one_works()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        _fixture.Verifier.Answer = (_, _) => throw new InsufficientMemoryException();
        for (int i = 0; i < 5; i++)
        {
            (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        }

        _fixture.Verifier.Answer = null;
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task A_verification_that_ends_after_the_login_was_given_up_lets_nobody_in()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        using var cancel = new CancellationTokenSource();
        _fixture.Verifier.Open.Reset();
        Task<LoginOutcome> login = _fixture.LoginAsync("alice", "secret", cancel.Token);
        await _fixture.Verifier.Entered.WaitAsync();

        await cancel.CancelAsync();

        (await login).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_store_that_never_answers_holds_no_login_beyond_its_cancellation()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        var never = new TaskCompletionSource<UserAccount?>();
        _fixture.Store.OnFind = (_, _) => new(never.Task);
        using var cancel = new CancellationTokenSource();
        Task<LoginOutcome> password = _fixture.LoginAsync("alice", "secret", cancel.Token);
        Task<LoginOutcome> publicKey = _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: true), cancel.Token);

        await cancel.CancelAsync();

        (await password).Verdict.ShouldBe(LoginVerdict.Refused);
        (await publicKey).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task An_answer_of_the_store_that_comes_with_the_cancellation_is_refused()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        using var cancel = new CancellationTokenSource();
        UserAccount user = TestUsers.New() with { PublicKeys = [TestUsers.LineOf(key)] };
        _fixture.Store.OnFind = (_, _) =>
        {
            cancel.Cancel();
            return new(user);
        };
        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: true), cancel.Token)).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: false), cancel.Token)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_login_that_was_given_up_before_it_began_does_no_work()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        (await _fixture.LoginAsync("alice", "secret", new CancellationToken(canceled: true))).Verdict.ShouldBe(LoginVerdict.Refused);
        _fixture.Verifier.Calls.ShouldBeEmpty();
    }
}
