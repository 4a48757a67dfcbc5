using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class SecondFactorLoginTests : IDisposable
{
    private readonly AuthenticatorFixture _fixture = new(remembers: true);
    private readonly SshPrivateKey _key = TestUsers.NewKey();
    private readonly string _secret = TotpSecret.New(TotpAlgorithm.Sha1);

    public SecondFactorLoginTests() => _fixture.Verifier.Answer = static (_, password) => password == "secret";

    public void Dispose()
    {
        _fixture.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task SSH_asks_for_the_code_when_the_password_is_right_and_takes_each_once()
    {
        await AddAsync("SSH");
        (await InteractiveAsync("wrong", null)).ShouldBe(LoginVerdict.Refused);
        (await InteractiveAsync("wrong", Code())).ShouldBe(LoginVerdict.Refused);
        (await InteractiveAsync("secret", null)).ShouldBe(LoginVerdict.PasscodeNeeded);
        (await InteractiveAsync("secret", WrongCode())).ShouldBe(LoginVerdict.Refused);
        (await InteractiveAsync("secret", Code())).ShouldBe(LoginVerdict.Accepted);
        (await InteractiveAsync("secret", Code())).ShouldBe(LoginVerdict.Refused);
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        (await InteractiveAsync("secret", Code())).ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task SSHs_password_method_which_cannot_ask_is_refused_and_keys_go_on()
    {
        await AddAsync("SSH");
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync("alice", "secret" + Code())).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync("alice", "secret", "SSH", Code())).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: true))).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task FTP_takes_the_code_at_the_end_of_the_password()
    {
        await AddAsync("FTP");
        (await FtpAsync("secret")).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync(Code())).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync("secret" + WrongCode())).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync("wrong" + Code())).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync("secret" + Code())).ShouldBe(LoginVerdict.Accepted);
        (await FtpAsync("secret" + Code())).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync("")).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task HTTP_asks_for_the_code_and_takes_a_recovery_code_in_its_place_once()
    {
        string code = RecoveryCodes.New()[0];
        _fixture.Upkeep.Codes.Add(code);
        await AddAsync("HTTP");
        (await HttpAsync(null)).ShouldBe(LoginVerdict.PasscodeNeeded);
        (await HttpAsync(" ")).ShouldBe(LoginVerdict.PasscodeNeeded);
        (await HttpAsync(WrongCode())).ShouldBe(LoginVerdict.Refused);
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Accepted);
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Refused);
        (await HttpAsync(code + "x")).ShouldBe(LoginVerdict.Refused);
        (await HttpAsync(code)).ShouldBe(LoginVerdict.Accepted);
        (await HttpAsync(code)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Recovery_codes_are_for_HTTP_alone()
    {
        string code = RecoveryCodes.New()[0];
        _fixture.Upkeep.Codes.Add(code);
        await AddAsync("SSH", "FTP");
        (await InteractiveAsync("secret", code)).ShouldBe(LoginVerdict.Refused);
        (await FtpAsync("secret" + code)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task WebDAV_and_protocols_that_were_not_chosen_ask_for_none()
    {
        await AddAsync("FTP");
        (await _fixture.LoginAsync("alice", "secret", "DAV")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "secret", "HTTP")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "secret", "SSH")).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task A_code_that_was_used_by_one_protocol_is_used_for_all()
    {
        await AddAsync("SSH", "FTP", "HTTP");
        (await FtpAsync("secret" + Code())).ShouldBe(LoginVerdict.Accepted);
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Refused);
        (await InteractiveAsync("secret", Code())).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Behind_a_key_keyboard_interactive_takes_the_code_alone()
    {
        await AddAsync(["publickey", "password-over-SSH", "keyboard-interactive"], "SSH");
        LoginOutcome first = await _fixture.LoginAsync(AuthenticatorFixture.KeyAttempt("alice", _key, proven: true));
        first.Verdict.ShouldBe(LoginVerdict.Partial);
        first.IsPasscodeAlone.ShouldBeTrue();

        (await SecondAsync(WrongCode(), _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Refused);
        (await SecondAsync(Code(), default)).ShouldBe(LoginVerdict.Refused);
        (await SecondAsync("", _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Refused);
        (await SecondAsync(Code(), _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Accepted);
        (await SecondAsync(Code(), _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_code_alone_is_no_login_without_a_chain()
    {
        await AddAsync("SSH");
        (await SecondAsync(Code(), _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Behind_a_key_a_code_alone_is_nothing_for_who_has_no_second_factor()
    {
        await AddAsync(["publickey", "password-over-SSH", "keyboard-interactive"], "FTP");
        (await SecondAsync(Code(), _key.PublicKey.Blob)).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Of_many_logins_at_once_with_one_code_one_is_accepted()
    {
        await AddAsync("HTTP");
        string code = Code();
        LoginVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => HttpAsync(code))));
        verdicts.Count(verdict => verdict == LoginVerdict.Accepted).ShouldBe(1);
        verdicts.Count(verdict => verdict == LoginVerdict.Refused).ShouldBe(49);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_had_refuses()
    {
        await AddAsync("HTTP");
        _fixture.Secrets.IsAway = true;
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_wrong_code_goes_the_whole_way_also_when_the_password_is_remembered()
    {
        await AddAsync("HTTP");
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Accepted);
        int before = _fixture.Verifier.Calls.Count;
        (await HttpAsync(WrongCode())).ShouldBe(LoginVerdict.Refused);
        _fixture.Verifier.Calls.Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Behind_ten_logins_with_wrong_codes_the_right_one_has_to_wait()
    {
        await AddAsync("HTTP");
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Accepted);
        _fixture.Time.Advance(TimeSpan.FromSeconds(60));
        for (int i = 0; i < 9; i++)
        {
            (await HttpAsync(WrongCode())).ShouldBe(LoginVerdict.Refused);
        }

        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Accepted);
        (await HttpAsync(WrongCode())).ShouldBe(LoginVerdict.Refused);
        _fixture.Time.Advance(TimeSpan.FromSeconds(60));
        (await HttpAsync(Code())).ShouldBe(LoginVerdict.Refused);
    }

    private Task AddAsync(params string[] protocols) => AddAsync([], protocols);

    private Task AddAsync(IReadOnlyList<string> deniedMethods, params string[] protocols) => _fixture.AddAsync(TestUsers.New(password: "secret") with
    {
        PublicKeys = [TestUsers.LineOf(_key)],
        Logins = new LoginRules
        {
            DeniedMethods = deniedMethods,
            HasRecoveryCodes = true,
            Totp = new TotpConfig { Enabled = true, ConfigName = "Default", Protocols = protocols, Secret = new Secret { Status = SecretStatus.Plain, Payload = _secret } },
        },
    });

    private async Task<LoginVerdict> InteractiveAsync(string password, string? passcode) =>
        (await _fixture.LoginAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8(password), LoginMethod.KeyboardInteractive) with { Passcode = passcode })).Verdict;

    private async Task<LoginVerdict> SecondAsync(string passcode, ReadOnlyMemory<byte> key) => (await _fixture.LoginAsync(
        AuthenticatorFixture.PasswordAttempt("alice", [], LoginMethod.KeyboardInteractive) with { Passcode = passcode, Completed = [LoginMethod.PublicKey], PublicKey = key })).Verdict;

    private async Task<LoginVerdict> FtpAsync(string password) => (await _fixture.LoginAsync("alice", password, "FTP")).Verdict;

    private async Task<LoginVerdict> HttpAsync(string? passcode) => (await _fixture.LoginAsync("alice", "secret", "HTTP", passcode)).Verdict;

    private string Code()
    {
        Base32.TryDecode(_secret, out byte[]? key).ShouldBeTrue();
        return Totp.Compute(key!, TotpAlgorithm.Sha1, Totp.StepOf(_fixture.Time.GetUtcNow()));
    }

    private string WrongCode()
    {
        Base32.TryDecode(_secret, out byte[]? key).ShouldBeTrue();
        for (int code = 0; ; code++)
        {
            string text = code.ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
            if (Totp.FindStep(key!, TotpAlgorithm.Sha1, text, _fixture.Time.GetUtcNow()) < 0)
            {
                return text;
            }
        }
    }
}
