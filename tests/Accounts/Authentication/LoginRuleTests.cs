using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>Who may log in how, when and from where. The clock stands at Tuesday, 2030-01-01 00:00 UTC.</summary>
public sealed class LoginRuleTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new();
    private readonly SshPrivateKey _key = TestUsers.NewKey();

    public LoginRuleTests() => _fixture.Verifier.Answer = static (_, password) => password == "secret";

    public void Dispose()
    {
        _fixture.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData("SSH")]
    [InlineData("FTP")]
    [InlineData("DAV")]
    [InlineData("HTTP")]
    public async Task A_denied_protocol_is_refused_and_the_others_are_not(string denied)
    {
        await AddAsync(new LoginRules { DeniedProtocols = [denied] });
        foreach (string protocol in ProtocolNames.All)
        {
            (await VerdictAsync(protocol)).ShouldBe(protocol == denied ? LoginVerdict.Refused : LoginVerdict.Accepted);
        }
    }

    [Fact]
    public async Task A_protocol_that_nobody_knows_is_refused()
    {
        await AddAsync(LoginRules.None);
        (await VerdictAsync("GOPHER")).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("ssh")).ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("192.0.2.0/24", "", true)]
    [InlineData("198.51.100.0/24", "", false)]
    [InlineData("", "192.0.2.0/24", false)]
    [InlineData("", "192.0.2.2/32", true)]
    [InlineData("", "0.0.0.0/0", false)]
    [InlineData("192.0.2.1/32", "192.0.2.0/24", true)]
    [InlineData("192.0.2.77/24", "", true)]
    [InlineData("::/0", "", true)]
    [InlineData("2001:db8::/32", "", false)]
    [InlineData("nonsense", "", false)]
    [InlineData("", "nonsense", false)]
    [InlineData("192.0.2.0/33", "", false)]
    [InlineData("192.0.2.1", "", true)]
    public async Task Allowed_networks_win_over_denied_ones_and_where_there_are_any_no_other_is_allowed(string allowed, string denied, bool isAllowed)
    {
        await AddAsync(new LoginRules { AllowedSources = List(allowed), DeniedSources = List(denied) });

        (await VerdictAsync("SSH")).ShouldBe(isAllowed ? LoginVerdict.Accepted : LoginVerdict.Refused);
        (await KeyAsync()).ShouldBe(isAllowed ? LoginVerdict.Accepted : LoginVerdict.Refused);
        LoginAttempt mapped = AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret")) with { RemoteAddress = IPAddress.Parse("::ffff:192.0.2.1") };
        (await _fixture.LoginAsync(mapped)).Verdict.ShouldBe(isAllowed ? LoginVerdict.Accepted : LoginVerdict.Refused);
    }

    [Theory]
    [InlineData(2, "00:00", "00:00", 0, true)]
    [InlineData(2, "00:00", "00:00", 59, true)]
    [InlineData(2, "00:00", "00:00", 60, false)]
    [InlineData(2, "00:01", "23:59", 0, false)]
    [InlineData(2, "00:01", "23:59", 60, true)]
    [InlineData(1, "00:00", "23:59", 0, false)]
    [InlineData(3, "00:00", "23:59", 86_399, false)]
    [InlineData(3, "00:00", "23:59", 86_400, true)]
    [InlineData(2, "whenever", "23:59", 0, false)]
    public async Task Logins_are_refused_outside_the_users_times(int day, string from, string to, int seconds, bool isAllowed)
    {
        await AddAsync(new LoginRules { AccessTimes = [new TimePeriod { DayOfWeek = day, From = from, To = to }] });
        _fixture.Time.Advance(TimeSpan.FromSeconds(seconds));

        (await VerdictAsync("SSH")).ShouldBe(isAllowed ? LoginVerdict.Accepted : LoginVerdict.Refused);
    }

    [Fact]
    public async Task Times_are_local_where_the_server_is_set_so()
    {
        using var fixture = new AuthenticatorFixture(options: new AuthenticatorOptions { UsesLocalTime = true });
        fixture.Time.Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-3), "test", "test");
        await fixture.AddAsync(TestUsers.New(password: "secret") with { Logins = new LoginRules { AccessTimes = [new TimePeriod { DayOfWeek = 1, From = "21:00", To = "21:00" }] } });

        (await fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        (await fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    // What is denied, then whether it still goes: password over SSH, keyboard-interactive, key, password over FTP, over HTTP.
    [Theory]
    [InlineData("", true, true, true, true, true)]
    [InlineData("password", false, true, true, false, false)]
    [InlineData("password-over-SSH", false, true, true, true, true)]
    [InlineData("keyboard-interactive", true, false, true, true, true)]
    [InlineData("publickey", true, true, false, true, true)]
    [InlineData("publickey+password publickey+keyboard-interactive", true, true, true, true, true)]
    [InlineData("TLSCertificate TLSCertificate+password", true, true, true, true, true)]
    public async Task A_denied_method_is_refused_where_it_counts(string denied, bool overSsh, bool interactive, bool key, bool overFtp, bool overHttp)
    {
        await AddAsync(new LoginRules { DeniedMethods = List(denied) });

        (await VerdictAsync("SSH")).ShouldBe(Verdict(overSsh));
        (await VerdictAsync("SSH", LoginMethod.KeyboardInteractive)).ShouldBe(Verdict(interactive));
        (await KeyAsync()).ShouldBe(Verdict(key));
        (await KeyAsync(isProven: false)).ShouldBe(key ? LoginVerdict.KeyAcceptable : LoginVerdict.Refused);
        (await VerdictAsync("FTP")).ShouldBe(Verdict(overFtp));
        (await VerdictAsync("DAV")).ShouldBe(Verdict(overFtp));
        (await VerdictAsync("HTTP")).ShouldBe(Verdict(overHttp));
    }

    [Theory]
    [InlineData("FTP", LoginMethod.KeyboardInteractive)]
    [InlineData("HTTP", LoginMethod.KeyboardInteractive)]
    [InlineData("DAV", LoginMethod.PublicKey)]
    [InlineData("HTTP", LoginMethod.TlsCertificate)]
    [InlineData("SSH", LoginMethod.TlsCertificate)]
    [InlineData("SSH", LoginMethod.ApiKey)]
    [InlineData("HTTP", LoginMethod.ApiKey)]
    public async Task A_method_that_the_protocol_does_not_have_is_refused(string protocol, LoginMethod method)
    {
        await AddAsync(LoginRules.None);
        LoginAttempt attempt = AuthenticatorFixture.KeyAttempt("alice", _key, proven: true) with { Protocol = protocol, Method = method, Password = TestUsers.Utf8("secret") };
        (await _fixture.LoginAsync(attempt)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_password_that_must_be_changed_lets_in_over_HTTP_alone_and_there_for_nothing_else()
    {
        await AddAsync(new LoginRules { RequirePasswordChange = true });
        await ExpectLimitedAsync(outcome => outcome is { MustChangePassword: true, MustSetSecondFactor: false });
        (await KeyAsync()).ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task A_password_is_good_until_the_moment_that_it_expires()
    {
        await AddAsync(new LoginRules { PasswordExpiresAt = _fixture.Time.GetUtcNow() + TimeSpan.FromDays(1) });
        (await VerdictAsync("SSH")).ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "secret", "HTTP")).IsLimited.ShouldBeFalse();

        _fixture.Time.Advance(TimeSpan.FromDays(1));

        await ExpectLimitedAsync(outcome => outcome.MustChangePassword);
        (await KeyAsync()).ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task Where_a_second_factor_is_required_and_not_set_only_HTTP_lets_in_to_set_it()
    {
        await AddAsync(new LoginRules { SecondFactorProtocols = ["SSH", "FTP"] });
        (await VerdictAsync("SSH")).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("SSH", LoginMethod.KeyboardInteractive)).ShouldBe(LoginVerdict.Refused);
        (await KeyAsync()).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("FTP")).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("DAV")).ShouldBe(LoginVerdict.Accepted);
        LoginOutcome http = await _fixture.LoginAsync("alice", "secret", "HTTP");
        http.Verdict.ShouldBe(LoginVerdict.Accepted);
        (http.IsLimited && http.MustSetSecondFactor && !http.MustChangePassword).ShouldBeTrue();
    }

    [Fact]
    public async Task Anonymous_users_get_in_with_any_password_over_FTP_and_WebDAV_alone()
    {
        await AddAsync(new LoginRules { IsAnonymous = true });
        foreach (string password in new[] { "", "x", "alice@example.org", "secret" })
        {
            (await _fixture.LoginAsync("alice", password, "FTP")).Verdict.ShouldBe(LoginVerdict.Accepted);
            (await _fixture.LoginAsync("alice", password, "DAV")).Verdict.ShouldBe(LoginVerdict.Accepted);
            (await _fixture.LoginAsync("alice", password, "SSH")).Verdict.ShouldBe(LoginVerdict.Refused);
            (await _fixture.LoginAsync("alice", password, "HTTP")).Verdict.ShouldBe(LoginVerdict.Refused);
        }

        (await KeyAsync()).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Anonymous_users_are_bound_by_the_other_rules()
    {
        await AddAsync(new LoginRules { IsAnonymous = true, AllowedSources = ["198.51.100.0/24"] });
        (await _fixture.LoginAsync("alice", "x", "FTP")).Verdict.ShouldBe(LoginVerdict.Refused);
        _fixture.Verifier.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_API_key_acts_for_those_who_allow_it()
    {
        await AddAsync(new LoginRules { AllowApiKeys = true, RequirePasswordChange = true });
        await AddAsync(new LoginRules { AllowApiKeys = true, SecondFactorProtocols = ["SSH"] }, "bob");
        await AddAsync(new LoginRules { AllowApiKeys = true, DeniedProtocols = ["HTTP"] }, "carol");
        (await ApiKeyAsync("alice")).ShouldBe(LoginVerdict.Accepted);
        (await ApiKeyAsync("bob")).ShouldBe(LoginVerdict.Refused);
        (await ApiKeyAsync("carol")).ShouldBe(LoginVerdict.Refused);
        (await ApiKeyAsync("nobody")).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Who_was_let_in_may_go_on_while_the_rules_allow_it()
    {
        await AddAsync(new LoginRules { AllowedSources = ["192.0.2.0/24"], DeniedProtocols = ["FTP"] });
        Authenticator authenticator = _fixture.Authenticator;
        (await authenticator.FindAllowedAsync("alice", "HTTP", IPAddress.Parse("192.0.2.9"), default)).ShouldNotBeNull();
        (await authenticator.FindAllowedAsync("alice", "HTTP", IPAddress.Parse("198.51.100.9"), default)).ShouldBeNull();
        (await authenticator.FindAllowedAsync("alice", "FTP", IPAddress.Parse("192.0.2.9"), default)).ShouldBeNull();
        (await authenticator.FindAllowedAsync("bob", "HTTP", IPAddress.Parse("192.0.2.9"), default)).ShouldBeNull();
    }

    private static string[] List(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static LoginVerdict Verdict(bool isAllowed) => isAllowed ? LoginVerdict.Accepted : LoginVerdict.Refused;

    private async Task ExpectLimitedAsync(Func<LoginOutcome, bool> isRight)
    {
        (await VerdictAsync("SSH")).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("SSH", LoginMethod.KeyboardInteractive)).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("FTP")).ShouldBe(LoginVerdict.Refused);
        (await VerdictAsync("DAV")).ShouldBe(LoginVerdict.Refused);
        LoginOutcome http = await _fixture.LoginAsync("alice", "secret", "HTTP");
        http.Verdict.ShouldBe(LoginVerdict.Accepted);
        http.IsLimited.ShouldBeTrue();
        isRight(http).ShouldBeTrue();
    }

    private Task AddAsync(LoginRules rules, string name = "alice") =>
        _fixture.AddAsync(TestUsers.New(name, "secret") with { Logins = rules, PublicKeys = [TestUsers.LineOf(_key)] });

    private async Task<LoginVerdict> VerdictAsync(string protocol, LoginMethod method = LoginMethod.Password) =>
        (await _fixture.LoginAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret"), method, protocol))).Verdict;

    private async Task<LoginVerdict> KeyAsync(bool isProven = true) => (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, isProven))).Verdict;

    private async Task<LoginVerdict> ApiKeyAsync(string name) =>
        (await _fixture.LoginAsync(AuthenticatorFixture.PasswordAttempt(name, [], LoginMethod.ApiKey, "HTTP"))).Verdict;
}
