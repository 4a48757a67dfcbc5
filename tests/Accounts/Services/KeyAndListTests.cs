using System.Text.Json;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class KeyAndListTests : ServicesTest
{
    [Fact]
    public async Task A_key_is_told_once_and_stored_as_a_hash()
    {
        ApiKey added = Done(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 2, Key = "chosen", Id = "chosen" }, Root, Ct));

        string[] parts = added.Key!.Split('.');
        parts.Length.ShouldBe(2);
        parts[0].ShouldBe(added.Id);
        parts[1].Length.ShouldBe(43);
        ApiKey stored = (await Services.ApiKeys.FindAsync(added.Id, Root, Ct))!.Value;
        IsHashOf(stored.Key, parts[1]).ShouldBeTrue();
        Services.ApiKeys.Redact(stored).Key.ShouldBeNull();
        Done(await Services.ApiKeys.UpdateAsync(added.Id, new() { Name = "new", Scope = 2, Key = "other" }, null, Root, Ct)).Key.ShouldBe(stored.Key);
        Events.ShouldAllBe(change => ((ApiKey)change.Value).Key == null);
    }

    [Fact]
    public async Task A_key_acts_for_whom_its_scope_says()
    {
        await AddUserAsync();

        ShouldBeWrongAt(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1, User = "alice" }, Root, Ct), "user");
        ShouldBeWrongAt(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 2, Admin = "root" }, Root, Ct), "admin");
        ShouldBeWrongAt(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 2, User = "nobody" }, Root, Ct), "user");
        ShouldBeWrongAt(await Services.ApiKeys.AddAsync(new() { Scope = 3, ExpiresAt = 5 }, Root, Ct), "name", "scope", "expires_at");
        Done(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 2, User = "alice" }, Root, Ct)).User.ShouldBe("alice");
    }

    [Fact]
    public async Task A_key_for_a_user_is_for_those_who_may_change_users_and_one_for_all_for_those_who_may_do_everything()
    {
        await AddUserAsync();
        ChangeContext keys = AdminContext(new() { Username = "keys", Permissions = ["manage_apikeys"] });
        ChangeContext clerk = AdminContext(new() { Username = "clerk", Permissions = ["manage_apikeys", "edit_users"] });
        var bound = new ApiKey { Name = "k", Scope = 2, User = "alice" };
        var unbound = new ApiKey { Name = "k", Scope = 2 };

        (await Services.ApiKeys.AddAsync(bound, keys, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.AddAsync(unbound, keys, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.AddAsync(unbound, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        ApiKey own = Done(await Services.ApiKeys.AddAsync(bound, clerk, Ct));
        (await Services.ApiKeys.UpdateAsync(own.Id, unbound, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.UpdateAsync(own.Id, bound, null, keys, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.DeleteAsync(own.Id, null, keys, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.DeleteAsync(own.Id, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Done);
    }

    [Fact]
    public async Task A_key_is_changed_and_removed_by_those_who_could_have_made_it()
    {
        await AddUserAsync();
        Done(await Services.Admins.AddAsync(new() { Username = "chief", Status = 1, Permissions = ["*"], Password = "x" }, Root, Ct));
        Done(await Services.Admins.AddAsync(new() { Username = "peer", Status = 1, Permissions = ["edit_users"], Password = "x" }, Root, Ct));
        ChangeContext clerk = AdminContext(new() { Username = "clerk", Permissions = ["manage_apikeys", "edit_users"] });

        foreach (ApiKey value in (ApiKey[])[new() { Name = "k", Scope = 1, Admin = "chief" }, new() { Name = "k", Scope = 1 }, new() { Name = "k", Scope = 2 }])
        {
            ApiKey key = Done(await Services.ApiKeys.AddAsync(value, Root, Ct));
            (await Services.ApiKeys.UpdateAsync(key.Id, new() { Name = "k", Scope = 2, User = "alice" }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
            (await Services.ApiKeys.UpdateAsync(key.Id, new() { Name = "k", Scope = 1, Admin = "peer" }, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
            (await Services.ApiKeys.DeleteAsync(key.Id, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
            (await Services.ApiKeys.DeleteAsync(key.Id, null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        }

        ApiKey ofPeer = Done(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1, Admin = "peer" }, clerk, Ct));
        (await Services.ApiKeys.DeleteAsync(ofPeer.Id, null, clerk, Ct)).Status.ShouldBe(ObjectStatus.Done);
    }

    [Fact]
    public async Task A_dump_brings_the_hash_of_a_key_and_nothing_else_for_it()
    {
        ChangeContext restore = ChangeContext.Operator with { IsRestore = true };
        const string Hash = "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";

        Done(await Services.ApiKeys.AddAsync(new() { Id = "K1", Name = "k", Scope = 2, Key = Hash, ExpiresAt = 5 }, restore, Ct)).Key.ShouldBe(Hash);
        ShouldBeWrongAt(await Services.ApiKeys.AddAsync(new() { Id = "K.2", Name = "k", Scope = 2, Key = "plain" }, restore, Ct), "id", "key");
    }

    [Theory]
    [InlineData("192.0.2.77/24", "192.0.2.0/24")]
    [InlineData("192.0.2.7/32", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:DB8:0::5/32", "2001:db8::/32")]
    [InlineData("2001:db8::5/128", "2001:db8::5")]
    public async Task A_network_has_one_spelling_and_is_found_by_every_other(string given, string stored)
    {
        IpListEntry entry = Done(await Services.IpLists.AddAsync(new() { IpOrNet = given, Type = 2, Mode = 2 }, Root, Ct));

        entry.IpOrNet.ShouldBe(stored);
        (await Services.IpLists.FindAsync(IpListEntry.NameOf(2, given), Root, Ct)).ShouldNotBeNull().Value.ShouldBe(entry);
        (await Services.IpLists.AddAsync(new() { IpOrNet = stored, Type = 2, Mode = 1 }, Root, Ct)).Status.ShouldBe(ObjectStatus.AlreadyExists);
        Done(await Services.IpLists.AddAsync(new() { IpOrNet = given, Type = 1, Mode = 1 }, Root, Ct));
        (await Services.IpLists.ListAsync(new() { Prefix = "2/" }, Root, Ct)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_no_network_of_a_list_is_refused()
    {
        ShouldBeWrongAt(await Services.IpLists.AddAsync(new() { IpOrNet = "10.1", Type = 4, Mode = 3, Protocols = 16 }, Root, Ct), "ipornet", "type", "mode", "protocols");
        ShouldBeWrongAt(await Services.IpLists.AddAsync(new() { IpOrNet = "10.0.0.1", Type = 1, Mode = 2 }, Root, Ct), "mode");
    }

    [Fact]
    public async Task Settings_are_there_to_be_changed_and_their_secrets_are_kept_as_secrets()
    {
        JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
        var value = new Configuration { Smtp = Parse("""{"host":"mail","password":{"status":"Plain","payload":"secret"},"oauth2":{"client_secret":{"status":"Plain","payload":"deep"}}}""") };

        Configuration stored = Done(await Services.Configurations.UpdateAsync("configs", value, null, Root, Ct));

        string json = stored.Smtp.ToString()!;
        json.ShouldNotContain("\"secret\"");
        json.ShouldNotContain("deep");
        json.ShouldContain("Secretbox");
        Services.Configurations.Redact(stored).Smtp.ToString()!.ShouldNotContain("\"key\"");
        value = value with { Smtp = Parse("""{"host":"other","password":{"status":"Redacted","payload":""}}""") };
        Configuration changed = Done(await Services.Configurations.UpdateAsync("configs", value, 1, Root, Ct));
        changed.Smtp!.Value.GetProperty("password").ToString().ShouldBe(stored.Smtp!.Value.GetProperty("password").ToString());
        ShouldBeWrongAt(await Services.Configurations.UpdateAsync("configs", new() { Acme = Parse("[]") }, null, Root, Ct), "acme");
    }

    [Fact]
    public async Task An_action_that_a_rule_uses_stays()
    {
        Done(await Services.EventActions.AddAsync(new() { Name = "a", Type = 1, Options = new() { Http = new() { Endpoint = "https://example.com/x", Method = "POST", Timeout = 20, Password = new() { Status = "Plain", Payload = "secret" } } } }, Root, Ct));
        var rule = new EventRule { Name = "r", Status = 1, Trigger = 1, Conditions = new() { FsEvents = ["upload"] }, Actions = [new() { Name = "a", Order = 1, RelationOptions = new() { ExecuteSync = true } }] };
        EventRule added = Done(await Services.EventRules.AddAsync(rule, Root, Ct));

        added.Actions[0].Type.ShouldBe(1);
        added.Actions[0].Options!.Http.Password.Payload.ShouldBe("terces");
        Services.EventRules.Redact(added).Actions[0].Options!.Http.Password.Key.ShouldBe("");
        (await Services.EventActions.FindAsync("a", Root, Ct))!.Value.Rules.ShouldBe(["r"]);
        (await Services.EventActions.DeleteAsync("a", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Referenced);
        (await Services.EventRules.DeleteAsync("r", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.EventActions.DeleteAsync("a", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        ShouldBeWrongAt(await Services.EventRules.AddAsync(rule, Root, Ct), "actions[0].name");
    }
}
