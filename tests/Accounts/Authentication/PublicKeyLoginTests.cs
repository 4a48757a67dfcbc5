using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class PublicKeyLoginTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new();
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly SshPrivateKey _other = TestUsers.NewKey();

    public void Dispose()
    {
        _fixture.Dispose();
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_query_for_a_users_key_is_acceptable_and_no_login()
    {
        await _fixture.AddAsync(WithKeys(_other, _key));

        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: false));

        outcome.Verdict.ShouldBe(LoginVerdict.KeyAcceptable);
        outcome.User.ShouldBeNull();
    }

    [Fact]
    public async Task A_proven_key_is_accepted()
    {
        await _fixture.AddAsync(WithKeys(_other, _key));

        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: true));

        outcome.Verdict.ShouldBe(LoginVerdict.Accepted);
        outcome.User!.UserName.ShouldBe("alice");
    }

    [Fact]
    public async Task A_query_for_one_key_does_not_help_the_proof_of_another()
    {
        await _fixture.AddAsync(WithKeys(_key));

        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: false))).Verdict.ShouldBe(LoginVerdict.KeyAcceptable);

        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _other, proven: true))).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_key_is_tied_to_its_user()
    {
        await _fixture.AddAsync(WithKeys(_key));
        await _fixture.AddAsync(TestUsers.New("bob") with { PublicKeys = [TestUsers.LineOf(_other)] });

        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("bob", _key, proven: true));

        outcome.Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData("unknown", false)]
    [InlineData("unknown", true)]
    [InlineData("other-key", false)]
    [InlineData("disabled", false)]
    [InlineData("disabled", true)]
    [InlineData("expired", false)]
    [InlineData("expired", true)]
    [InlineData("no-keys", false)]
    [InlineData("a/b", false)]
    public async Task Every_refusal_is_the_same_with_one_look_up(string name, bool proven)
    {
        await _fixture.AddAsync(TestUsers.New("other-key") with { PublicKeys = [TestUsers.LineOf(_other)] });
        await _fixture.AddAsync(WithKeys(_key) with { UserName = "disabled", IsEnabled = false });
        await _fixture.AddAsync(WithKeys(_key) with { UserName = "expired", ExpiresAt = _fixture.Time.GetUtcNow() });
        await _fixture.AddAsync(TestUsers.New("no-keys"));

        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt(name, _key, proven));

        outcome.Verdict.ShouldBe(LoginVerdict.Refused);
        outcome.User.ShouldBeNull();
        _fixture.Store.Lookups.Count.ShouldBe(1);
        _fixture.Verifier.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_with_from_is_good_from_there_alone()
    {
        await _fixture.AddAsync(TestUsers.New() with { PublicKeys = [$"from=\"198.51.100.0/24\" {TestUsers.LineOf(_key)}"] });
        LoginAttempt attempt = AuthenticatorFixture.KeyAttempt("alice", _key, proven: true);

        (await _fixture.LoginAsync(attempt with { RemoteAddress = IPAddress.Parse("198.51.100.7") })).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync(attempt)).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(attempt with { PossessionProven = false })).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_lets_nobody_in_and_hides_no_other()
    {
        UserAccount user = TestUsers.New() with { PublicKeys = ["rubbish", $"command=\"x\" {TestUsers.LineOf(_other)}", TestUsers.LineOf(_key)] };
        _fixture.Store.OnFind = (_, _) => new(user);

        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _other, proven: true))).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: true))).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    public async Task A_blob_that_is_no_key_is_refused(int length)
    {
        await _fixture.AddAsync(WithKeys(_key));
        LoginAttempt attempt = AuthenticatorFixture.KeyAttempt("alice", _key, proven: true) with { PublicKey = new byte[length] };
        (await _fixture.LoginAsync(attempt)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    private static UserAccount WithKeys(params SshPrivateKey[] keys) => TestUsers.New() with { PublicKeys = [.. keys.Select(TestUsers.LineOf)] };
}
