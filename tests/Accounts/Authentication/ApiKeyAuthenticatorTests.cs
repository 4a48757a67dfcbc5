using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class ApiKeyAuthenticatorTests : IAsyncLifetime
{
    private static readonly ObjectKey StoredKey = new(ObjectKind.ApiKey, "key1");

    private readonly AuthenticatorFixture _fixture = new();
    private readonly MemoryDataProvider _provider;
    private readonly VerifiedPasswords _verified;
    private readonly ApiKeyAuthenticator _keys;

    public ApiKeyAuthenticatorTests()
    {
        _provider = new MemoryDataProvider(_fixture.Time);
        _verified = new VerifiedPasswords(new VerifiedPasswordsOptions(), _fixture.Time);
        var admins = new AdminAuthenticator(_provider.Objects, _fixture.Workers, null, null, _fixture.Time, NullLogger<AdminAuthenticator>.Instance);
        _keys = new ApiKeyAuthenticator(_provider, _fixture.Workers, _fixture.Authenticator, admins, _fixture.Time, NullLogger<ApiKeyAuthenticator>.Instance, _verified);
    }

    public async ValueTask InitializeAsync()
    {
        await _provider.OpenAsync(SchemaUpdate.Automatic, default);
        await _provider.PutAsync(new Admin { Username = "root", Status = 1, Permissions = ["*"], Filters = new AdminFilters { AllowApiKeyAuth = true } });
        await _fixture.AddAsync(TestUsers.New("a.lice") with { Logins = new LoginRules { AllowApiKeys = true } });
        await _fixture.AddAsync(TestUsers.New("bob"));
    }

    public async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        _verified.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_key_acts_for_the_account_that_it_is_bound_to()
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        ApiKeyOutcome admin = await JudgeAsync("key1.secret");
        admin.Verdict.ShouldBe(ApiKeyVerdict.AcceptedAdmin);
        admin.Admin!.Value.Username.ShouldBe("root");
        admin.KeyId.ShouldBe("key1");
        (await JudgeAsync("key1.secret.root")).Verdict.ShouldBe(ApiKeyVerdict.AcceptedAdmin);
        (await JudgeAsync("key1.secret.other")).Verdict.ShouldBe(ApiKeyVerdict.Refused);

        await AddAsync(new ApiKey { Scope = 2, User = "a.lice" });
        ApiKeyOutcome user = await JudgeAsync("key1.secret");
        user.Verdict.ShouldBe(ApiKeyVerdict.AcceptedUser);
        user.User!.UserName.ShouldBe("a.lice");
        user.Admin.ShouldBeNull();
    }

    [Fact]
    public async Task A_key_that_is_bound_to_nobody_acts_for_whom_it_names()
    {
        await AddAsync(new ApiKey { Scope = 2 });
        (await JudgeAsync("key1.secret.a.lice")).User!.UserName.ShouldBe("a.lice");
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
        (await JudgeAsync("key1.secret.nobody")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
        (await JudgeAsync("key1.secret.root")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("key1")]
    [InlineData("key1.")]
    [InlineData(".secret")]
    [InlineData("key1.secret.")]
    [InlineData("key1.secret.a/b")]
    [InlineData("../key1.secret")]
    [InlineData("unknown.secret")]
    [InlineData("KEY1.secret")]
    public async Task What_is_no_key_is_malformed(string key)
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        (await JudgeAsync(key)).Verdict.ShouldBe(ApiKeyVerdict.Malformed);
        (await JudgeAsync("key1.secret." + new string('a', 2000))).Verdict.ShouldBe(ApiKeyVerdict.Malformed);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_the_right_one_is_verified_once()
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        (await JudgeAsync("key1.wrong")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
        _fixture.Verifier.Calls.Count.ShouldBe(1);
        for (int i = 0; i < 3; i++)
        {
            (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.AcceptedAdmin);
        }

        _fixture.Verifier.Calls.Count.ShouldBe(2);
        await AddAsync(new ApiKey { Scope = 1, Admin = "root", Key = TestUsers.CheapHash("newer") });
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
    }

    [Fact]
    public async Task A_key_is_good_until_the_moment_of_its_expiry()
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root", ExpiresAt = (_fixture.Time.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeMilliseconds() });
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.AcceptedAdmin);
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
    }

    [Fact]
    public async Task Accounts_that_do_not_allow_keys_or_are_not_let_in_are_refused()
    {
        await AddAsync(new ApiKey { Scope = 2, User = "bob" });
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);

        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        foreach (Admin admin in new[]
        {
            new Admin { Username = "root", Status = 1 },
            new Admin { Username = "root", Status = 0, Filters = new AdminFilters { AllowApiKeyAuth = true } },
            new Admin { Username = "root", Status = 1, Filters = new AdminFilters { AllowApiKeyAuth = true, AllowList = ["198.51.100.0/24"] } },
            new Admin { Username = "root", Status = 1, Filters = new AdminFilters { AllowApiKeyAuth = true, RequireTwoFactor = true } },
        })
        {
            await _provider.PutAsync(admin);
            (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
        }
    }

    [Fact]
    public async Task An_unknown_scope_is_refused()
    {
        await AddAsync(new ApiKey { Scope = 3, Admin = "root", User = "a.lice" });
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
    }

    [Fact]
    public async Task Its_use_is_written_down()
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        await JudgeAsync("key1.secret");
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity;
        do
        {
            await Task.Yield();
            activity = await _provider.Activity.FindAsync([StoredKey], TestContext.Current.CancellationToken);
        }
        while (activity.Count == 0);
        activity[(StoredKey, ActivityField.LastUse)].ShouldBe(_fixture.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_store_that_does_not_work_refuses()
    {
        await AddAsync(new ApiKey { Scope = 1, Admin = "root" });
        await _provider.DisposeAsync();
        (await JudgeAsync("key1.secret")).Verdict.ShouldBe(ApiKeyVerdict.Refused);
    }

    private Task AddAsync(ApiKey key) => _provider.PutAsync(key with { Id = "key1", Key = key.Key ?? TestUsers.CheapHash("secret") });

    private Task<ApiKeyOutcome> JudgeAsync(string key) => _keys.AuthenticateAsync(key, IPAddress.Parse("192.0.2.1"), default).AsTask();
}
