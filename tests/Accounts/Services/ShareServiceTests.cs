using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class ShareServiceTests : ServicesTest
{
    private static readonly UserAccount Alice = new() { UserName = "alice", HomeDirectory = "/srv/alice" };

    private static Share NewShare => new() { Name = "s", Scope = 1, Paths = ["/a"] };

    private long In(int days) => Time.GetUtcNow().AddDays(days).ToUnixTimeMilliseconds();

    private async Task<Share> AddAsync(Func<Share, Share>? change = null, UserAccount? owner = null) =>
        Done(await Services.Shares.AddAsync((change ?? (one => one))(NewShare), UserContext(owner ?? Alice), Ct));

    [Fact]
    public async Task A_share_has_a_name_that_nobody_guesses_and_is_its_owners()
    {
        await AddUserAsync();
        await AddUserAsync("bob");
        Share share = await AddAsync(one => one with { Id = "chosen", Username = "bob", UsedTokens = 5, Paths = ["/a/../b/", "/b", "/c"] });
        Share other = await AddAsync();

        share.Id.Length.ShouldBe(22);
        share.Id.ShouldNotBe(other.Id);
        share.Username.ShouldBe("alice");
        share.Paths.ShouldBe(["/b", "/c"]);
        share.UsedTokens.ShouldBe(0);
        ChangeContext bob = UserContext(Alice with { UserName = "bob" });
        (await Services.Shares.FindAsync(share.Id, bob, Ct)).ShouldBeNull();
        (await Services.Shares.ListAsync(new(), bob, Ct)).ShouldBeEmpty();
        (await Services.Shares.DeleteAsync(share.Id, null, bob, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        (await Services.Shares.UpdateAsync(share.Id, NewShare, null, bob, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        (await Services.Shares.ListAsync(new(), UserContext(Alice), Ct)).Count.ShouldBe(2);
        (await Services.Shares.ListAsync(new() { Limit = 1, Offset = 1 }, UserContext(Alice), Ct)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, "/a", "/a/b")]
    [InlineData(1, "/a/b", "/a!", "/a")]
    [InlineData(1, "/", "/x")]
    [InlineData(1, "x")]
    [InlineData(1)]
    [InlineData(2, "/a", "/b")]
    [InlineData(3, "/a", "/b")]
    [InlineData(1, "/a\nb")]
    public async Task Paths_are_absolute_not_nested_and_one_if_it_takes_files(int scope, params string[] paths)
    {
        await AddUserAsync();

        ObjectResult<Share> result = await Services.Shares.AddAsync(NewShare with { Scope = scope, Paths = paths }, UserContext(Alice), Ct);

        result.Status.ShouldBe(ObjectStatus.Invalid);
        result.Errors.ShouldAllBe(error => error.Path.StartsWith("paths"));
    }

    [Fact]
    public async Task Siblings_are_not_nested() // security case 40
    {
        await AddUserAsync();
        (await AddAsync(one => one with { Paths = ["/share", "/share2", "/share!"] })).Paths.Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_password_is_hashed_shown_as_a_word_and_kept_by_that_word()
    {
        await AddUserAsync();
        ChangeContext self = UserContext(Alice);
        Share share = await AddAsync(one => one with { Password = "secret" });
        IsHashOf(share.Password, "secret").ShouldBeTrue();
        Services.Shares.Redact(share).Password.ShouldBe("[**redacted**]");
        Services.Shares.Redact(share with { Password = null }).Password.ShouldBeNull();

        Done(await Services.Shares.UpdateAsync(share.Id, NewShare with { Password = "[**redacted**]" }, null, self, Ct)).Password.ShouldBe(share.Password);
        Done(await Services.Shares.UpdateAsync(share.Id, NewShare, null, self, Ct)).Password.ShouldBe(share.Password);
        IsHashOf(Done(await Services.Shares.UpdateAsync(share.Id, NewShare with { Password = "other" }, null, self, Ct)).Password, "other").ShouldBeTrue();
        Done(await Services.Shares.UpdateAsync(share.Id, NewShare with { Password = "" }, null, self, Ct)).Password.ShouldBeNull();
        ShouldBeWrongAt(await Services.Shares.UpdateAsync(share.Id, NewShare with { Password = share.Password }, null, self, Ct), "password");
    }

    [Fact]
    public async Task A_share_ends_when_its_owner_must_let_it_end()
    {
        await AddUserAsync();

        ShouldBeWrongAt(await Services.Shares.AddAsync(NewShare with { ExpiresAt = In(-1) }, UserContext(Alice), Ct), "expires_at");
        ShouldBeWrongAt(await Services.Shares.AddAsync(NewShare, UserContext(Alice with { MaxSharesExpiration = 7 }), Ct), "expires_at");
        ShouldBeWrongAt(await Services.Shares.AddAsync(NewShare with { ExpiresAt = In(8) }, UserContext(Alice with { MaxSharesExpiration = 7 }), Ct), "expires_at");
        (await AddAsync(one => one with { ExpiresAt = In(7) }, Alice with { MaxSharesExpiration = 7 })).ExpiresAt.ShouldBe(In(7));
        (await AddAsync(null, Alice with { DefaultSharesExpiration = 3, MaxSharesExpiration = 7 })).ExpiresAt.ShouldBe(In(3));
        (await AddAsync()).ExpiresAt.ShouldBe(0);
    }

    [Fact]
    public async Task Options_of_the_owner_forbid_shares()
    {
        await AddUserAsync();

        (await Services.Shares.AddAsync(NewShare, UserContext(Alice with { WebClient = [WebClientOptions.SharesDisabled] }), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        ChangeContext guarded = UserContext(Alice with { WebClient = [WebClientOptions.SharesWithoutPasswordDisabled] });
        ShouldBeWrongAt(await Services.Shares.AddAsync(NewShare, guarded, Ct), "password");
        Share share = Done(await Services.Shares.AddAsync(NewShare with { Password = "secret" }, guarded, Ct));
        ShouldBeWrongAt(await Services.Shares.UpdateAsync(share.Id, NewShare with { Password = "" }, null, guarded, Ct), "password");
    }

    [Fact]
    public async Task A_user_has_so_many_shares_and_no_more()
    {
        await AddUserAsync();
        AccountServices services = New(new() { MaxSharesPerUser = 2 });
        for (int i = 0; i < 2; i++)
        {
            Done(await services.Shares.AddAsync(NewShare, UserContext(Alice), Ct));
        }

        (await services.Shares.AddAsync(NewShare, UserContext(Alice), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task A_dump_brings_names_hashes_and_ends_as_they_were()
    {
        await AddUserAsync();
        const string Hash = "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";
        Share given = NewShare with { Id = "Abc123", Username = "alice", Password = Hash, ExpiresAt = 1, CreatedAt = 2, UpdatedAt = 3 };

        Share share = Done(await Services.Shares.AddAsync(given, ChangeContext.Operator with { IsRestore = true }, Ct));

        (share.Id, share.Password, share.ExpiresAt, share.CreatedAt, share.UpdatedAt).ShouldBe(("Abc123", Hash, 1, 2, 3));
        ShouldBeWrongAt(await Services.Shares.AddAsync(NewShare with { Username = "nobody" }, ChangeContext.Operator with { IsRestore = true }, Ct), "");
    }

    [Fact]
    public async Task Use_is_counted_beside_the_share()
    {
        await AddUserAsync();
        Share share = await AddAsync();
        await Provider.Activity.TryAddAsync(new(ObjectKind.Share, share.Id), ActivityField.UsedTokens, 3, 5, Ct);

        (await Services.Shares.FindAsync(share.Id, UserContext(Alice), Ct))!.Value.UsedTokens.ShouldBe(3);
    }
}
