using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Security case 68.</summary>
public sealed class PasswordResetTests : ServicesTest
{
    private readonly CollectingMailer _mailer = new();

    private IPasswordResetService Resets => new AccountServices(Provider, Hasher, new ReversingProtector(), Options, Time, Log, mailer: _mailer).PasswordResets;

    private async Task<string> CodeAsync(string name = "alice")
    {
        await Resets.RequestAsync(ObjectKind.User, name, null, Ct);
        return _mailer.Sent[^1].Code;
    }

    private async Task<ObjectStatus> CompleteAsync(string code, string name = "alice") => (await Resets.CompleteAsync(ObjectKind.User, name, code, "new password", null, Ct)).Status;

    private Task<User> AddAsync(Func<User, User>? change = null) => AddUserAsync("alice", user => (change ?? (one => one))(user with { Email = "alice@example.com", Password = "old" }));

    [Fact]
    public async Task A_code_gives_a_new_password_once()
    {
        await AddAsync();
        string code = await CodeAsync();
        _mailer.Sent.ShouldHaveSingleItem().Address.ShouldBe("alice@example.com");

        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Done);
        IsHashOf((await Services.Users.FindAsync("alice", Root, Ct))!.Value.Password, "new password").ShouldBeTrue();
        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_it()
    {
        await AddAsync();
        string code = await CodeAsync();

        ObjectStatus[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CompleteAsync(code))));

        all.Count(status => status == ObjectStatus.Done).ShouldBe(1);
    }

    [Fact]
    public async Task A_code_ends_after_ten_minutes()
    {
        await AddAsync();
        string code = await CodeAsync();
        Time.Advance(TimeSpan.FromMinutes(10));

        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task After_ten_tries_the_right_code_is_wrong()
    {
        await AddAsync();
        string code = await CodeAsync();
        for (int i = 0; i < 10; i++)
        {
            (await CompleteAsync("AAAA-BBBB-CCCC-DDDD")).ShouldBe(ObjectStatus.Forbidden);
        }

        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task Unknown_disabled_expired_and_other_users_get_no_code_and_the_same_answer()
    {
        await Resets.RequestAsync(ObjectKind.User, "nobody", null, Ct);
        await AddAsync(user => user with { Status = 0 });
        await AddUserAsync("expired", user => user with { Email = "a@example.com", ExpirationDate = 1 });
        await AddUserAsync("no-address");
        await AddGroupAsync("closed", settings => settings with { Filters = new() { WebClient = [WebClientOptions.PasswordResetDisabled] } });
        await AddUserAsync("closed", user => user with { Email = "a@example.com", Groups = [new() { Name = "closed", Type = 2 }] });
        foreach (string name in (string[])["alice", "expired", "no-address", "closed"])
        {
            await Resets.RequestAsync(ObjectKind.User, name, null, Ct);
        }

        _mailer.Sent.ShouldBeEmpty();
        (await CompleteAsync("x", "nobody")).ShouldBe(ObjectStatus.Forbidden);
        (await CompleteAsync("x", "alice")).ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task A_user_who_was_disabled_or_got_another_password_meanwhile_cannot_use_its_code()
    {
        User alice = await AddAsync();
        string code = await CodeAsync();
        Done(await Services.Users.UpdateAsync("alice", alice with { Status = 0, Password = null }, null, Root, Ct));
        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Users.UpdateAsync("alice", alice with { Password = "third" }, null, Root, Ct));
        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task An_account_is_sent_a_code_a_minute_and_the_last_one_counts()
    {
        await AddAsync();
        string first = await CodeAsync();
        await CodeAsync();
        _mailer.Sent.Count.ShouldBe(1);
        Time.Advance(TimeSpan.FromMinutes(1));
        string second = await CodeAsync();

        (await CompleteAsync(first)).ShouldBe(ObjectStatus.Forbidden);
        (await CompleteAsync(second)).ShouldBe(ObjectStatus.Done);
    }

    [Fact]
    public async Task An_administrator_resets_its_password_too_and_codes_are_not_mixed_up()
    {
        await AddAsync();
        Done(await Services.Admins.AddAsync(new() { Username = "alice", Status = 1, Permissions = ["*"], Email = "root@example.com" }, Root, Ct));
        await Resets.RequestAsync(ObjectKind.Admin, "alice", null, Ct);
        string code = _mailer.Sent[^1].Code;

        (await CompleteAsync(code)).ShouldBe(ObjectStatus.Forbidden);
        (await Resets.CompleteAsync(ObjectKind.Admin, "alice", code, "new password", null, Ct)).Status.ShouldBe(ObjectStatus.Done);
        IsHashOf((await Services.Admins.FindAsync("alice", Root, Ct))!.Value.Password, "new password").ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_mailer_the_answer_is_the_same()
    {
        await AddAsync();
        await Services.PasswordResets.RequestAsync(ObjectKind.User, "alice", null, Ct);
    }
}
