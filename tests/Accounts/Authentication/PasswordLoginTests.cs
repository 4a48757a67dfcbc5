using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class PasswordLoginTests : IDisposable
{
    private static readonly string CostOfCheapHashes = PasswordHash.CostOf(TestUsers.CheapHash("x"))!;

    private readonly AuthenticatorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(LoginMethod.Password)]
    [InlineData(LoginMethod.KeyboardInteractive)]
    public async Task The_right_password_is_accepted(LoginMethod method)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));

        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret"), method));

        outcome.Verdict.ShouldBe(LoginVerdict.Accepted);
        outcome.User!.UserName.ShouldBe("alice");
        outcome.Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData(NamingRules.AllCharacters | NamingRules.LowerCase, "ALICE", true)]
    [InlineData(NamingRules.Default, " alice ", true)]
    [InlineData(NamingRules.Default, "ALICE", false)]
    [InlineData(NamingRules.AllCharacters, " alice ", false)]
    public async Task Names_are_made_by_the_same_rules_as_those_that_are_stored(NamingRules rules, string name, bool isFound)
    {
        using var fixture = new AuthenticatorFixture(options: new AuthenticatorOptions { NamingRules = rules });
        await fixture.AddAsync(TestUsers.New(password: "secret"));
        LoginOutcome outcome = await fixture.LoginAsync(name, "secret");
        outcome.Verdict.ShouldBe(isFound ? LoginVerdict.Accepted : LoginVerdict.Refused);
        outcome.User?.UserName.ShouldBe("alice");
    }

    [Fact]
    public async Task The_right_password_for_an_argon2id_hash_is_accepted()
    {
        await _fixture.AddAsync(TestUsers.New() with { PasswordHash = PasswordHash.Hash("secret"u8) });
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "Secret")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("wrong-password")]
    [InlineData("disabled")]
    [InlineData("expired")]
    [InlineData("no-password")]
    [InlineData("key-only")]
    [InlineData("wrong-address")]
    [InlineData("denied-protocol")]
    [InlineData("denied-method")]
    [InlineData("wrong-time")]
    [InlineData("must-change")]
    [InlineData("no-second-factor")]
    [InlineData("second-factor")]
    [InlineData("two-steps")]
    [InlineData("anonymous")]
    public async Task Every_refusal_costs_one_look_up_and_one_verification_and_tells_nothing(string name)
    {
        using SshPrivateKey key = TestUsers.NewKey();
        UserAccount user = TestUsers.New(name, "secret");
        user = name switch
        {
            "wrong-password" => TestUsers.New(name, "another"),
            "disabled" => user with { IsEnabled = false },
            "expired" => user with { ExpiresAt = _fixture.Time.GetUtcNow() },
            "no-password" or "unknown" => TestUsers.New(name),
            "key-only" => TestUsers.New(name) with { PublicKeys = [TestUsers.LineOf(key)] },
            _ => user with { Logins = RulesOf(name) },
        };
        if (name != "unknown")
        {
            await _fixture.AddAsync(user);
        }

        LoginOutcome outcome = await _fixture.LoginAsync(name, "secret");

        outcome.Verdict.ShouldBe(LoginVerdict.Refused);
        outcome.User.ShouldBeNull();
        outcome.Reason.ShouldNotBeNullOrWhiteSpace();
        _fixture.Store.Lookups.ShouldBe([name]);
        _fixture.Verifier.Calls.ShouldHaveSingleItem().Password.ShouldBe("secret");
    }

    private LoginRules RulesOf(string name) => name switch
    {
        "wrong-address" => new LoginRules { AllowedSources = ["198.51.100.0/24"] },
        "denied-protocol" => new LoginRules { DeniedProtocols = ["SSH"] },
        "denied-method" => new LoginRules { DeniedMethods = ["password-over-SSH"] },
        "wrong-time" => new LoginRules { AccessTimes = [new TimePeriod { DayOfWeek = (int)_fixture.Time.GetUtcNow().AddDays(1).DayOfWeek, From = "00:00", To = "23:59" }] },
        "must-change" => new LoginRules { RequirePasswordChange = true },
        "no-second-factor" => new LoginRules { SecondFactorProtocols = ["SSH"] },
        "second-factor" => new LoginRules { Totp = new TotpConfig { Enabled = true, Protocols = ["SSH"] } },
        "two-steps" => new LoginRules { DeniedMethods = ["password-over-SSH", "publickey", "keyboard-interactive"] },
        "anonymous" => new LoginRules { IsAnonymous = true },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Fact]
    public async Task Users_without_a_hash_are_verified_against_one_of_the_cost_of_new_hashes()
    {
        await _fixture.LoginAsync("nobody", "secret");
        string cost = string.Join('$', PasswordHash.Hash("x"u8).Split('$')[..4]);
        _fixture.Verifier.Calls.ShouldHaveSingleItem().Hash.ShouldStartWith(cost + "$");
    }

    [Fact]
    public async Task Names_without_a_hash_are_spread_over_the_costs_that_stored_hashes_have()
    {
        _fixture.Verifier.Answer = (_, _) => false;
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        await _fixture.LoginAsync("alice", "wrong");
        _fixture.Verifier.Calls.Clear();

        for (int i = 0; i < 200; i++)
        {
            await _fixture.LoginAsync($"nobody-{i % 100}", "wrong");
        }

        string[] hashes = [.. _fixture.Verifier.Calls.Select(call => call.Hash)];
        hashes[..100].ShouldBe(hashes[100..]);
        hashes.Distinct().Count().ShouldBe(2);
        hashes.ShouldContain(hash => hash.StartsWith(CostOfCheapHashes, StringComparison.Ordinal));
        hashes.ShouldContain(hash => hash.StartsWith("$argon2id$", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disabled_user_costs_what_the_own_hash_costs()
    {
        UserAccount user = TestUsers.New(password: "secret") with { IsEnabled = false };
        await _fixture.AddAsync(user);
        await _fixture.LoginAsync("alice", "secret");
        _fixture.Verifier.Calls.ShouldHaveSingleItem().Hash.ShouldBe(user.PasswordHash);
    }

    [Fact]
    public async Task A_hash_of_an_unknown_form_is_refused_after_the_same_work()
    {
        _fixture.Store.OnFind = (name, _) => new(TestUsers.New(name) with { PasswordHash = "{SSHA}5ebe2294ecd0e0f08eab7690d2a6ee69" });
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        _fixture.Verifier.Calls.ShouldHaveSingleItem().Hash.ShouldStartWith("$argon2id$");
    }

    public static TheoryData<string> UnusablePasswords => ["", "\0", "secret\0", "secret\0more", new string('p', 1025), new string('p', 1024 * 1024)];

    [Theory]
    [MemberData(nameof(UnusablePasswords))]
    public async Task Empty_and_oversized_passwords_and_passwords_with_NUL_are_refused_after_the_same_work(string password)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        _fixture.Verifier.Answer = (_, _) => true;

        (await _fixture.LoginAsync("alice", password)).Verdict.ShouldBe(LoginVerdict.Refused);

        _fixture.Verifier.Calls.ShouldHaveSingleItem().Password.Length.ShouldBeInRange(1, 1024);
    }

    [Theory]
    [InlineData(" secret")]
    [InlineData("secret ")]
    [InlineData("Secret")]
    [InlineData("secret\n")]
    public async Task A_password_is_compared_byte_by_byte(string password)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        (await _fixture.LoginAsync("alice", password)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_password_in_another_normalisation_is_another_password()
    {
        await _fixture.AddAsync(TestUsers.New(password: "caf\u00e9"));
        (await _fixture.LoginAsync("alice", "caf\u00e9")).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync("alice", "cafe\u0301")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("\\\\server\\share/x")]
    [InlineData("https://example.org/")]
    [InlineData("alice\0")]
    [InlineData("alice\r\n")]
    [InlineData("\u001b[2Jalice")]
    public async Task A_name_that_no_user_can_have_is_refused_after_the_same_work(string name)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        _fixture.Verifier.Answer = (_, _) => true;

        (await _fixture.LoginAsync(name, "secret")).Verdict.ShouldBe(LoginVerdict.Refused);

        _fixture.Store.Lookups.ShouldBe(["/"]);
        _fixture.Verifier.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("%username%")]
    [InlineData("*)(uid=*))(|(uid=*")]
    [InlineData("' OR '1'='1")]
    [InlineData("C:\\Users\\alice")]
    public async Task A_strange_name_is_looked_up_as_it_stands(string name)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        (await _fixture.LoginAsync(name, "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        _fixture.Store.Lookups.ShouldBe([name]);
    }

    [Fact]
    public async Task A_store_that_folds_case_lets_nobody_in_under_another_name()
    {
        UserAccount alice = TestUsers.New(password: "secret");
        _fixture.Store.OnFind = (_, _) => new(alice);
        (await _fixture.LoginAsync("ALICE", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
    }

    [Fact]
    public async Task A_user_is_in_until_the_moment_of_expiry()
    {
        DateTimeOffset end = _fixture.Time.GetUtcNow() + TimeSpan.FromHours(1);
        await _fixture.AddAsync(TestUsers.New(password: "secret") with { ExpiresAt = end });

        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Accepted);
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        (await _fixture.LoginAsync("alice", "secret")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Theory]
    [InlineData(LoginMethod.None)]
    [InlineData((LoginMethod)77)]
    public async Task Without_a_credential_nobody_gets_in(LoginMethod method)
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        LoginOutcome outcome = await _fixture.LoginAsync(AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret"), method));
        outcome.Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task An_account_that_is_disabled_while_its_password_is_verified_is_refused()
    {
        await _fixture.AddAsync(TestUsers.New(password: "secret"));
        _fixture.Verifier.Open.Reset();
        Task<LoginOutcome> login = _fixture.LoginAsync("alice", "secret");
        await _fixture.Verifier.Entered.WaitAsync();

        UserAccount stored = (await _fixture.Store.Users.FindAsync("alice", default))!;
        (await _fixture.Store.UpdateAsync(stored with { IsEnabled = false }, default)).Outcome.ShouldBe(UserStoreOutcome.Done);
        _fixture.Verifier.Open.Set();

        (await login).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Crossed_logins_of_two_users_at_once_are_never_mixed_up()
    {
        using var fixture = new AuthenticatorFixture(new PasswordWorkersOptions { Threads = 4, QueueLength = 2000 });
        await fixture.AddAsync(TestUsers.New("alice", "password of alice"));
        await fixture.AddAsync(TestUsers.New("bob", "password of bob"));
        string aliceHash = (await fixture.Store.Users.FindAsync("alice", default))!.PasswordHash!;
        fixture.Verifier.Answer = (hash, password) => password == (hash == aliceHash ? "password of alice" : "password of bob");

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(async () =>
        {
            string user = i % 2 == 0 ? "alice" : "bob";
            string password = "password of " + (i % 4 < 2 ? "alice" : "bob");
            LoginOutcome outcome = await fixture.LoginAsync(user, password);
            bool isRight = password == "password of " + user;
            outcome.Verdict.ShouldBe(isRight ? LoginVerdict.Accepted : LoginVerdict.Refused);
            outcome.User?.UserName.ShouldBe(user);
        })));
    }
}
