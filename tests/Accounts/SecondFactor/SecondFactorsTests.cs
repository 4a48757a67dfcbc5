using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Tests.Authentication;

namespace Hpc.Accounts.Tests.SecondFactor;

public sealed class SecondFactorsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly PlainSecrets _secrets = new();
    private readonly string _secret = TotpSecret.New(TotpAlgorithm.Sha1);
    private readonly MemoryDataProvider _provider;

    public SecondFactorsTests() => _provider = new MemoryDataProvider(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TotpConfig Config => new() { Enabled = true, ConfigName = "Default", Secret = new Secret { Status = SecretStatus.Plain, Payload = _secret } };

    public ValueTask InitializeAsync() => _provider.OpenAsync(SchemaUpdate.Automatic, Ct);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task A_code_is_good_once()
    {
        SecondFactors factors = New();
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Used);

        // Every step has one.
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(-1), Ct)).ShouldBe(PasscodeCheck.Right);
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(-1), Ct)).ShouldBe(PasscodeCheck.Used);
    }

    [Fact]
    public async Task A_code_that_was_used_stays_so_for_as_long_as_any_clock_would_take_it()
    {
        SecondFactors factors = New();
        string code = Code(1);
        (await factors.UseAsync(ObjectKind.User, "alice", Config, code, Ct)).ShouldBe(PasscodeCheck.Right);
        for (int i = 0; i < 12; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            (await factors.UseAsync(ObjectKind.User, "alice", Config, code, Ct)).ShouldNotBe(PasscodeCheck.Right);
        }
    }

    [Fact]
    public async Task Of_many_tries_with_one_code_on_several_nodes_one_is_right()
    {
        SecondFactors[] nodes = [New(), New(), New()];
        string code = Code();
        PasscodeCheck[] checks = await Task.WhenAll(Enumerable.Range(0, 99).Select(i => Task.Run(async () => await nodes[i % 3].UseAsync(ObjectKind.User, "alice", Config, code, Ct), Ct)));

        checks.Count(check => check == PasscodeCheck.Right).ShouldBe(1);

        // More than ten at the very same moment are too many at once.
        checks.ShouldAllBe(check => check == PasscodeCheck.Right || check == PasscodeCheck.Used || check == PasscodeCheck.Throttled);
    }

    [Fact]
    public async Task Accounts_do_not_use_up_each_others_codes()
    {
        SecondFactors factors = New();
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
        (await factors.UseAsync(ObjectKind.User, "bob", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
        (await factors.UseAsync(ObjectKind.Admin, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
        (await factors.UseAsync(ObjectKind.User, new string('a', 255), Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
    }

    [Fact]
    public async Task A_wrong_code_is_wrong_and_uses_nothing_up()
    {
        SecondFactors factors = New();
        string wrong = Code() == "000000" ? "000001" : "000000";
        (await factors.UseAsync(ObjectKind.User, "alice", Config, wrong, Ct)).ShouldBe(PasscodeCheck.Wrong);
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(-2), Ct)).ShouldBe(PasscodeCheck.Wrong);
        (await _provider.Ephemeral.ListAsync("totp:", null, 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Behind_ten_wrong_codes_on_any_node_even_a_right_one_has_to_wait()
    {
        SecondFactors[] nodes = [New(), New()];
        for (int i = 0; i < 10; i++)
        {
            (await nodes[i % 2].UseAsync(ObjectKind.User, "alice", Config, "x", Ct)).ShouldBe(PasscodeCheck.Wrong);
        }

        (await nodes[0].UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Throttled);
        (await _provider.Ephemeral.ListAsync("totp:", null, 10, Ct)).ShouldBeEmpty();
        (await nodes[1].UseAsync(ObjectKind.User, "alice", Config, "x", Ct)).ShouldBe(PasscodeCheck.Throttled);
        (await nodes[1].UseAsync(ObjectKind.User, "bob", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);

        _time.Advance(TimeSpan.FromMinutes(5));
        (await nodes[0].UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
    }

    [Fact]
    public async Task Of_any_number_of_wrong_codes_at_the_same_moment_ten_are_looked_at()
    {
        var gate = new GatedMarks(_provider.Ephemeral, gatherAt: 40);
        var factors = new SecondFactors(TotpSettings.Default, _secrets, gate, _time);
        PasscodeCheck[] checks = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => factors.UseAsync(ObjectKind.User, "alice", Config, "x", Ct).AsTask()));
        checks.Count(check => check == PasscodeCheck.Wrong).ShouldBe(10);
        checks.Count(check => check == PasscodeCheck.Throttled).ShouldBe(30);
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Throttled);
    }

    [Fact]
    public async Task Right_codes_take_none_of_the_wrong_tries()
    {
        SecondFactors factors = New();
        for (int i = 0; i < 9; i++)
        {
            (await factors.UseAsync(ObjectKind.User, "alice", Config, "x", Ct)).ShouldBe(PasscodeCheck.Wrong);
        }

        for (int step = -1; step <= 1; step++)
        {
            (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(step), Ct)).ShouldBe(PasscodeCheck.Right);
        }
    }

    [Fact]
    public async Task Without_a_secret_a_configuration_or_being_enabled_nothing_is_right()
    {
        SecondFactors factors = New();
        (await factors.UseAsync(ObjectKind.User, "alice", Config with { Enabled = false }, Code(), Ct)).ShouldBe(PasscodeCheck.Unavailable);
        (await factors.UseAsync(ObjectKind.User, "alice", Config with { ConfigName = "gone" }, Code(), Ct)).ShouldBe(PasscodeCheck.Unavailable);
        (await factors.UseAsync(ObjectKind.User, "alice", Config with { Secret = new Secret() }, Code(), Ct)).ShouldBe(PasscodeCheck.Unavailable);
        _secrets.IsAway = true;
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Unavailable);
        factors.Fits(Config, Code()).ShouldBeFalse();
    }

    [Fact]
    public async Task Trying_a_code_out_does_not_use_it_up()
    {
        SecondFactors factors = New();
        factors.Fits(factors.Settings[0], _secret, Code()).ShouldBeTrue();
        factors.Fits(factors.Settings[0], _secret, Code(3)).ShouldBeFalse();
        factors.Fits(factors.Settings[0], "no base32", Code()).ShouldBeFalse();
        factors.Fits(Config, Code()).ShouldBeTrue();
        (await factors.UseAsync(ObjectKind.User, "alice", Config, Code(), Ct)).ShouldBe(PasscodeCheck.Right);
    }

    [Fact]
    public void Configurations_are_found_by_their_names()
    {
        SecondFactors factors = New(new TotpSettings { Name = "a" }, new TotpSettings { Name = "b", Algorithm = TotpAlgorithm.Sha512 });
        factors.Find("b")!.AlgorithmName.ShouldBe("sha512");
        factors.Find("B").ShouldBeNull();
    }

    private SecondFactors New(params TotpSettings[] settings) =>
        new(settings.Length == 0 ? TotpSettings.Default : settings, _secrets, _provider.Ephemeral, _time);

    private string Code(int stepsOff = 0)
    {
        Base32.TryDecode(_secret, out byte[]? key).ShouldBeTrue();
        return Totp.Compute(key!, TotpAlgorithm.Sha1, Totp.StepOf(_time.GetUtcNow()) + stepsOff);
    }
}
