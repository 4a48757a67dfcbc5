using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class AdminServiceTests : ServicesTest
{
    private static Admin NewAdmin(string name, params string[] permissions) => new() { Username = name, Status = 1, Permissions = permissions };

    private async Task<ChangeContext> AddAsync(string name, params string[] permissions) =>
        AdminContext(Done(await Services.Admins.AddAsync(NewAdmin(name, permissions), ChangeContext.Operator, Ct)));

    [Fact]
    public async Task An_administrator_that_is_added_is_found_listed_changed_and_removed()
    {
        Admin added = Done(await Services.Admins.AddAsync(NewAdmin("boss", "*", "add_users") with { Password = "secret", Filters = new() { AllowList = ["10.1.2.3/8"] } }, Root, Ct));
        IsHashOf(added.Password, "secret").ShouldBeTrue();
        added.Permissions.ShouldBe(["*"]);
        added.Filters.AllowList.ShouldBe(["10.0.0.0/8"]);
        Services.Admins.Redact(added).Password.ShouldBeNull();
        Done(await Services.Admins.UpdateAsync("boss", NewAdmin("boss", "view_users"), 1, Root, Ct)).Password.ShouldBe(added.Password);
        (await Services.Admins.DeleteAsync("boss", 2, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
    }

    [Fact]
    public async Task It_cannot_remove_or_disable_itself_nor_change_its_own_permissions_and_role()
    {
        await AddRoleAsync("sales");
        ChangeContext self = await AddAsync("boss", "*");
        Admin stored = self.Admin!;

        (await Services.Admins.DeleteAsync("boss", null, self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.UpdateAsync("boss", stored with { Status = 0 }, null, self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.UpdateAsync("boss", stored with { Permissions = ["view_users"] }, null, self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.UpdateAsync("boss", stored with { Role = "sales", Permissions = ["view_users"] }, null, self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.DisableAsync(ObjectKind.Admin, "boss", self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Admins.UpdateAsync("boss", stored with { Description = "me" }, null, self, Ct));
    }

    [Fact]
    public async Task It_gives_no_permission_that_it_has_not_and_touches_nobody_who_has_more()
    {
        ChangeContext clerk = await AddAsync("clerk", "manage_admins", "manage_apikeys", "view_users");
        await AddAsync("boss", "*");

        (await Services.Admins.AddAsync(NewAdmin("evil", "*"), clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.AddAsync(NewAdmin("evil", "manage_system"), clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.UpdateAsync("boss", NewAdmin("boss", "view_users") with { Password = "mine" }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Admins.DeleteAsync("boss", null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.SecondFactors.DisableAsync(ObjectKind.Admin, "boss", clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1, Admin = "boss" }, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1 }, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Admins.AddAsync(NewAdmin("helper", "view_users"), clerk, Ct));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("manage_admins")]
    [InlineData("manage_system")]
    [InlineData("manage_event_rules")]
    [InlineData("manage_roles")]
    [InlineData("view_events")]
    [InlineData("manage_apikeys")]
    [InlineData("manage_ip_lists")]
    public async Task With_a_role_it_holds_nothing_that_reaches_beyond_the_role(string permission)
    {
        await AddRoleAsync("sales");

        ShouldBeWrongAt(await Services.Admins.AddAsync(NewAdmin("x", "view_users", permission) with { Role = "sales" }, Root, Ct), "permissions");
    }

    [Fact]
    public async Task Its_password_meets_the_configured_rules_whoever_sets_it() // H25
    {
        AccountServices services = New(new() { AdminPasswords = new PasswordRules { Length = 8, Digits = 1 } });

        ShouldBeWrongAt(await services.Admins.AddAsync(NewAdmin("x", "*") with { Password = "short1" }, Root, Ct), "password");
        Done(await services.Admins.AddAsync(NewAdmin("x", "*") with { Password = "longer-than-8" }, Root, Ct));
        ChangeContext self = AdminContext((await services.Admins.FindAsync("x", Root, Ct))!.Value);
        ShouldBeWrongAt(await services.Profiles.ChangeAdminPasswordAsync("short1", self, Ct), "password");
    }

    [Fact]
    public async Task A_change_of_its_password_is_told_by_its_time_and_a_new_hash_of_the_same_is_not()
    {
        Admin added = Done(await Services.Admins.AddAsync(NewAdmin("x", "*") with { Password = "secret", LastPasswordChange = 5 }, Root, Ct));
        added.LastPasswordChange.ShouldBe(Time.GetUtcNow().ToUnixTimeMilliseconds());

        await Services.AdminUpkeep.RehashAsync("x", added.Password!, "$2a$04$other", Ct);
        Admin kept = Done(await Services.Admins.UpdateAsync("x", added with { Password = null, LastPasswordChange = 7, Description = "same" }, null, Root, Ct));
        (kept.Password, kept.LastPasswordChange).ShouldBe(("$2a$04$other", added.LastPasswordChange));

        Admin given = Done(await Services.Admins.UpdateAsync("x", kept with { Password = "another" }, null, Root, Ct));
        given.LastPasswordChange.ShouldBeGreaterThan(kept.LastPasswordChange);
        Admin chosen = Done(await Services.Profiles.ChangeAdminPasswordAsync("third one", AdminContext(given), Ct));
        chosen.LastPasswordChange.ShouldBeGreaterThan(given.LastPasswordChange);

        ChangeContext restore = Root with { IsRestore = true };
        Done(await Services.Admins.UpdateAsync("x", chosen with { LastPasswordChange = 9 }, null, restore, Ct)).LastPasswordChange.ShouldBe(9);
        Done(await Services.Admins.UpdateAsync("x", given with { LastPasswordChange = 9 }, null, restore, Ct)).LastPasswordChange.ShouldBeGreaterThan(9);
    }

    [Fact]
    public async Task A_hash_of_another_form_is_a_password_for_it() // R10.4
    {
        Admin added = Done(await Services.Admins.AddAsync(NewAdmin("x", "*") with { Password = "$1$salt$hash" }, Root, Ct));

        IsHashOf(added.Password, "$1$salt$hash").ShouldBeTrue();
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        Admin admin = new()
        {
            Username = "",
            Status = 3,
            Email = "@",
            Permissions = ["fly"],
            Groups = [new() { Name = "g", Options = new() { AddToUsersAs = 4 } }],
            Filters = new() { AllowList = ["x"], Preferences = new() { HideUserPageSections = 128, DefaultUsersExpiration = -1 } },
        };

        ShouldBeWrongAt(
            await Services.Admins.AddAsync(admin, Root, Ct),
            "username", "status", "email", "permissions[0]", "groups[0].name", "groups[0].options.add_to_users_as", "filters.allow_list[0]",
            "filters.preferences.hide_user_page_sections", "filters.preferences.default_users_expiration");
    }

    [Fact]
    public async Task Its_keys_go_with_it()
    {
        await AddAsync("boss", "*");
        ApiKey key = Done(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1, Admin = "boss" }, Root, Ct));

        (await Services.Admins.DeleteAsync("boss", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.ApiKeys.FindAsync(key.Id, Root, Ct)).ShouldBeNull();
    }
}
