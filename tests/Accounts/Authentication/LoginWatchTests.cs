using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class LoginWatchTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new();
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly SpyingObserver _observer = new();

    public void Dispose()
    {
        _fixture.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Every_end_of_a_login_is_told()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        Authenticator authenticator = New();
        await LoginAsync(authenticator, "alice", "secret");
        await LoginAsync(authenticator, "alice", "wrong");
        await LoginAsync(authenticator, "nobody", "secret");
        await LoginAsync(authenticator, "no/body", "secret");
        _observer.Told.ShouldBe([LoginEvent.Accepted, LoginEvent.Failed, LoginEvent.UserNotFound, LoginEvent.UserNotFound]);
    }

    [Fact]
    public async Task A_user_who_may_not_log_in_counts_as_a_wrong_credential()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret") with { IsEnabled = false });
        await LoginAsync(New(), "alice", "secret");
        _observer.Told.ShouldBe([LoginEvent.Failed]);
    }

    [Fact]
    public async Task Keys_that_a_user_does_not_have_are_no_event_and_an_unknown_user_is_one_for_all_its_keys()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        Authenticator authenticator = New();
        for (int i = 0; i < 5; i++)
        {
            await authenticator.AuthenticateAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: i % 2 == 0), default);
            await authenticator.AuthenticateAsync(AuthenticatorFixture.KeyAttempt("nobody", _key, proven: i % 2 == 0), default);
        }

        _observer.Told.ShouldBe([LoginEvent.UserNotFound]);
        await authenticator.AuthenticateAsync(AuthenticatorFixture.KeyAttempt("somebody", _key, proven: false), default);
        _observer.Told.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_certificate_that_is_not_the_users_is_no_event_as_a_password_follows_it()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        Authenticator authenticator = New();
        LoginAttempt attempt = AuthenticatorFixture.PasswordAttempt("alice", [], LoginMethod.TlsCertificate, "FTP") with { TlsCertificate = new byte[] { 1 } };
        await authenticator.AuthenticateAsync(attempt, default);
        await authenticator.AuthenticateAsync(attempt, default);
        _observer.Told.ShouldBeEmpty();
        await authenticator.AuthenticateAsync(attempt with { UserName = "nobody" }, default);
        await authenticator.AuthenticateAsync(attempt with { UserName = "nobody" }, default);
        _observer.Told.ShouldBe([LoginEvent.UserNotFound]);
    }

    [Fact]
    public async Task What_the_server_is_to_blame_for_is_no_event()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        _fixture.Verifier.Answer = static (_, _) => throw new InvalidOperationException("broken");
        (await LoginAsync(New(), "alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await New().AuthenticateAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret")), cancelled.Token);
        _observer.Told.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("alice", false)]
    [InlineData("alice", true)]
    [InlineData("nobody", false)]
    public async Task A_password_that_nobody_could_verify_is_no_event_whoever_the_user_is(string user, bool isDisabled)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret") with { IsEnabled = !isDisabled });
        _fixture.Verifier.Answer = static (_, _) => throw new InvalidOperationException("broken");
        (await LoginAsync(New(), user, "secret")).Reason.ShouldBe(LoginReasons.VerificationFailed);
        _observer.Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_stays_the_one_that_it_is_when_nobody_waits_for_it_any_more()
    {
        var watch = new LoginWatch(_observer, TimeSpan.Zero, TimeSpan.FromSeconds(5), _fixture.Time);
        using var gone = new CancellationTokenSource();
        Task<LoginOutcome> login = New(watch).AuthenticateAsync(AuthenticatorFixture.PasswordAttempt("nobody", TestUsers.Utf8("secret")), gone.Token).AsTask();
        await UntilAsync(() => watch.Waiting == 1);
        await gone.CancelAsync();
        (await login).Reason.ShouldBe(LoginReasons.NoSuchUser);
    }

    [Theory]
    [InlineData("alice", "wrong", 1000)]
    [InlineData("nobody", "secret", 1000)]
    [InlineData("alice", "secret", 300)]
    public async Task Answers_wait_as_long_as_the_settings_say(string user, string password, int milliseconds)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        var watch = new LoginWatch(_observer, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(1000), _fixture.Time);
        Task<LoginOutcome> login = LoginAsync(New(watch), user, password);
        await UntilAsync(() => watch.Waiting == 1);
        _observer.Told.Count.ShouldBe(1);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        login.IsCompleted.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await login).Verdict.ShouldBe(milliseconds == 300 ? LoginVerdict.Accepted : LoginVerdict.Refused);
        watch.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_login_that_is_given_up_while_its_answer_waits_is_refused_at_once()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        var watch = new LoginWatch(_observer, TimeSpan.FromSeconds(5), TimeSpan.Zero, _fixture.Time);
        using var gone = new CancellationTokenSource();
        Task<LoginOutcome> login = New(watch).AuthenticateAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret")), gone.Token).AsTask();
        await UntilAsync(() => watch.Waiting == 1);
        await gone.CancelAsync();
        (await login).Verdict.ShouldBe(LoginVerdict.Refused);
        watch.Waiting.ShouldBe(0);
    }

    private Authenticator New(LoginWatch? watch = null) => new(
        _fixture.Store, _fixture.Workers, _fixture.Time, NullLogger<Authenticator>.Instance, watch: watch ?? new LoginWatch(_observer, TimeSpan.Zero, TimeSpan.Zero, _fixture.Time));

    private static Task<LoginOutcome> LoginAsync(Authenticator authenticator, string user, string password) =>
        authenticator.AuthenticateAsync(AuthenticatorFixture.PasswordAttempt(user, TestUsers.Utf8(password)), default).AsTask();

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            i.ShouldBeLessThan(30_000, "nobody waits");
            await Task.Delay(1);
        }
    }

    private sealed class SpyingObserver : ILoginObserver
    {
        public List<LoginEvent> Told { get; } = [];

        public void OnLogin(IPAddress remote, string protocol, LoginEvent what)
        {
            remote.ShouldBe(IPAddress.Parse("192.0.2.1"));
            protocol.ShouldBeOneOf("SSH", "FTP");
            Told.Add(what);
        }
    }
}
