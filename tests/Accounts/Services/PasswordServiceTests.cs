using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class PasswordServiceTests : ServicesTest
{
    protected override AccountServicesOptions Options => new() { UserPasswords = new PasswordRules { Length = 8 } };

    [Fact]
    public async Task Every_way_to_a_weak_password_is_closed() // H22
    {
        var mailer = new CollectingMailer();
        var services = new AccountServices(Provider, Hasher, new ReversingProtector(), Options, Time, Log, mailer: mailer);
        ShouldBeWrongAt(await services.Users.AddAsync(NewUser() with { Password = "abc" }, Root, Ct), "password");
        User alice = await AddUserAsync("alice", user => user with { Password = "long enough", Email = "alice@example.com" });
        ShouldBeWrongAt(await services.Users.UpdateAsync("alice", alice with { Password = "abc" }, null, Root, Ct), "password");
        ChangeContext self = UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice" });
        ShouldBeWrongAt(await services.Profiles.ChangeUserPasswordAsync("abc", self, Ct), "password");
        ShouldBeWrongAt(await services.Shares.AddAsync(new() { Name = "s", Scope = 1, Paths = ["/"], Password = "abc" }, self, Ct), "password");
        await services.PasswordResets.RequestAsync(ObjectKind.User, "alice", null, Ct);
        string code = mailer.Sent.ShouldHaveSingleItem().Code;
        ShouldBeWrongAt(await services.PasswordResets.CompleteAsync(ObjectKind.User, "alice", code, "abc", null, Ct), "password");
        IsHashOf((await services.Users.FindAsync("alice", Root, Ct))!.Value.Password, "long enough").ShouldBeTrue();
    }

    [Fact]
    public async Task The_primary_group_counts_and_a_secondary_one_does_not() // H26, H27
    {
        await AddGroupAsync("strict", settings => settings with { Filters = new() { PasswordPolicy = new() { Length = 12 } } });
        User user = NewUser() with { Password = "eleven char" };

        ShouldBeWrongAt(await Services.Users.AddAsync(user with { Groups = [new() { Name = "strict", Type = 1 }] }, Root, Ct), "password");
        Done(await Services.Users.AddAsync(user with { Groups = [new() { Name = "strict", Type = 2 }] }, Root, Ct));
    }

    [Fact]
    public async Task A_user_may_have_weaker_rules_than_the_server() => // H28
        await AddUserAsync("alice", user => user with { Password = "12345", Filters = new() { PasswordPolicy = new() { Length = 4 } } });

    [Fact]
    public async Task Rules_for_passwords_are_changed_with_a_permission_of_their_own() // H30
    {
        ChangeContext clerk = AdminContext(new() { Username = "clerk", Permissions = ["add_users", "edit_users", "manage_groups"] });
        ChangeContext chief = AdminContext(new() { Username = "chief", Permissions = ["add_users", "edit_users", "manage_groups", "set_password_rules"] });
        User strong = NewUser() with { Filters = new() { PasswordStrength = 60, PasswordPolicy = new() { Length = 10 } } };
        Group group = new() { Name = "staff", UserSettings = new() { Filters = new() { PasswordStrength = 60 } } };

        (await Services.Users.AddAsync(strong, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Users.AddAsync(strong, chief, Ct));
        Done(await Services.Users.UpdateAsync("alice", strong with { Description = "same rules" }, null, clerk, Ct));
        (await Services.Users.UpdateAsync("alice", strong with { Filters = new() }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Groups.AddAsync(group, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Groups.AddAsync(group, chief, Ct));
        (await Services.Groups.UpdateAsync("staff", new() { Name = "staff" }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task Groups_and_ready_hashes_are_no_way_around_the_rules() // H30
    {
        const string Hash = "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";
        ChangeContext clerk = AdminContext(new() { Username = "clerk", Permissions = ["add_users", "edit_users"] });
        ChangeContext chief = AdminContext(new() { Username = "chief", Permissions = ["add_users", "edit_users", "set_password_rules"] });
        await AddGroupAsync("strict", settings => settings with { Filters = new() { PasswordPolicy = new() { Length = 12 } } });
        await AddGroupAsync("loose", settings => settings with { Filters = new() { PasswordPolicy = new() { Length = 4 } } });
        User strict = await AddUserAsync("alice", user => user with { Groups = [new() { Name = "strict", Type = 1 }] });

        (await Services.Users.UpdateAsync("alice", strict with { Groups = [] }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.UpdateAsync("alice", strict with { Groups = [new() { Name = "strict", Type = 2 }] }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.UpdateAsync("alice", strict with { Groups = [new() { Name = "loose", Type = 1 }] }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.UpdateAsync("alice", strict with { Password = Hash }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.AddAsync(NewUser("bob") with { Password = Hash }, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Shares.AddAsync(new() { Name = "s", Scope = 1, Paths = ["/"], Username = "alice", Password = Hash }, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Users.UpdateAsync("alice", strict with { Groups = [new() { Name = "strict", Type = 1 }, new() { Name = "loose", Type = 2 }] }, null, clerk, Ct));
        User loose = Done(await Services.Users.UpdateAsync("alice", strict with { Groups = [new() { Name = "loose", Type = 1 }], Password = Hash }, null, chief, Ct));
        Done(await Services.Users.UpdateAsync("alice", loose with { Description = "same hash" }, null, clerk, Ct));
        Done(await Services.Users.UpdateAsync("alice", strict, null, clerk, Ct));
        Done(await New(new()).Users.AddAsync(NewUser("bob") with { Password = Hash }, clerk, Ct)).Password.ShouldBe(Hash);
        Done(await Services.Users.AddAsync(NewUser("carol") with { Password = Hash }, ChangeContext.Operator, Ct));
    }

    [Fact]
    public async Task A_hash_that_costs_too_much_is_taken_from_those_who_may_do_everything_alone()
    {
        const string Costly = "$2a$16$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";
        ChangeContext chief = AdminContext(new() { Username = "chief", Permissions = ["add_users", "edit_users", "manage_admins", "set_password_rules"] });
        await AddUserAsync();

        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser("bob") with { Password = Costly }, chief, Ct), "password");
        ShouldBeWrongAt(await Services.Admins.AddAsync(new() { Username = "bob", Status = 1, Permissions = ["add_users"], Password = Costly }, chief, Ct), "password");
        ShouldBeWrongAt(await Services.Shares.AddAsync(new() { Name = "s", Scope = 1, Paths = ["/"], Username = "alice", Password = Costly }, chief, Ct), "password");
        User bob = Done(await Services.Users.AddAsync(NewUser("bob") with { Password = Costly }, Root, Ct));
        Done(await Services.Users.UpdateAsync("bob", bob with { Description = "same hash" }, null, chief, Ct));
        Done(await Services.Users.AddAsync(NewUser("carol") with { Password = Costly }, chief with { IsRestore = true }, Ct));
    }

    [Fact]
    public async Task A_change_of_password_is_told_by_its_time_and_a_new_hash_of_the_same_is_not()
    {
        User added = await AddUserAsync("alice", user => user with { Password = "long enough", Filters = new() { RequirePasswordChange = true } });
        ChangeContext self = UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice" });

        await Services.UserUpkeep.RehashAsync("alice", added.Password!, "$2a$04$other", Ct);
        User rehashed = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        (rehashed.Password, rehashed.LastPasswordChange, rehashed.UpdatedAt).ShouldBe(("$2a$04$other", added.LastPasswordChange, added.UpdatedAt));
        await Services.UserUpkeep.RehashAsync("alice", added.Password!, "$2a$04$late", Ct);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Password.ShouldBe("$2a$04$other");

        User changed = Done(await Services.Profiles.ChangeUserPasswordAsync("another one", self, Ct));
        changed.LastPasswordChange.ShouldBeGreaterThan(added.LastPasswordChange);
        changed.Filters.RequirePasswordChange.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_user_gives_as_its_new_password_is_never_a_hash()
    {
        await AddUserAsync();
        const string Given = "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";

        User changed = Done(await Services.Profiles.ChangeUserPasswordAsync(Given, UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice" }), Ct));

        changed.Password.ShouldNotBe(Given);
        IsHashOf(changed.Password, Given).ShouldBeTrue();
    }

    [Fact]
    public async Task A_user_who_may_not_change_its_password_does_not()
    {
        await AddUserAsync();
        ChangeContext self = UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice", WebClient = [WebClientOptions.PasswordChangeDisabled] });

        (await Services.Profiles.ChangeUserPasswordAsync("long enough", self, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Profiles.ChangeUserPasswordAsync("long enough", Root, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }
}
