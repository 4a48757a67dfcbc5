using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class ProfileServiceTests : ServicesTest
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me";

    private static ChangeContext Self(params string[] options) => UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice", WebClient = options });

    [Fact]
    public async Task A_user_changes_what_is_its_own_and_nothing_else()
    {
        await AddUserAsync("alice", user => user with { QuotaSize = 5 });

        User changed = Done(await Services.Profiles.UpdateUserAsync(new() { Email = "a@example.com", Description = "me", AllowApiKeyAuth = true }, Self(), Ct));

        (changed.Email, changed.Description, changed.Filters.AllowApiKeyAuth, changed.QuotaSize).ShouldBe(("a@example.com", "me", true, 5));
        (await Services.Users.UpdateAsync("alice", changed with { QuotaSize = 0 }, null, Self(), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.DeleteAsync("alice", null, Self(), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.ListAsync(new(), Self(), Ct)).ShouldHaveSingleItem();
        (await Services.Groups.ListAsync(new(), Self(), Ct)).ShouldBeEmpty();
        ShouldBeWrongAt(await Services.Profiles.UpdateUserAsync(new() { Email = "x", PublicKeys = ["y"] }, Self(), Ct), "email", "public_keys[0]");
    }

    [Fact]
    public async Task Options_forbid_changes_and_not_what_stays_as_it_is()
    {
        await AddUserAsync("alice", user => user with { Email = "a@example.com", PublicKeys = [Key] });
        var same = new UserProfileChange { Email = "a@example.com", Description = "", PublicKeys = [Key], AllowApiKeyAuth = false, AdditionalEmails = [], TlsCerts = [] };
        ChangeContext closed = Self(
            WebClientOptions.InfoChangeDisabled, WebClientOptions.PublicKeyChangeDisabled, WebClientOptions.ApiKeyAuthChangeDisabled, WebClientOptions.TlsCertChangeDisabled);

        Done(await Services.Profiles.UpdateUserAsync(same, closed, Ct));
        foreach (UserProfileChange change in (UserProfileChange[])[new() { Email = "" }, new() { Description = "x" }, new() { PublicKeys = [] }, new() { AllowApiKeyAuth = true }, new() { AdditionalEmails = ["b@example.com"] }])
        {
            (await Services.Profiles.UpdateUserAsync(change, closed, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        }
    }

    [Fact]
    public async Task An_administrator_changes_its_own_profile()
    {
        Admin admin = Done(await Services.Admins.AddAsync(new() { Username = "boss", Status = 1, Permissions = ["*"] }, Root, Ct));

        Admin changed = Done(await Services.Profiles.UpdateAdminAsync(new() { Email = "b@example.com", AllowApiKeyAuth = true }, AdminContext(admin), Ct));

        (changed.Email, changed.Filters.AllowApiKeyAuth).ShouldBe(("b@example.com", true));
        (await Services.Profiles.UpdateAdminAsync(new(), Self(), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Profiles.UpdateUserAsync(new(), AdminContext(admin), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }
}
