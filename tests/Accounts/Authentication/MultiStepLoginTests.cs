using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class MultiStepLoginTests : IDisposable
{
    private static readonly string[] SingleSteps = ["publickey", "password-over-SSH", "keyboard-interactive"];

    private readonly AuthenticatorFixture _fixture = new();
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly SshPrivateKey _other = TestUsers.NewKey();

    public MultiStepLoginTests() => _fixture.Verifier.Answer = static (_, password) => password == "secret";

    public void Dispose()
    {
        _fixture.Dispose();
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_key_is_the_first_step_where_all_single_steps_are_denied()
    {
        await AddAsync(SingleSteps);

        LoginOutcome first = await KeyAsync(_key);
        first.Verdict.ShouldBe(LoginVerdict.Partial);
        first.User.ShouldBeNull();
        first.Next.ShouldBe([LoginMethod.Password, LoginMethod.KeyboardInteractive]);
        first.IsPasscodeAlone.ShouldBeFalse();

        (await SecondAsync(LoginMethod.Password)).ShouldBe(LoginVerdict.Accepted);
        (await SecondAsync(LoginMethod.KeyboardInteractive)).ShouldBe(LoginVerdict.Accepted);
    }

    [Theory]
    [InlineData("publickey+password", LoginMethod.KeyboardInteractive, LoginMethod.Password)]
    [InlineData("publickey+keyboard-interactive", LoginMethod.Password, LoginMethod.KeyboardInteractive)]
    public async Task Only_the_second_steps_that_are_allowed_are_offered_and_taken(string denied, LoginMethod allowed, LoginMethod refused)
    {
        await AddAsync([.. SingleSteps, denied]);

        (await KeyAsync(_key)).Next.ShouldBe([allowed]);
        (await SecondAsync(allowed)).ShouldBe(LoginVerdict.Accepted);
        (await SecondAsync(refused)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_query_is_no_step()
    {
        await AddAsync(SingleSteps);
        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: false))).Verdict.ShouldBe(LoginVerdict.KeyAcceptable);
        (await KeyAsync(_other)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task The_second_step_alone_is_no_login()
    {
        await AddAsync(SingleSteps);
        foreach (LoginMethod method in new[] { LoginMethod.Password, LoginMethod.KeyboardInteractive })
        {
            (await _fixture.LoginAsync(Attempt(method))).Verdict.ShouldBe(LoginVerdict.Refused);

            // Steps that were not a key, and a key that is not said or not the user's.
            (await _fixture.LoginAsync(Attempt(method) with { Completed = [LoginMethod.Password], PublicKey = _key.PublicKey.Blob })).Verdict.ShouldBe(LoginVerdict.Refused);
            (await _fixture.LoginAsync(Attempt(method) with { Completed = [LoginMethod.PublicKey] })).Verdict.ShouldBe(LoginVerdict.Refused);
            (await _fixture.LoginAsync(Attempt(method) with { Completed = [LoginMethod.PublicKey], PublicKey = _other.PublicKey.Blob })).Verdict.ShouldBe(LoginVerdict.Refused);
        }
    }

    [Fact]
    public async Task A_wrong_second_step_is_refused()
    {
        await AddAsync(SingleSteps);
        (await SecondAsync(LoginMethod.Password, "wrong")).ShouldBe(LoginVerdict.Refused);
        (await SecondAsync(LoginMethod.KeyboardInteractive, "wrong")).ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData("publickey password-over-SSH")]
    [InlineData("publickey keyboard-interactive")]
    [InlineData("publickey publickey+password publickey+keyboard-interactive")]
    public async Task While_one_single_step_is_allowed_no_chain_is_required_and_a_denied_key_stays_denied(string denied)
    {
        await AddAsync(denied.Split(' '));
        (await KeyAsync(_key)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_key_alone_is_a_login_while_it_is_allowed()
    {
        await AddAsync(["password-over-SSH", "keyboard-interactive"]);
        (await KeyAsync(_key)).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await SecondAsync(LoginMethod.Password)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_key_that_is_taken_from_the_user_between_the_steps_counts_no_more()
    {
        await AddAsync(SingleSteps);
        (await KeyAsync(_key)).Verdict.ShouldBe(LoginVerdict.Partial);
        UserAccount stored = (await _fixture.Store.Users.FindAsync("alice", default))!;
        await _fixture.Store.UpdateAsync(stored with { PublicKeys = [TestUsers.LineOf(_other)] }, default);

        (await SecondAsync(LoginMethod.Password)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Chains_with_what_the_server_does_not_offer_are_none()
    {
        var rules = new LoginRules { DeniedMethods = SingleSteps };
        var steps = new LoginSteps(new AuthenticatorOptions { IsSshPasswordEnabled = false });
        steps.Next(rules, "SSH").ShouldBe([LoginMethod.KeyboardInteractive]);
        new LoginSteps(new AuthenticatorOptions { IsSshPasswordEnabled = false, IsSshKeyboardInteractiveEnabled = false }).Next(rules, "SSH").ShouldBeEmpty();

        // Single steps that are not offered do not stand in the way of a chain.
        steps.Next(new LoginRules { DeniedMethods = ["publickey", "keyboard-interactive"] }, "SSH").ShouldBe([LoginMethod.KeyboardInteractive]);

        using var fixture = new AuthenticatorFixture(options: new AuthenticatorOptions { IsSshPasswordEnabled = false });
        await fixture.AddAsync(TestUsers.New(password: "secret"));
        (await fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await fixture.LoginAsync("alice", "secret", "FTP")).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    private Task AddAsync(IReadOnlyList<string> denied) => _fixture.AddAsync(
        TestUsers.New(password: "secret") with { Logins = new LoginRules { DeniedMethods = denied }, PublicKeys = [TestUsers.LineOf(_key)] });

    private Task<LoginOutcome> KeyAsync(SshPrivateKey key) => _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", key, proven: true));

    private static LoginAttempt Attempt(LoginMethod method, string password = "secret") => AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8(password), method);

    private async Task<LoginVerdict> SecondAsync(LoginMethod method, string password = "secret") =>
        (await _fixture.LoginAsync(Attempt(method, password) with { Completed = [LoginMethod.PublicKey], PublicKey = _key.PublicKey.Blob })).Verdict;
}
