using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Security case 67.</summary>
public sealed class SecondFactorServiceTests : ServicesTest
{
    private static readonly TotpConfig Enabled = new() { Enabled = true, Secret = new() { Status = "Plain", Payload = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }, Protocols = ["SSH", "HTTP"] };

    private static UserAccount Account(params string[] required) => new() { UserName = "alice", HomeDirectory = "/srv/alice", Logins = LoginRules.None with { SecondFactorProtocols = required } };

    private static ChangeContext Self => UserContext(Account());

    private async Task<IReadOnlyList<string>> EnableAsync()
    {
        await AddUserAsync();
        Done(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled, Self, Ct));
        return Done(await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.User, Self, Ct));
    }

    [Fact]
    public async Task It_is_set_up_with_a_secret_that_is_encrypted_for_its_owner()
    {
        await AddUserAsync();

        TotpConfig saved = Done(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled, Self, Ct));

        saved.Secret.ShouldBe(new() { Status = "Redacted" });
        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        user.Filters.Totp.ConfigName.ShouldBe("Default");
        user.Filters.Totp.Secret.AdditionalData.ShouldBe("alice");
        user.Filters.Totp.Secret.Payload.ShouldNotBe(Enabled.Secret.Payload);
        Services.Users.Redact(user).Filters.Totp.Secret.Payload.ShouldBe("");
        Log.Lines.ShouldNotContain(line => line.Contains(Enabled.Secret.Payload));
    }

    [Fact]
    public async Task An_ordinary_update_leaves_it_alone()
    {
        await EnableAsync();
        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;

        User changed = Done(await Services.Users.UpdateAsync("alice", NewUser() with { Filters = new() { Totp = new() { Enabled = false }, RecoveryCodes = [] } }, null, Root, Ct));

        changed.Filters.Totp.Enabled.ShouldBeTrue();
        changed.Filters.Totp.Secret.ShouldBe(user.Filters.Totp.Secret);
        changed.Filters.RecoveryCodes.ShouldBe(user.Filters.RecoveryCodes);
        (await Services.Users.AddAsync(NewUser("bob") with { Filters = new() { Totp = Enabled } }, Root, Ct)).Value!.Value.Filters.Totp.Enabled.ShouldBeFalse();
    }

    [Fact]
    public async Task Codes_are_twelve_are_there_beside_a_second_factor_alone_and_are_each_good_once()
    {
        await AddUserAsync("bob");
        (await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.User, UserContext(Account() with { UserName = "bob" }), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        IReadOnlyList<string> codes = await EnableAsync();
        codes.Count.ShouldBe(12);

        (await Services.UserUpkeep.UseRecoveryCodeAsync("alice", codes[3], Ct)).ShouldBeTrue();
        (await Services.UserUpkeep.UseRecoveryCodeAsync("alice", codes[3], Ct)).ShouldBeFalse();
        (await Services.UserUpkeep.UseRecoveryCodeAsync("alice", "nonsense", Ct)).ShouldBeFalse();
        (await Services.UserUpkeep.UseRecoveryCodeAsync("nobody", codes[4], Ct)).ShouldBeFalse();
        IReadOnlyList<PlainRecoveryCode> listed = await Services.SecondFactors.ListRecoveryCodesAsync(ObjectKind.User, Self, Ct);
        listed.Select(code => code.Code).ShouldBe(codes);
        listed.Select(code => code.IsUsed).ShouldBe(Enumerable.Range(0, 12).Select(i => i == 3));
        await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.User, Self, Ct);
        (await Services.UserUpkeep.UseRecoveryCodeAsync("alice", codes[5], Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_who_use_a_code_at_once_one_may()
    {
        IReadOnlyList<string> codes = await EnableAsync();

        bool[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () => await Services.UserUpkeep.UseRecoveryCodeAsync("alice", codes[0], Ct))));

        all.Count(used => used).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_but_the_owner_sets_it_up_or_sees_codes()
    {
        await EnableAsync();

        (await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled, Root, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.SaveAsync(ObjectKind.Admin, Enabled, Self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.ListRecoveryCodesAsync(ObjectKind.User, Root, Ct)).ShouldBeEmpty();
        (await Services.SecondFactors.DisableAsync(ObjectKind.User, "alice", Self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task An_administrator_switches_it_off_for_who_lost_it_and_codes_with_it()
    {
        await EnableAsync();

        Done(await Services.SecondFactors.DisableAsync(ObjectKind.User, "alice", Root, Ct));

        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        user.Filters.Totp.Enabled.ShouldBeFalse();
        user.Filters.RecoveryCodes.ShouldBeEmpty();
        (await Services.SecondFactors.DisableAsync(ObjectKind.User, "nobody", Root, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
    }

    [Fact]
    public async Task Who_must_have_it_keeps_it_and_who_may_not_gets_none() // R2.32, R2.33
    {
        await EnableAsync();
        (await Services.SecondFactors.SaveAsync(ObjectKind.User, new(), UserContext(Account("SSH")), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled with { Protocols = ["HTTP"] }, UserContext(Account("SSH")), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled, UserContext(Account() with { WebClient = [WebClientOptions.MfaDisabled] }), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        ShouldBeWrongAt(await Services.Users.UpdateAsync("alice", NewUser() with { Filters = new() { WebClient = [WebClientOptions.MfaDisabled] } }, null, Root, Ct), "filters.web_client");
        Done(await Services.SecondFactors.SaveAsync(ObjectKind.User, new(), Self, Ct));
    }

    [Fact]
    public async Task What_cannot_make_codes_is_no_secret()
    {
        await AddUserAsync();

        ShouldBeWrongAt(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled with { Secret = new() { Status = "Plain", Payload = "!" }, Protocols = ["DAV"], ConfigName = "other" }, Self, Ct), "secret", "protocols[0]", "config_name");
        ShouldBeWrongAt(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled with { Secret = new() { Status = "Redacted" } }, Self, Ct), "secret", "secret.status");
    }

    [Fact]
    public async Task The_stored_secret_stays_while_protocols_change()
    {
        await EnableAsync();
        Secret before = (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Filters.Totp.Secret;

        Done(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled with { Secret = new() { Status = "Redacted" }, Protocols = ["FTP"] }, Self, Ct));

        TotpConfig after = (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Filters.Totp;
        after.Secret.ShouldBe(before);
        after.Protocols.ShouldBe(["FTP"]);
    }

    [Fact]
    public async Task One_that_was_set_up_since_the_caller_looked_is_left_alone()
    {
        await EnableAsync();
        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;

        (await Services.SecondFactors.SaveAsync(ObjectKind.User, new(), Self, Ct, new())).Status.ShouldBe(ObjectStatus.VersionConflict);
        (await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.User, Self, Ct, new())).Status.ShouldBe(ObjectStatus.VersionConflict);

        User after = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        after.Filters.Totp.Secret.ShouldBe(user.Filters.Totp.Secret);
        after.Filters.RecoveryCodes.ShouldBe(user.Filters.RecoveryCodes);
        Done(await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.User, Self, Ct, user.Filters.Totp));
        Done(await Services.SecondFactors.SaveAsync(ObjectKind.User, new(), Self, Ct, user.Filters.Totp));
    }

    [Fact]
    public async Task A_ciphertext_is_no_new_secret_of_ones_own()
    {
        await AddUserAsync();

        ShouldBeWrongAt(await Services.SecondFactors.SaveAsync(ObjectKind.User, Enabled with { Secret = new() { Status = "AES-256-GCM", Payload = "AAAA", Key = "00" } }, Self, Ct), "secret.status", "secret");
    }

    [Fact]
    public async Task An_administrator_has_one_without_protocols()
    {
        Admin admin = Done(await Services.Admins.AddAsync(new() { Username = "boss", Status = 1, Permissions = ["*"] }, Root, Ct));
        Done(await Services.SecondFactors.SaveAsync(ObjectKind.Admin, Enabled with { Protocols = [] }, AdminContext(admin), Ct));
        IReadOnlyList<string> codes = Done(await Services.SecondFactors.NewRecoveryCodesAsync(ObjectKind.Admin, AdminContext(admin), Ct));

        (await Services.AdminUpkeep.UseRecoveryCodeAsync("boss", codes[0], Ct)).ShouldBeTrue();
        (await Services.UserUpkeep.UseRecoveryCodeAsync("boss", codes[1], Ct)).ShouldBeFalse();
        Done(await Services.SecondFactors.DisableAsync(ObjectKind.Admin, "boss", Root, Ct));
    }

    [Fact]
    public async Task A_login_is_remembered_every_ten_minutes_and_changes_no_version()
    {
        await AddUserAsync();
        long first = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Services.UserUpkeep.RecordLoginAsync("alice", Ct);
        Time.Advance(TimeSpan.FromMinutes(9));
        await Services.UserUpkeep.RecordLoginAsync("alice", Ct);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.LastLogin.ShouldBe(first);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Services.UserUpkeep.RecordLoginAsync("alice", Ct);
        Versioned<User> user = (await Services.Users.FindAsync("alice", Root, Ct))!;
        user.Value.LastLogin.ShouldBe(first + 600_000);
        user.Version.ShouldBe(1);
        await Services.UserUpkeep.RecordLoginAsync("nobody", Ct);
    }
}
