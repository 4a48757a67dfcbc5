using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Tests.SecondFactor;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class AdminAuthenticatorTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly CountingVerifier _verifier = new();
    private readonly SpyingUpkeep _upkeep = new();
    private readonly string _secret = TotpSecret.New(TotpAlgorithm.Sha1);
    private readonly MemoryDataProvider _provider;
    private readonly PasswordWorkers _workers;
    private readonly VerifiedPasswords _verified;
    private readonly AdminAuthenticator _authenticator;

    public AdminAuthenticatorTests()
    {
        _provider = new MemoryDataProvider(_time);
        _workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = 1 }, _verifier, _time, NullLogger.Instance);
        _verified = new VerifiedPasswords(new VerifiedPasswordsOptions(), _time);
        var secondFactors = new SecondFactors(TotpSettings.Default, new PlainSecrets(), _provider.Ephemeral, _time);
        _authenticator = new AdminAuthenticator(_provider.Objects, _workers, secondFactors, _upkeep, _time, NullLogger<AdminAuthenticator>.Instance, _verified);
    }

    public ValueTask InitializeAsync() => _provider.OpenAsync(SchemaUpdate.Automatic, default);

    public async ValueTask DisposeAsync()
    {
        _verifier.Open.Set();
        _workers.Dispose();
        _verified.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task The_right_password_is_accepted_and_remembered()
    {
        await _provider.PutAsync(NewAdmin());
        for (int i = 0; i < 3; i++)
        {
            AdminLoginOutcome outcome = await LoginAsync("root", "secret");
            outcome.Verdict.ShouldBe(AdminLoginVerdict.Accepted);
            outcome.Admin!.Value.Username.ShouldBe("root");
            outcome.Admin.Version.ShouldBe(1);
            outcome.IsLimited.ShouldBeFalse();
        }

        _verifier.Calls.Count.ShouldBe(1);
        (await _upkeep.NextLoginAsync()).ShouldBe("root");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("../root")]
    [InlineData("root")]
    [InlineData("disabled")]
    [InlineData("elsewhere")]
    [InlineData("without")]
    public async Task Every_refusal_costs_one_verification(string name)
    {
        await _provider.PutAsync(NewAdmin());
        await _provider.PutAsync(NewAdmin("disabled") with { Status = 0 });
        await _provider.PutAsync(NewAdmin("elsewhere") with { Filters = new AdminFilters { AllowList = ["198.51.100.0/24"] } });
        await _provider.PutAsync(NewAdmin("without") with { Password = null });

        AdminLoginOutcome outcome = await LoginAsync(name, name == "root" ? "wrong" : "secret");

        outcome.Verdict.ShouldBe(AdminLoginVerdict.Refused);
        outcome.Admin.ShouldBeNull();
        _verifier.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_remembered_password_does_not_let_in_who_was_disabled_or_given_another()
    {
        await _provider.PutAsync(NewAdmin());
        (await LoginAsync("root", "secret")).Verdict.ShouldBe(AdminLoginVerdict.Accepted);
        await _provider.PutAsync(NewAdmin() with { Status = 0 });
        (await LoginAsync("root", "secret")).Verdict.ShouldBe(AdminLoginVerdict.Refused);
        await _provider.PutAsync(NewAdmin(password: "newer"));
        (await LoginAsync("root", "secret")).Verdict.ShouldBe(AdminLoginVerdict.Refused);
        (await LoginAsync("root", "newer")).Verdict.ShouldBe(AdminLoginVerdict.Accepted);
    }

    [Fact]
    public async Task An_enabled_second_factor_is_always_asked_for_and_a_code_is_good_once()
    {
        await _provider.PutAsync(NewAdmin() with { Filters = WithTotp() });
        (await LoginAsync("root", "secret")).Verdict.ShouldBe(AdminLoginVerdict.PasscodeNeeded);
        (await LoginAsync("root", "wrong")).Verdict.ShouldBe(AdminLoginVerdict.Refused);
        (await LoginAsync("root", "wrong", Code())).Verdict.ShouldBe(AdminLoginVerdict.Refused);
        (await LoginAsync("root", "secret", Code())).Verdict.ShouldBe(AdminLoginVerdict.Accepted);
        (await LoginAsync("root", "secret", Code())).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    [Fact]
    public async Task A_recovery_code_stands_in_once()
    {
        string code = RecoveryCodes.New()[0];
        _upkeep.Codes.Add(code);
        await _provider.PutAsync(NewAdmin() with { Filters = WithTotp() with { RecoveryCodes = [new RecoveryCode { Secret = new Secret { Status = SecretStatus.Plain, Payload = code } }] } });
        (await LoginAsync("root", "secret", code + "x")).Verdict.ShouldBe(AdminLoginVerdict.Refused);
        (await LoginAsync("root", "secret", code)).Verdict.ShouldBe(AdminLoginVerdict.Accepted);
        (await LoginAsync("root", "secret", code)).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    [Fact]
    public async Task Who_must_do_something_first_is_let_in_for_that_alone()
    {
        await _provider.PutAsync(NewAdmin() with { Filters = new AdminFilters { RequireTwoFactor = true } });
        await _provider.PutAsync(NewAdmin("other") with { Filters = new AdminFilters { RequirePasswordChange = true } });
        AdminLoginOutcome first = await LoginAsync("root", "secret");
        (first.IsLimited, first.MustSetSecondFactor, first.MustChangePassword).ShouldBe((true, true, false));
        AdminLoginOutcome second = await LoginAsync("other", "secret");
        (second.IsLimited, second.MustSetSecondFactor, second.MustChangePassword).ShouldBe((true, false, true));
    }

    [Fact]
    public async Task Whoever_is_disabled_while_the_password_is_verified_is_refused()
    {
        await _provider.PutAsync(NewAdmin());
        _verifier.Open.Reset();
        Task<AdminLoginOutcome> login = LoginAsync("root", "secret");
        await _verifier.Entered.WaitAsync();
        await _provider.PutAsync(NewAdmin() with { Status = 0 });
        _verifier.Open.Set();
        (await login).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    [Fact]
    public async Task Whoever_gets_another_hash_of_the_same_password_while_it_is_verified_is_accepted()
    {
        await _provider.PutAsync(NewAdmin());
        _verifier.Open.Reset();
        Task<AdminLoginOutcome> login = LoginAsync("root", "secret");
        await _verifier.Entered.WaitAsync();
        await _provider.PutAsync(NewAdmin());
        _verifier.Open.Set();
        (await login).Verdict.ShouldBe(AdminLoginVerdict.Accepted);
        _verifier.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_gets_another_password_while_the_one_before_is_verified_is_refused()
    {
        await _provider.PutAsync(NewAdmin());
        _verifier.Open.Reset();
        Task<AdminLoginOutcome> login = LoginAsync("root", "secret");
        await _verifier.Entered.WaitAsync();
        await _provider.PutAsync(NewAdmin(password: "newer"));
        _verifier.Open.Set();
        (await login).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    [Fact]
    public async Task A_store_that_does_not_work_refuses()
    {
        await _provider.PutAsync(NewAdmin());
        await _provider.DisposeAsync();
        (await LoginAsync("root", "secret")).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    [Fact]
    public async Task A_login_that_was_given_up_lets_nobody_in()
    {
        await _provider.PutAsync(NewAdmin());
        using var cancel = new CancellationTokenSource();
        _verifier.Open.Reset();
        Task<AdminLoginOutcome> login = LoginAsync("root", "secret", ct: cancel.Token);
        await _verifier.Entered.WaitAsync();
        await cancel.CancelAsync();
        (await login).Verdict.ShouldBe(AdminLoginVerdict.Refused);
    }

    private Task<AdminLoginOutcome> LoginAsync(string name, string password, string? passcode = null, CancellationToken ct = default)
    {
        var attempt = new AdminLoginAttempt { UserName = name, RemoteAddress = IPAddress.Parse("192.0.2.1"), Password = TestUsers.Utf8(password), Passcode = passcode };
        return _authenticator.AuthenticateAsync(attempt, ct).AsTask();
    }

    private static Admin NewAdmin(string name = "root", string password = "secret") =>
        new() { Username = name, Status = 1, Password = TestUsers.CheapHash(password), Permissions = ["*"] };

    private AdminFilters WithTotp() => new()
    {
        Totp = new TotpConfig { Enabled = true, ConfigName = "Default", Secret = new Secret { Status = SecretStatus.Plain, Payload = _secret } },
    };

    private string Code()
    {
        Base32.TryDecode(_secret, out byte[]? key).ShouldBeTrue();
        return Totp.Compute(key!, TotpAlgorithm.Sha1, Totp.StepOf(_time.GetUtcNow()));
    }
}
